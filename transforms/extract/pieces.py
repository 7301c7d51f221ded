"""Pieces: what the encoder reads of a headline and the words behind it, by numbers.

A word is the longest piece that it begins with, then the longest `##` one, and so on (WordPiece).
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

MOST_PIECES, TITLE_PIECES, MOST_LETTERS = 160, 60, 32
UNKNOWN, BEGIN, END = "[UNK]", "[CLS]", "[SEP]"
_WORD, _OTHER = re.compile(r"\w+|[^\w\s]"), re.compile(r"[^\x00-\x7f]")
_HYPHENS = str.maketrans("\u2010\u2011", "--")


class Split(NamedTuple):
    """Pieces by their numbers, and the words that they are of: the `n`th begins at piece `starts[n]`.

    A mark (before the headline and behind either) counts as a word without letters. `places` are the numbers
    of a word, each time that it stands there.
    """

    numbers: list[int]
    words: list[str]
    starts: list[int]
    places: dict[str, list[int]]

    def runs_of(self, wanted: Sequence[str]) -> list[range]:
        """Return the words among which some stand, each time that they do."""
        if not wanted or wanted[0] not in self.places:
            return []
        runs = (range(n, n + len(wanted)) for n in self.places[wanted[0]])
        return [run for run in runs if self.words[run.start : run.stop] == list(wanted)]

    def pieces_of(self, words: range) -> slice:
        """Return where the pieces of some words stand; behind them there is always a mark."""
        return slice(self.starts[words.start], self.starts[words.stop])


class Pieces:
    """The pieces that a table knows, ready to split texts."""

    def __init__(self, pieces: Sequence[str]) -> None:
        self._number = {piece: n for n, piece in enumerate(pieces)}
        self._unknown, self._begin, self._end = (self._number[p] for p in (UNKNOWN, BEGIN, END))
        self._of_word = lru_cache(50_000)(self._pieces_of)

    def split(self, title: str, text: str) -> Split:
        """Return the pieces of a headline and of what follows, between marks."""
        split = Split([self._begin], [""], [0], {})
        self._add(split, title, TITLE_PIECES + 1, self._end)
        self._add(split, text, MOST_PIECES - 1, self._end)
        return split

    def _add(self, split: Split, text: str, most: int, mark: int) -> None:
        for word in words_of(text):
            if len(split.numbers) >= most:
                break
            pieces = self._of_word(word) if len(word) <= MOST_LETTERS else (self._unknown,)
            split.places.setdefault(word, []).append(len(split.words))
            split.words.append(word)
            split.starts.append(len(split.numbers))
            split.numbers.extend(pieces[: most - len(split.numbers)])
        split.words.append("")
        split.starts.append(len(split.numbers))
        split.numbers.append(mark)

    def _pieces_of(self, word: str) -> tuple[int, ...]:
        found: list[int] = []
        start, mark = 0, ""
        while start < len(word):
            ends = range(len(word), start, -1)
            end = next((e for e in ends if mark + word[start:e] in self._number), None)
            if end is None:
                return (self._unknown,)
            found.append(self._number[mark + word[start:end]])
            start, mark = end, "##"
        return tuple(found)


def words_of(text: str) -> list[str]:
    """Return the words and signs of as much of a text as may be asked of, small and without accents."""
    low = text[: MOST_PIECES * MOST_LETTERS].lower()
    if not low.isascii():
        low = _OTHER.sub(_unaccented, unicodedata.normalize("NFD", low.translate(_HYPHENS)))
    return _WORD.findall(low)


def _unaccented(letter: re.Match[str]) -> str:
    return "" if unicodedata.category(letter[0]) == "Mn" else letter[0]
