"""Name odds: how likely the encoder holds a name in a text to be that of an event's flight."""

from collections.abc import Iterable, Sequence

import numpy as np

from transforms.extract.pieces import Split, words_of


class NameOdds:
    """Log odds for each piece of a text that it names the flight of an event, for each of `outputs`."""

    def __init__(self, split: Split, odds: np.ndarray, outputs: Sequence[str]) -> None:
        self._split, self._odds, self._outputs = split, odds, outputs

    def of(self, names: Iterable[str]) -> dict[str, dict[str, float]]:
        """Return the odds by output, in tenths, of each name that was read, each at its likeliest place.

        A part of another (`Starship` of `Starship Flight 12`) counts only where it stands alone.
        """
        taken: set[int] = set()
        by_words: dict[tuple[str, ...], list[str]] = {}
        for name in names:
            by_words.setdefault(tuple(words_of(name)), []).append(name)
        found: dict[str, dict[str, float]] = {}
        for words in sorted(by_words, key=lambda words: (-len(words), words)):
            runs = [run for run in self._split.runs_of(words) if taken.isdisjoint(run)]
            if runs:
                taken.update(*runs)
                means = [self._odds[self._split.pieces_of(run)].mean(axis=0) for run in runs]
                odds = dict(zip(self._outputs, np.max(means, axis=0).round(1).tolist(), strict=True))
                found |= dict.fromkeys(by_words[words], odds)
        return found
