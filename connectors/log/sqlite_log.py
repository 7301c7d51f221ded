"""The embedded home of the log: one SQLite file in WAL mode, for several processes of one machine.

Durability is that of `synchronous = NORMAL`: a killed process loses nothing, a power cut may lose the
last transactions but leaves the file whole; Kafka's default promises no more.
"""

import threading
import zlib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from pathlib import Path
from sqlite3 import Connection

import msgspec

from connectors.log.interface import LogError, NewRecord, Partition, Record, TopicSpec
from connectors.log.sqlite_connection import Connections, in_words
from connectors.log.sqlite_group import GroupMember
from connectors.log.sqlite_statements import (
    Topic,
    end_of,
    ensure_topic,
    monotonic,
    record_of,
    store_positions,
    to_ms,
)
from connectors.log.sqlite_sweep import sweep
from connectors.log.wakeup import Wakeup, ring_all

MAX_RECORD_BYTES = 16 * 1024 * 1024
LEASE = timedelta(seconds=10)
_BUSY = timedelta(seconds=10)


def utc_now() -> datetime:
    """Return the time of the wall clock."""
    return datetime.now(UTC)


class SqliteLog:
    """The log in the file `path`; `clock` gives append times, `lease` is how long a silent member stays."""

    def __init__(
        self,
        path: Path,
        clock: Callable[[], datetime] = utc_now,
        *,
        lease: timedelta = LEASE,
        busy: timedelta = _BUSY,
    ) -> None:
        self._connections = Connections(path, busy)
        self._clock, self._lease = clock, lease
        self._waiting = path.with_name(path.name + ".waiting")
        self._interrupted = threading.Event()
        self._waits: set[Wakeup] = set()

    def ensure_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Create or adjust topics, as the interface says."""
        with self._connections.writing("setting up topics in") as connection:
            for spec in specs:
                ensure_topic(connection, spec)

    def partitions(self, topic: str) -> list[Partition]:
        """Return the topic's partitions."""
        with self._connections.reading("reading topics of") as connection:
            return [Partition(topic, n) for n in range(self._topic(connection, topic).partitions)]

    def append(self, records: Sequence[NewRecord]) -> list[tuple[int, int]]:
        """Append all or none; readers of any process are woken."""
        if not records:
            return []
        for record in records:
            if len(record.value) > MAX_RECORD_BYTES:
                why = f"{len(record.value)} bytes, over the limit of {MAX_RECORD_BYTES}"
                raise LogError(f"appending to {record.topic}: key {record.key}", why, retryable=False)
        with self._connections.writing("appending to") as connection:
            places = self._append(connection, records)
        ring_all(self._waiting)
        return places

    def earliest(self, topic: str) -> dict[Partition, int]:
        """Return the lowest offset held of each partition, or its end."""
        lowest = "SELECT MIN(offset) FROM records WHERE topic = ? AND number = ?"
        return self._offsets(topic, lowest, ())

    def end(self, topic: str) -> dict[Partition, int]:
        """Return the next offset of each partition."""
        return self._offsets(topic, "SELECT NULL WHERE ? AND ?", ())

    def offset_at(self, topic: str, when: datetime) -> dict[Partition, int]:
        """Return the first offset of each partition appended at or after `when`, or its end."""
        first = "SELECT MIN(offset) FROM records WHERE topic = ? AND number = ? AND appended >= ?"
        return self._offsets(topic, first, (to_ms(when),))

    def read(
        self, positions: Mapping[Partition, int], *, max_records: int = 500, timeout: timedelta = timedelta(0)
    ) -> list[Record]:
        """Return records at and after the positions; block up to `timeout` while there are none."""
        found = self._read(positions, max_records)
        if found or timeout <= timedelta(0) or self.interrupted:
            return found
        return self._wait_and_read(positions, max_records, timeout)

    def interrupt(self) -> None:
        """End blocked and future waits of this object."""
        self._interrupted.set()
        for wait in list(self._waits):
            wait.ring()

    @property
    def interrupted(self) -> bool:
        """Tell whether `interrupt` was called."""
        return self._interrupted.is_set()

    def committed(self, group: str, topic: str) -> dict[Partition, int]:
        """Return the group's committed positions."""
        query = "SELECT number, offset FROM commits WHERE consumer_group = ? AND topic = ?"
        with self._connections.reading("reading positions of") as connection:
            rows = connection.execute(query, (group, topic))
            return {Partition(topic, number): offset for number, offset in rows}

    def commit(self, group: str, positions: Mapping[Partition, int]) -> None:
        """Store positions of a group."""
        with self._connections.writing("committing to") as connection:
            store_positions(connection, group, positions)

    def subscribe(self, group: str, topics: Sequence[str]) -> GroupMember:
        """Join a group."""
        for topic in topics:
            self.partitions(topic)
        return GroupMember(self, self._connections, group, tuple(topics), self._clock, self._lease)

    def sweep(self, now: datetime) -> int:
        """Apply retention and compaction."""
        return sweep(self._connections, to_ms(now))

    def close(self) -> None:
        """Close the file."""
        self._connections.close()

    def _topic(self, connection: Connection, name: str) -> Topic:
        """Return the topic as it is now: another process may have given it more partitions."""
        row = connection.execute("SELECT id, partitions FROM topics WHERE name = ?", (name,)).fetchone()
        if row is None:
            raise LogError(f"topic {name}", f"unknown to the log {self._connections.path}", retryable=False)
        return Topic(*row)

    def _append(self, connection: Connection, records: Sequence[NewRecord]) -> list[tuple[int, int]]:
        ends: dict[tuple[int, int], list[int]] = {}
        topics = {name: self._topic(connection, name) for name in {record.topic for record in records}}
        now, rows = to_ms(self._clock()), []
        for record in records:
            topic = topics[record.topic]
            number = self._partition_of(record, topic)
            end = ends.get((topic.id, number))
            if end is None:
                end = ends[topic.id, number] = end_of(connection, topic.id, number)
            wanted = now if record.appended is None else to_ms(record.appended)
            appended = max(end[1], wanted)
            headers = msgspec.msgpack.encode(record.headers) if record.headers else None
            rows.append((topic.id, number, end[0], appended, record.key, headers, record.value))
            end[:] = [end[0] + 1, appended]
        connection.executemany("INSERT INTO records VALUES (?, ?, ?, ?, ?, ?, ?)", rows)
        connection.executemany(
            "UPDATE partitions SET next_offset = ?, last_appended = ? WHERE topic = ? AND number = ?",
            [(*end, topic, number) for (topic, number), end in ends.items()],
        )
        return [(row[1], row[2]) for row in rows]

    def _partition_of(self, record: NewRecord, topic: Topic) -> int:
        if record.partition is None:
            return zlib.crc32(record.key.encode()) % topic.partitions
        if not 0 <= record.partition < topic.partitions:
            why = f"it has {topic.partitions} partitions, no number {record.partition}"
            raise LogError(f"topic {record.topic}", why, retryable=False)
        return record.partition

    def _offsets(self, topic: str, query: str, arguments: tuple[int, ...]) -> dict[Partition, int]:
        """Return what `query` gives for each partition, its end where that is nothing."""
        with self._connections.reading("reading offsets of") as connection:
            known = self._topic(connection, topic)
            found = {}
            for n in range(known.partitions):
                end = end_of(connection, known.id, n)[0]
                row = connection.execute(query, (known.id, n, *arguments)).fetchone()
                found[Partition(topic, n)] = end if row is None or row[0] is None else row[0]
            return found

    def _read(self, positions: Mapping[Partition, int], max_records: int) -> list[Record]:
        query = (
            "SELECT offset, key, value, headers, appended FROM records"
            " WHERE topic = ? AND number = ? AND offset >= ? ORDER BY offset LIMIT ?"
        )
        found: list[Record] = []
        with self._connections.reading("reading from") as connection:
            for (name, number), offset in positions.items():
                topic = self._topic(connection, name)
                rows = connection.execute(query, (topic.id, number, offset, max_records))
                found += [record_of(name, number, row) for row in rows]
        if len(positions) > 1:
            found.sort(key=attrgetter("appended", "topic", "partition", "offset"))
        return found[:max_records]

    def _wait_and_read(
        self, positions: Mapping[Partition, int], max_records: int, timeout: timedelta
    ) -> list[Record]:
        end = monotonic() + timeout
        with in_words("waiting at", self._waiting):
            wakeup = Wakeup(self._waiting)
        self._waits.add(wakeup)
        try:
            while not (found := self._read(positions, max_records)):
                left = end - monotonic()
                if left <= timedelta(0) or self.interrupted:
                    break
                wakeup.wait(left)
            return found
        finally:
            self._waits.discard(wakeup)
            wakeup.close()
