"""Shingles: the hashes of all runs of w words, computed at once."""

from collections.abc import Iterable
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from transforms.deduplicate.words import SHORTENED

Hashes: TypeAlias = "NDArray[np.uint64]"
Shorts: TypeAlias = "NDArray[np.uint32]"
SHORT_SIZE = 3
_STEP = np.uint64(0x9E3779B97F4A7C15)
_MIX = np.uint64(0xBF58476D1CE4E5B9)


def shingles(words: Hashes, width: int) -> Hashes:
    """Return the hash of each run of `width` word hashes, in order; of all of them where there are fewer."""
    count = max(1, len(words) - width + 1) if len(words) else 0
    width = min(width, len(words))
    found = np.zeros(count, dtype=np.uint64)
    for start in range(width):
        found = found * _STEP + words[start : start + count]
    return _mixed(found)


def smallest(hashes: Hashes, count: int) -> list[int]:
    """Return the `count` smallest distinct hashes, ascending: a sample that depends on the set alone."""
    if len(hashes) > 4 * count:
        hashes = np.partition(hashes, 2 * count)[: 2 * count + 1]
    return sorted(set(hashes.tolist()))[:count]


def short(hashes: Hashes) -> Shorts:
    """Return the upper 24 bits of each hash: enough to tell apart the few hundred that one text holds."""
    return (hashes >> np.uint64(SHORTENED)).astype("<u4")


def packed(hashes: "Shorts | Iterable[int]") -> bytes:
    """Return distinct short hashes in ascending order, `SHORT_SIZE` bytes each, little-endian."""
    if not isinstance(hashes, np.ndarray):
        return b"".join(h.to_bytes(SHORT_SIZE, "little") for h in sorted(set(hashes)))
    parts = np.unique(hashes).view(np.uint8).reshape(-1, 4)
    return parts[:, :SHORT_SIZE].tobytes()


def unpacked(data: bytes) -> set[int]:
    """Return the hashes that were packed."""
    parts = np.zeros((len(data) // SHORT_SIZE, 4), dtype=np.uint8)
    parts[:, :SHORT_SIZE] = np.frombuffer(data, dtype=np.uint8).reshape(-1, SHORT_SIZE)
    return set(parts.view("<u4").ravel().tolist())


def _mixed(found: Hashes) -> Hashes:
    found ^= found >> np.uint64(30)
    found *= _MIX
    found ^= found >> np.uint64(27)
    found *= _STEP
    found ^= found >> np.uint64(31)
    return found
