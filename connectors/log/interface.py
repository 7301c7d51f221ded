"""The log: topics of ordered partitions, read by offset, in the words of Kafka.

What a home must promise (`tests/connectors/log/test_contract.py` asks it of each):
a partition keeps the order of appending; equal keys go to one partition; an offset names a
record for ever and is never used twice; an append is all or nothing for its batch and durable
when it returns; a reader sees no offset before all lower ones of its partition; append time
never runs backwards within a partition; a group's commit is read back by any process.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol


class Partition(NamedTuple):
    """One partition of a topic."""

    topic: str
    partition: int


class NewRecord(NamedTuple):
    """A record to append. `partition` overrides the key; `appended` is for replayed recordings only."""

    topic: str
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int | None = None
    appended: datetime | None = None


class Record(NamedTuple):
    """A record as the log holds it; `appended` is its event time (aware UTC, milliseconds)."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    appended: datetime


class TopicSpec(NamedTuple):
    """How a topic is kept: for how long, up to what size, and whether only the latest of a key counts.

    `compact_after` is the age at which an overtaken record of a compacted topic may go.
    """

    name: str
    partitions: int = 1
    retention: timedelta | None = None
    retention_bytes: int | None = None
    compacted: bool = False
    compact_after: timedelta = timedelta(hours=1)


class LogError(Exception):
    """The log could not do what was asked: `what`, `why`; `retryable` says whether waiting may help."""

    def __init__(self, what: str, why: str, *, retryable: bool) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why, self.retryable = what, why, retryable


class Consumer(Protocol):
    """A member of a consumer group: reads the partitions that are its share."""

    def poll(self, *, max_records: int = 500, timeout: timedelta = timedelta(0)) -> list[Record]:
        """Return the next records of this member's partitions, waiting up to `timeout` for the first."""
        ...

    def commit(self) -> None:
        """Record that all polled records are done; raise `LogError` if the partitions moved away."""
        ...

    def close(self) -> None:
        """Leave the group; nothing is committed by it."""
        ...


class Log(Protocol):
    """A home of the log. One object belongs to one process; its methods may be called from any thread."""

    def ensure_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Create the topics that are missing and bring the others to their specs; never fewer partitions."""
        ...

    def partitions(self, topic: str) -> list[Partition]:
        """Return the topic's partitions; raise `LogError` for an unknown topic."""
        ...

    def append(self, records: Sequence[NewRecord]) -> list[tuple[int, int]]:
        """Append all records or none; return (partition, offset) of each, in order."""
        ...

    def earliest(self, topic: str) -> dict[Partition, int]:
        """Return the lowest offset still held of each partition (its end if it holds none)."""
        ...

    def end(self, topic: str) -> dict[Partition, int]:
        """Return the offset that the next record of each partition will get."""
        ...

    def offset_at(self, topic: str, when: datetime) -> dict[Partition, int]:
        """Return the first offset of each partition appended at or after `when` (its end if none)."""
        ...

    def read(
        self, positions: Mapping[Partition, int], *, max_records: int = 500, timeout: timedelta = timedelta(0)
    ) -> list[Record]:
        """Return records at and after the positions, waiting up to `timeout` if there are none.

        Within a partition they are in offset order; several partitions are merged by append time.
        A position below the earliest offset reads from the earliest.
        """
        ...

    def interrupt(self) -> None:
        """End this object's blocked and future waits at once, for stopping; reads still work."""
        ...

    @property
    def interrupted(self) -> bool:
        """Tell whether `interrupt` was called."""
        ...

    def committed(self, group: str, topic: str) -> dict[Partition, int]:
        """Return the group's committed positions: the next offset to read, for partitions that have one."""
        ...

    def commit(self, group: str, positions: Mapping[Partition, int]) -> None:
        """Store positions of a group, without membership."""
        ...

    def subscribe(self, group: str, topics: Sequence[str]) -> Consumer:
        """Join a group. A partition without a committed position starts at its earliest offset."""
        ...

    def sweep(self, now: datetime) -> int:
        """Apply retention and compaction, in small steps; return how many records went."""
        ...

    def close(self) -> None:
        """Release the home's resources."""
        ...
