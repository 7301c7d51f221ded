"""The Kafka home of the log.

Append times are the records' timestamps, given by the appending process and never running back within a
topic as that process writes it. Clocks of several collectors may differ: then times of one partition do, by
as much; a record is found by `offset_at` where Kafka's time index has it, and states see times in the order
of offsets. An append that fails may have kept a part of its batch: to repeat it is safe, because ids follow
from content. Durability is that of `acks=all`: a record is on every in-sync replica when `append` returns.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

from connectors.log import kafka_client
from connectors.log.interface import LogError, NewRecord, Partition, Record, TopicSpec
from connectors.log.kafka_client import (
    MAX_RECORD_BYTES,
    KafkaError,
    TopicPartition,
    admin,
    consumer,
    in_words,
    marked,
    producer,
)
from connectors.log.kafka_group import SESSION, KafkaMember
from connectors.log.kafka_reader import KafkaReader
from connectors.log.kafka_topics import create_missing, partition_counts
from connectors.log.location import KafkaLocation

_READERS = 8


class KafkaLog:
    """The log of a Kafka cluster; `clock` gives append times, `session` is how long a silent member stays."""

    def __init__(
        self,
        location: KafkaLocation,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        *,
        session: timedelta = SESSION,
    ) -> None:
        self.location = location
        self._clock, self._session = clock, session
        self._lock = threading.RLock()
        self._stopped = threading.Event()
        self._producer: Any = None
        self._admin: Any = None
        self._asker: Any = None
        self._last_ms: dict[str, int] = {}
        self._counts: dict[str, int] = {}
        self._readers: dict[frozenset[Partition], KafkaReader] = {}
        self._committers: dict[str, Any] = {}
        self._members: list[KafkaMember] = []

    def ensure_topics(self, specs: Sequence[TopicSpec]) -> None:
        """Create missing topics and partitions; settings are for `missionwire topics apply`."""
        with self._lock, in_words("setting up topics", self.location):
            create_missing(self._administrator(), specs, self.location.replication)

    def partitions(self, topic: str) -> list[Partition]:
        """Return the topic's partitions as they are now."""
        with self._lock, in_words(f"topic {topic}", self.location):
            count = partition_counts(self._administrator(), [topic]).get(topic)
        if count is None:
            raise LogError(f"topic {topic}", "there is no such topic", retryable=False)
        if self._counts.setdefault(topic, count) != count:
            self._counts[topic] = count
            self._forget_producer()  # it learns of partitions too slowly
        return [Partition(topic, number) for number in range(count)]

    def append(self, records: Sequence[NewRecord]) -> list[tuple[int, int]]:
        """Append; return when all in-sync replicas have the records. On failure a part may be kept."""
        for record in records:
            self._check(record)
        what = f"appending to {', '.join(sorted({r.topic for r in records}))}"
        with self._lock, in_words(what, self.location):
            if self._producer is None:
                self._producer = producer(self.location)
            try:
                sent = [self._send(record) for record in records]
                self._producer.flush(timeout=2 * kafka_client.REQUEST_S)
                kept = [future.get(timeout=kafka_client.REQUEST_S) for future in sent]
                return [(each.partition, each.offset) for each in kept]
            except Exception:
                # It may wait for ever for what a broker has lost; whoever tries again brings all records.
                self._forget_producer()
                raise

    def earliest(self, topic: str) -> dict[Partition, int]:
        """Return the lowest offset held of each partition."""
        return self._ask(topic, lambda asker, places: asker.beginning_offsets(places))

    def end(self, topic: str) -> dict[Partition, int]:
        """Return the next offset of each partition."""
        return self._ask(topic, lambda asker, places: asker.end_offsets(places))

    def offset_at(self, topic: str, when: datetime) -> dict[Partition, int]:
        """Return the first offset of each partition appended at or after `when`, or its end."""

        def look(asker: Any, places: list[Any]) -> dict[Any, int]:
            ends = asker.end_offsets(places)
            found = asker.offsets_for_times(dict.fromkeys(places, _ms(when)))
            return {p: found[p].offset if found.get(p) else ends[p] for p in places}

        return self._ask(topic, look)

    def read(
        self, positions: Mapping[Partition, int], *, max_records: int = 500, timeout: timedelta = timedelta(0)
    ) -> list[Record]:
        """Return records at and after the positions; block up to `timeout` while there are none."""
        if not positions:
            return []
        with in_words(f"reading {next(iter(positions)).topic}", self.location):
            return self._reader(frozenset(positions)).read(positions, max_records, timeout)

    def interrupt(self) -> None:
        """End blocked and future waits of this object."""
        self._stopped.set()

    @property
    def interrupted(self) -> bool:
        """Tell whether `interrupt` was called."""
        return self._stopped.is_set()

    def committed(self, group: str, topic: str) -> dict[Partition, int]:
        """Return the group's committed positions."""
        partitions = self.partitions(topic)
        with self._lock, in_words(f"positions of group {group}", self.location):
            committer = self._committer(group)
            found = {p: committer.committed(TopicPartition(*p)) for p in partitions}
        return {p: offset for p, offset in found.items() if offset is not None}

    def commit(self, group: str, positions: Mapping[Partition, int]) -> None:
        """Store positions of a group."""
        if not positions:
            return
        with self._lock, in_words(f"committing for group {group}", self.location):
            offsets = {TopicPartition(*p): marked(offset) for p, offset in positions.items()}
            self._committer(group).commit(offsets)

    def subscribe(self, group: str, topics: Sequence[str]) -> KafkaMember:
        """Join a group; with `instance` in the location as a static member."""
        for topic in topics:
            self.partitions(topic)
        member = KafkaMember(self.location, group, topics, self._stopped.is_set, self._session)
        self._members.append(member)
        return member

    def sweep(self, now: datetime) -> int:  # noqa: ARG002
        """Leave retention and compaction to the brokers."""
        return 0

    def close(self) -> None:
        """Close all connections, within seconds even if the brokers are gone."""
        self.interrupt()
        for member in self._members:
            member.close()
        with self._lock:
            for reader in self._readers.values():
                reader.close()
            self._forget_producer()
            for client in (self._asker, *self._committers.values()):
                if client is not None:
                    client.close(timeout_ms=1000)
            if self._admin is not None:
                self._admin.close()
            self._readers, self._committers, self._asker, self._admin = {}, {}, None, None

    def _check(self, record: NewRecord) -> None:
        what = f"appending to {record.topic}: key {record.key}"
        if len(record.value) > MAX_RECORD_BYTES:
            why = f"{len(record.value)} bytes, over the limit of {MAX_RECORD_BYTES}"
            raise LogError(what, why, retryable=False)
        if record.topic not in self._counts:
            self.partitions(record.topic)
        if record.partition is not None and record.partition >= self._counts[record.topic]:
            count = len(self.partitions(record.topic))
            if record.partition >= count:
                why = f"it has {count} partitions, no number {record.partition}"
                raise LogError(f"topic {record.topic}", why, retryable=False)

    def _send(self, record: NewRecord) -> Any:
        at = max(_ms(record.appended or self._clock()), self._last_ms.get(record.topic, 0))
        self._last_ms[record.topic] = at
        return self._producer.send(
            record.topic,
            key=record.key.encode(),
            value=record.value,
            headers=list(record.headers),
            partition=record.partition,
            timestamp_ms=at,
        )

    def _ask(self, topic: str, look: Callable[[Any, list[Any]], dict[Any, int]]) -> dict[Partition, int]:
        places = [TopicPartition(*p) for p in self.partitions(topic)]
        with self._lock, in_words(f"offsets of {topic}", self.location):
            if self._asker is None:
                self._asker = consumer(self.location)
            try:
                found = look(self._asker, places)
            except KeyError:
                # the client passes over partitions that are younger than what it knows of the topic
                self._asker.close(timeout_ms=0)
                self._asker = consumer(self.location)
                found = look(self._asker, places)
            return {Partition(p.topic, p.partition): o for p, o in found.items()}

    def _reader(self, partitions: frozenset[Partition]) -> KafkaReader:
        with self._lock:
            reader = self._readers.pop(partitions, None)
            if reader is None:
                while len(self._readers) >= _READERS:
                    self._readers.pop(next(iter(self._readers))).close()
                reader = KafkaReader(self.location, partitions, self._stopped.is_set)
            self._readers[partitions] = reader
            return reader

    def _administrator(self) -> Any:
        if self._admin is None:
            self._admin = admin(self.location)
        return self._admin

    def _committer(self, group: str) -> Any:
        if group not in self._committers:
            self._committers[group] = consumer(self.location, group)
        return self._committers[group]

    def _forget_producer(self) -> None:
        if self._producer is not None:
            forgotten, self._producer = self._producer, None
            with suppress(KafkaError):  # what it still has was not acknowledged, and its sender knows
                forgotten.close(timeout=1)


def _ms(when: datetime) -> int:
    return int(when.timestamp() * 1000)
