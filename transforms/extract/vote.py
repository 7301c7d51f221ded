"""The vote: what a linear classifier of ledes, taught by many texts, says beside the rules.

A lede is the headline and the first sentences, as a bag of words and of pairs of words, with names replaced
by their kinds and times and numbers by a mark, so that it does not matter whose flight it is. The table knows
a word by its hash alone; what it does not know says nothing. Rules are exact and miss what nobody has put
into them; the vote knows many ways of saying things and no grammar. So where it is sure of an event of which
the rules saw nothing, it proposes one (`candidates`), and it weighs how far events are believed.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from itertools import pairwise
from math import log

import numpy as np

from transforms.extract.entries import VoteTable

MAX_BYTES, MOST, RARITY_STEPS, MOST_WEIGHT = 4_000_000, 6.0, 16, 100
STATUSES = ("occurred", "planned")
_ROW = np.dtype("<u4")


class Vote:
    """A table, ready to be asked. Its outputs are `type/status`."""

    def __init__(self, table: VoteTable) -> None:
        self.outputs = table.outputs
        self._rows = {int(h): row for row, h in enumerate(np.frombuffer(table.hashes, _ROW))}
        weights = np.frombuffer(table.weights, np.int8).reshape(len(self._rows), len(table.outputs))
        self._weights = weights.astype(np.float32) * np.array(table.scales, np.float32)
        self._rarity = np.frombuffer(table.rarity, np.uint8).astype(np.float32) / RARITY_STEPS
        self._bias = np.array(table.bias, np.float32)

    def says(self, words: Sequence[str]) -> dict[str, float]:
        """Return the log odds, from -6 to 6, that a lede tells of each output.

        Its `words` are those of `line.lede_words`.
        """
        known = [
            (row, value)
            for feature, value in features_of(words).items()
            if (row := self._rows.get(hash_of(feature))) is not None
        ]
        odds = self._bias.copy()
        if known:
            rows, values = zip(*known, strict=True)
            told = np.array(values, np.float32) * self._rarity[list(rows)]
            told /= np.sqrt((told * told).sum())
            odds += (told[:, None] * self._weights[list(rows)]).sum(0)  # no BLAS: its threads cost more
        return dict(zip(self.outputs, np.clip(odds, -MOST, MOST).tolist(), strict=True))

    def weight(self, word: str, output: str) -> float:
        """Return how much a word by itself speaks for an output."""
        row = self._rows.get(hash_of(word))
        return 0.0 if row is None else float(self._weights[row, self.outputs.index(output)])


def features_of(words: Sequence[str]) -> dict[str, float]:
    """Return the weight of each word and of each pair of words, one more than the logarithm of its count."""
    counts = Counter(words)
    counts.update(f"{a} {b}" for a, b in pairwise(words))
    return {feature: 1 + log(count) for feature, count in counts.items()}


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
