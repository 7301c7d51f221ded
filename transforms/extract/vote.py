"""The vote: what a linear classifier of ledes, taught by many texts, says of what rules found and beside it.

A lede is the headline and the first sentences, as a bag of words and of pairs of words, with names replaced
by their kinds and times and numbers by a mark, so that it does not matter whose flight it is; with the pack's
classes of words; and with signs of what the rules found and refused, which weigh the same in a long lede as
in a short one. The table knows a feature by its hash alone; what it does not know says nothing. Rules are
exact and miss what nobody has put into them; the vote knows many ways of saying things, how far a finding of
the rules is to be believed, and no grammar. So it proposes events of which the rules saw nothing
(`candidates`), and it weighs how far events are believed.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Set
from functools import lru_cache
from itertools import pairwise
from math import log
from typing import NamedTuple

import numpy as np

from transforms.extract.entries import VoteTable

MAX_BYTES, MOST, RARITY_STEPS, MOST_WEIGHT, SIGN = 6_000_000, 6.0, 16, 100, 0.5
STATUSES = ("occurred", "planned")
_ROW = np.dtype("<u4")


class Lede(NamedTuple):
    """The headline and the first sentences, and the signs that rules give.

    `words` are those of `Line.marked_words`, between marks of sentences; `classes` name what the pack knows
    among them (`trigger:launch`, `word:leave`); `signs` say of the article what the rules found
    (`=launch/occurred`) and why they refused a mention (`!historical/launch`). Both are in order, each once.
    """

    words: list[str]
    classes: list[str]
    signs: list[str]


class Vote:
    """A table, ready to be asked. Its outputs are `type/status`."""

    def __init__(self, table: VoteTable) -> None:
        self.outputs = table.outputs
        self._rows = {int(h): row for row, h in enumerate(np.frombuffer(table.hashes, _ROW))}
        weights = np.frombuffer(table.weights, np.int8).reshape(len(self._rows), len(table.outputs))
        self._weights = weights.astype(np.float32) * np.array(table.scales, np.float32)
        self._rarity = np.frombuffer(table.rarity, np.uint8).astype(np.float32) / RARITY_STEPS
        self._bias = np.array(table.bias, np.float32)

    def says(self, lede: Lede) -> dict[str, float]:
        """Return the log odds, from -6 to 6, that an article tells of each output."""
        odds = self._bias.copy()
        row_of, features = self._rows.get, features_of(lede)  # not by `_row`: there are hundreds of them
        known = [(row, value) for f, value in features.items() if (row := row_of(hash_of(f))) is not None]
        if known:
            rows, values = map(list, zip(*known, strict=True))
            told = np.array(values, np.float32) * self._rarity[rows]
            told /= np.sqrt((told * told).sum())
            odds += (told[:, None] * self._weights[rows]).sum(0)  # no BLAS: its threads cost more
        signs = [row for sign in lede.signs if (row := self._row(sign)) is not None]
        odds += SIGN * self._weights[signs].sum(0)
        return dict(zip(self.outputs, np.clip(odds, -MOST, MOST).tolist(), strict=True))

    def weight(self, word: str, output: str) -> float:
        """Return how much a word by itself speaks for an output."""
        row = self._row(word)
        return 0.0 if row is None else float(self._weights[row, self.outputs.index(output)])

    def _row(self, feature: str) -> int | None:
        return self._rows.get(hash_of(feature))


def features_of(lede: Lede) -> dict[str, float]:
    """Return the weight of each word, pair of words and class: one more than the logarithm of its count."""
    counts = Counter(lede.words)
    counts.update(f"{a} {b}" for a, b in pairwise(lede.words))
    counts.update(lede.classes)
    return {feature: 1 + log(count) for feature, count in counts.items()}


@lru_cache(maxsize=1 << 15)
def hash_of(feature: str) -> int:
    """Return by which the table knows a feature."""
    return zlib.crc32(feature.encode())


def bad_table(table: VoteTable, types: Set[str]) -> Iterator[str]:
    """Yield what is wrong with a table for a pack of these types."""
    rows, columns = len(table.hashes) // _ROW.itemsize, len(table.outputs)
    known = {f"{name}/{status}" for name in types for status in STATUSES}
    unknown = sorted(set(table.outputs) - known)
    yield from (f"{name!r} is no type/status of the pack" for name in unknown)
    if len(set(table.outputs)) != columns:
        yield "an output stands twice"
    sizes = len(table.hashes), len(table.rarity), len(table.weights)
    if sizes != (rows * _ROW.itemsize, rows, rows * columns):
        yield "{} bytes of hashes, {} of rarity and {} of weights do not fit together".format(*sizes)
    elif np.any(np.diff(np.frombuffer(table.hashes, _ROW).astype(np.int64)) <= 0):
        yield "hashes are not in order"
    if not len(table.scales) == len(table.bias) == columns:
        yield f"{len(table.scales)} scales and {len(table.bias)} biases for {columns} outputs"
    if not all(abs(number) <= MOST_WEIGHT for number in (*table.scales, *table.bias)):
        yield f"a scale or bias is no number from -{MOST_WEIGHT} to {MOST_WEIGHT}"
    if 0 in table.rarity:
        yield "a rarity is 0"
    if len(table.hashes) + len(table.weights) > MAX_BYTES:
        yield f"over {MAX_BYTES} bytes"
