"""Heads: which document was the first to show a key.

The first document to show a key within the horizon becomes its head and stays head until it is too old: no
takeover by an earlier time, which would lose a third of the folds with a day of disorder. A cell is packed:
records of 20 bytes (key, head, its time in seconds), oldest first as they came.
"""

import struct
from typing import NamedTuple

from transforms.deduplicate.verdict import HORIZON_MS

CELLS = 1 << 17
CELL_CAP = 256
_RECORD = struct.Struct("<QQI")
_KEY = struct.Struct("<Q")


class Head(NamedTuple):
    """A document by its 64-bit number, and its event time in milliseconds since 1970."""

    document: int
    at: int


class Probed(NamedTuple):
    """The cell after a probe, and the key's head."""

    cell: bytes
    head: Head


def probe(cell: bytes, key: int, me: Head) -> Probed:
    """Return the head of `key`; that is the asking document itself where nobody showed the key before."""
    cell = _pruned(cell, me.at)
    at = _find(cell, key)
    if at is None:
        cell = cell[-(CELL_CAP - 1) * _RECORD.size :]
        return Probed(cell + _RECORD.pack(key, me.document, me.at // 1000), me)
    _, document, since = _RECORD.unpack_from(cell, at)
    if abs(me.at - since * 1000) <= HORIZON_MS:
        return Probed(cell, Head(document, since * 1000))
    rest = cell[:at] + cell[at + _RECORD.size :]
    return Probed(rest + _RECORD.pack(key, me.document, me.at // 1000), me)


def _find(cell: bytes, key: int) -> int | None:
    wanted = _KEY.pack(key)
    at = cell.find(wanted)
    while at >= 0 and at % _RECORD.size:
        at = cell.find(wanted, at + 1)
    return at if at >= 0 else None


def _pruned(cell: bytes, now: int) -> bytes:
    stale = 0
    while stale < len(cell) and now - _RECORD.unpack_from(cell, stale)[2] * 1000 > HORIZON_MS:
        stale += _RECORD.size
    return cell[stale:]
