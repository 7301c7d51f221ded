"""Read partitions of Kafka at positions, merged by append time, with what was fetched ahead kept at hand.

A record may go out when every other partition either has one at hand to compare with or has none left, as
far as its end is known. So partitions come merged while they are behind, and none waits for another when
all are read to their ends. Repeated reads at the positions where the last one stopped seek nothing.
"""

import heapq
import threading
from collections import deque
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any

from connectors.log.interface import Partition, Record
from connectors.log.kafka_client import TopicPartition, consumer
from connectors.log.location import KafkaLocation

_SLICE_S = 0.2  # how soon an interrupt is noticed
_AHEAD = 2000  # a partition with so many records at hand is not fetched from
_FIRST_FETCH_S = 10.0


class KafkaReader:
    """Reads one set of partitions; `interrupted` ends waits."""

    def __init__(
        self, location: KafkaLocation, partitions: frozenset[Partition], interrupted: Callable[[], bool]
    ) -> None:
        self._consumer = consumer(location)
        self._consumer.assign([TopicPartition(*p) for p in partitions])
        self._interrupted = interrupted
        self._lock = threading.Lock()
        self._hand: dict[Partition, deque[Record]] = {p: deque() for p in partitions}
        self._next: dict[Partition, int] = dict.fromkeys(partitions, -1)
        self._ends: dict[Partition, int] = {}
        self._starts: dict[Partition, int] = {}

    def read(self, positions: Mapping[Partition, int], max_records: int, timeout: timedelta) -> list[Record]:
        """Return records at and after the positions; block up to `timeout` while there are none."""
        with self._lock:
            self._go_to(positions)
            if timeout <= timedelta(0) or self._interrupted():
                self._look_for_bounds(list(positions))  # nothing else would tell what came since
            now = monotonic()
            until, known_by = now + timeout.total_seconds(), now + _FIRST_FETCH_S
            while not (found := self._take(max_records)):
                waited = 0.0 if self._interrupted() else until - monotonic()
                left = waited if self._all_known() else max(waited, known_by - monotonic())
                if left <= 0:
                    break
                self._fetch(min(left, _SLICE_S))
            return found

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._consumer.close(timeout_ms=1000)

    def _go_to(self, positions: Mapping[Partition, int]) -> None:
        moved = []
        for partition, wanted in positions.items():
            hand, offset = self._hand[partition], max(wanted, self._starts.get(partition, 0))
            while hand and hand[0].offset < offset:
                hand.popleft()
            if hand and self._next[partition] <= offset <= hand[0].offset:
                self._next[partition] = offset
            elif hand or self._next[partition] != offset:
                hand.clear()
                self._consumer.seek(TopicPartition(*partition), offset)
                self._next[partition] = offset
                moved.append(partition)
        if moved:
            self._look_for_bounds(moved)

    def _look_for_bounds(self, partitions: list[Partition]) -> None:
        """Learn where the partitions begin and end; what is gone is skipped."""
        places = [TopicPartition(*p) for p in partitions]
        starts, ends = self._consumer.beginning_offsets(places), self._consumer.end_offsets(places)
        for partition, place in zip(partitions, places, strict=True):
            self._starts[partition], self._ends[partition] = starts[place], ends[place]
            self._next[partition] = max(self._next[partition], starts[place])

    def _all_known(self) -> bool:
        """Tell whether each partition has a record at hand, or none before its end as it was."""
        return all(hand or self._next[p] >= self._ends[p] for p, hand in self._hand.items())

    def _take(self, most: int) -> list[Record]:
        found: list[Record] = []
        if not self._all_known():
            return found
        heap = [(hand[0].appended, p, hand[0].offset) for p, hand in self._hand.items() if hand]
        heapq.heapify(heap)
        while heap and len(found) < most:
            _, partition, _ = heapq.heappop(heap)
            hand = self._hand[partition]
            record = hand.popleft()
            found.append(record)
            self._next[partition] = record.offset + 1
            if hand:
                heapq.heappush(heap, (hand[0].appended, partition, hand[0].offset))
            elif self._next[partition] < self._ends[partition]:
                break
        return found

    def _fetch(self, wait_s: float) -> None:
        full = [TopicPartition(*p) for p, hand in self._hand.items() if len(hand) >= _AHEAD]
        self._consumer.pause(*full)
        fetched = self._consumer.poll(timeout_ms=int(wait_s * 1000))
        self._consumer.resume(*full)
        for place, messages in fetched.items():
            partition = Partition(place.topic, place.partition)
            self._hand[partition].extend(record_of(message) for message in messages)
            end = self._consumer.highwater(place) or 0
            self._ends[partition] = max(self._ends[partition], end, messages[-1].offset + 1)
        self._pass_over_gaps()

    def _pass_over_gaps(self) -> None:
        """Go on where the client is, which compaction may have left nothing to give before."""
        for partition, hand in self._hand.items():
            if not hand and self._next[partition] < self._ends[partition]:
                position = self._consumer.position(TopicPartition(*partition), timeout_ms=0)
                self._next[partition] = max(self._next[partition], position or 0)


def record_of(message: Any) -> Record:
    """Return a message of kafka-python as a record of the log."""
    return Record(
        message.topic,
        message.partition,
        message.offset,
        (message.key or b"").decode("utf-8", "replace"),
        message.value or b"",
        tuple(message.headers),
        datetime.fromtimestamp(message.timestamp / 1000, UTC),
    )
