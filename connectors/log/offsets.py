"""How far a read has come: the next offset of each partition, as a value that outlives the code.

A runner that checkpoints keeps these values for as long as the job lives, through upgrades, so they are
written as versioned JSON and never as pickled classes.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

import msgspec

from connectors.log.interface import Partition, Record

_LAYOUT = 1


class Share(NamedTuple):
    """One of `of` equal shares of a topic: the partitions whose number leaves `number` when divided."""

    number: int
    of: int

    @classmethod
    def parse(cls, text: str) -> "Share":
        """Return the share that `str` wrote."""
        number, of = text.split("/")
        return cls(int(number), int(of))

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def has(self, partition: Partition) -> bool:
        """Tell whether the partition belongs to this share."""
        return partition.partition % self.of == self.number


class Offsets(NamedTuple):
    """The next offset of each partition, where a bounded read ends, and whether the read is over."""

    next: Mapping[Partition, int]
    until: Mapping[Partition, int] | None = None
    done: bool = False

    def due(self, partitions: Iterable[Partition]) -> dict[Partition, int]:
        """Return where to read on in `partitions`, but for those read to their end; new ones begin at 0."""
        positions = {p: self.next.get(p, 0) for p in partitions}
        ends = self.until
        return {p: o for p, o in positions.items() if ends is None or o < ends.get(p, 0)}

    def has(self, record: Record) -> bool:
        """Tell whether the record lies before the end of the read."""
        end = None if self.until is None else self.until.get(Partition(record.topic, record.partition), 0)
        return end is None or record.offset < end

    def after(self, record: Record) -> "Offsets":
        """Return the offsets with the record read."""
        return self._replace(next={**self.next, Partition(record.topic, record.partition): record.offset + 1})


class _Written(msgspec.Struct, array_like=True):
    layout: int
    next: list[tuple[str, int, int]]
    until: list[tuple[str, int, int]] | None
    done: bool


def encode_offsets(offsets: Offsets) -> bytes:
    """Return the offsets as bytes; equal offsets give equal bytes."""
    until = None if offsets.until is None else _rows(offsets.until)
    return msgspec.json.encode(_Written(_LAYOUT, _rows(offsets.next), until, offsets.done))


def decode_offsets(written: bytes) -> Offsets:
    """Return what `encode_offsets` wrote; raise `ValueError` for the layout of another version."""
    found = msgspec.json.decode(written, type=_Written)
    if found.layout != _LAYOUT:
        raise ValueError(f"offsets of layout {found.layout}, this Missionwire knows {_LAYOUT}")
    until = None if found.until is None else _by_partition(found.until)
    return Offsets(_by_partition(found.next), until, found.done)


def _rows(offsets: Mapping[Partition, int]) -> list[tuple[str, int, int]]:
    return sorted((p.topic, p.partition, offset) for p, offset in offsets.items())


def _by_partition(rows: list[tuple[str, int, int]]) -> dict[Partition, int]:
    return {Partition(topic, number): offset for topic, number, offset in rows}
