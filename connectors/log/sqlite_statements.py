"""The statements of the embedded log that more than one of its files needs, and how it writes time."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from sqlite3 import Connection
from typing import NamedTuple

import msgspec

from connectors.log.interface import Partition, Record, TopicSpec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Topic(NamedTuple):
    """A topic's row."""

    id: int
    partitions: int


def to_ms(when: datetime) -> int:
    """Return milliseconds since 1970, UTC."""
    return (when - _EPOCH) // _MS


def monotonic() -> timedelta:
    """Return a time that never runs back, for measuring waits."""
    return timedelta(seconds=time.monotonic())


def store_positions(connection: Connection, group: str, positions: Mapping[Partition, int]) -> None:
    """Write a group's positions inside the caller's transaction."""
    connection.executemany(
        "INSERT INTO commits VALUES (?, ?, ?, ?)"
        " ON CONFLICT (consumer_group, topic, number) DO UPDATE SET offset = excluded.offset",
        [(group, topic, number, offset) for (topic, number), offset in positions.items()],
    )


def ensure_topic(connection: Connection, spec: TopicSpec) -> None:
    """Create the topic or bring it to its spec."""
    values = (
        spec.partitions,
        spec.retention // _MS if spec.retention else None,
        spec.retention_bytes,
        int(spec.compacted),
        spec.compact_after // _MS,
    )
    connection.execute(
        "INSERT INTO topics (name, partitions, retention_ms, retention_bytes, compacted, compact_after_ms)"
        " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET"
        " partitions = MAX(partitions, excluded.partitions), retention_ms = excluded.retention_ms,"
        " retention_bytes = excluded.retention_bytes, compacted = excluded.compacted,"
        " compact_after_ms = excluded.compact_after_ms",
        (spec.name, *values),
    )
    query = "SELECT id, partitions FROM topics WHERE name = ?"
    topic, partitions = connection.execute(query, (spec.name,)).fetchone()
    new = connection.executemany(
        "INSERT OR IGNORE INTO partitions VALUES (?, ?, 0, 0)", [(topic, n) for n in range(partitions)]
    )
    if new.rowcount:
        connection.execute("UPDATE generations SET generation = generation + 1")


def end_of(connection: Connection, topic: int, number: int) -> list[int]:
    """Return a partition's next offset and last append time (ms)."""
    query = "SELECT next_offset, last_appended FROM partitions WHERE topic = ? AND number = ?"
    return list(connection.execute(query, (topic, number)).fetchone())


def record_of(topic: str, number: int, row: tuple[int, str, bytes, bytes | None, int]) -> Record:
    """Return the record of a row (offset, key, value, headers, appended)."""
    offset, key, value, headers, appended = row
    pairs = msgspec.msgpack.decode(headers, type=tuple[tuple[str, bytes], ...]) if headers else ()
    return Record(topic, number, offset, key, value, pairs, _EPOCH + appended * _MS)
