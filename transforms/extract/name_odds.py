"""Name odds: how likely the encoder holds a name in a text to be that of an event's flight."""

from collections.abc import Iterable, Sequence
from itertools import groupby

import numpy as np

from transforms.extract.pieces import Split, words_of

_JOINTS = frozenset("-\u2013'\u2019./")  # may stand between the words of one name


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

    def runs_for(self, output: str) -> list[tuple[float, list[str]]]:
        """Return the runs of words that are likelier names than not, each with its mean odds in tenths.

        The likeliest comes first; signs may stand between the words of one name.
        """
        if output not in self._outputs:
            return []
        words, starts = self._split.words, self._split.starts
        column = self._odds[:, self._outputs.index(output)]
        odds = np.add.reduceat(column, starts) / np.diff([*starts, len(column)])  # of each word the mean
        inside = [word.isalnum() and odd > 0 for word, odd in zip(words, odds, strict=True)]
        joined = [
            named or (word in _JOINTS and all(inside[n - 1 : n + 2 : 2]))
            for n, (word, named) in enumerate(zip(words, inside, strict=True))
        ]
        runs = [list(run) for named, run in groupby(range(len(joined)), joined.__getitem__) if named]
        means = [float(np.mean([odds[n] for n in run if inside[n]])) for run in runs]
        found = [(round(mean, 1), [words[n] for n in run]) for mean, run in zip(means, runs, strict=True)]
        return sorted(found, key=lambda pair: -pair[0])
