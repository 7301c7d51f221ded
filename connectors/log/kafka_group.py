"""A member of a Kafka consumer group, with a thread of its own that keeps it one.

The caller may be busy for minutes (a database is away), and a rebalance needs all members to answer soon: so
the thread polls all the time, and stops fetching while enough is at hand. What was at hand is dropped when
partitions move, and a commit of what was read before that is refused. A caller that has not come back for
`_GIVEN_UP` is taken for hung: its thread stops polling, and Kafka gives its partitions to others.
"""

import queue
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from datetime import timedelta
from time import monotonic
from typing import Any

from connectors.log import kafka_client
from connectors.log.interface import LogError, Partition, Record
from connectors.log.kafka_client import (
    MOVED,
    ConsumerRebalanceListener,
    TopicPartition,
    consumer,
    in_words,
    marked,
)
from connectors.log.kafka_reader import record_of
from connectors.log.location import KafkaLocation

SESSION = timedelta(seconds=10)
_GIVEN_UP = timedelta(minutes=10)
_ENOUGH = 1000
_ROUND_MS = 200
_JOIN_MS = 2000  # the library begins to look for the group anew in each call: a short one may never find it
_FIRST_S = 30.0
_NO_SHARE_S = 1.5  # a share that stays empty for so long is one: the first assignment may know no topics yet
_REST_S = 2.0  # how long a record at hand waits for others that are known to be there


class KafkaMember:
    """One member; its methods may be called from any thread, one at a time."""

    def __init__(
        self,
        location: KafkaLocation,
        group: str,
        topics: Sequence[str],
        interrupted: Callable[[], bool],
        session: timedelta = SESSION,
    ) -> None:
        self._location, self._group, self._interrupted = location, group, interrupted
        self._changed = threading.Condition()
        self._hand: deque[Record] = deque()
        self._polled: dict[Partition, int] = {}
        self._missing: dict[Any, int] | None = None  # what there was to read at the last assignment
        self._assigned_s: float | None = None
        self._fault: LogError | None = None
        self._commits: queue.SimpleQueue[tuple[dict[Any, Any], Future[None]]] = queue.SimpleQueue()
        self._closing, self._frozen = threading.Event(), threading.Event()
        self._came_s = monotonic()
        with in_words(f"joining group {group}", location):
            self._consumer = consumer(
                location,
                group,
                group_instance_id=location.instance,
                session_timeout_ms=int(session.total_seconds() * 1000),
                heartbeat_interval_ms=int(session.total_seconds() * 300),
                max_poll_interval_ms=int(_GIVEN_UP.total_seconds() * 1000),
            )
        self._consumer.subscribe(list(topics), listener=_Moves(self))
        self._thread = threading.Thread(target=self._run, name=f"group-{group}", daemon=True)
        self._thread.start()
        self._wait_for_share()

    def poll(self, *, max_records: int = 500, timeout: timedelta = timedelta(0)) -> list[Record]:
        """Return the next records of this member's share, waiting up to `timeout` for the first.

        The first poll waits for the share itself; then what is there already counts as no wait.
        """
        now = monotonic()
        self._came_s = now
        until, first_by, rest_by = now + timeout.total_seconds(), now + _FIRST_S, now + _REST_S
        with self._changed:
            while not (self._hand and self._settled()):
                self._raise_fault()
                by = rest_by if self._hand else until if self._settled() else max(until, first_by)
                left = by - monotonic()
                if left <= 0 or (self._interrupted() and self._settled()):
                    break
                self._changed.wait(min(left, 0.2))
            found = [self._hand.popleft() for _ in range(min(max_records, len(self._hand)))]
            for record in found:
                self._polled[Partition(record.topic, record.partition)] = record.offset + 1
        return found

    def commit(self) -> None:
        """Record that all polled records are done.

        Those of partitions that moved are refused once and then forgotten: their new owner reads them again.
        """
        with self._changed:
            polled = dict(self._polled)
        if not polled:
            return
        if not self._thread.is_alive():
            why = "this member has left, and the partitions moved"
            raise LogError(f"committing for group {self._group}", why, retryable=True)
        done: Future[None] = Future()
        self._commits.put(({TopicPartition(*p): marked(offset) for p, offset in polled.items()}, done))
        with in_words(f"committing for group {self._group}", self._location):
            try:
                done.result(timeout=kafka_client.REQUEST_S)
            except TimeoutError:
                why = "no answer in time"
                raise LogError(f"committing for group {self._group}", why, retryable=True) from None
            except (LogError, *MOVED):
                self._forget(polled)
                raise
        self._forget(polled)

    def _forget(self, polled: dict[Partition, int]) -> None:
        with self._changed:
            self._polled = {p: o for p, o in self._polled.items() if polled.get(p) != o}

    def close(self) -> None:
        """Leave the group, at once unless this member has a lasting name; nothing is committed."""
        self._closing.set()
        self._thread.join(timeout=kafka_client.REQUEST_S)

    def freeze(self) -> None:
        """Do as a process that has died: no heartbeat, no goodbye."""
        self._frozen.set()
        self._thread.join(timeout=kafka_client.REQUEST_S)

    def _wait_for_share(self) -> None:
        """Wait until the group has given this member its share, so that joining is done when it returns."""
        by = monotonic() + _FIRST_S
        with self._changed:
            while self._missing is None and monotonic() < by and not self._interrupted():
                self._raise_fault()
                self._changed.wait(0.2)

    def _raise_fault(self) -> None:
        if self._fault is not None:
            fault, self._fault = self._fault, None
            raise fault

    def _settled(self) -> bool:
        """Tell whether all that was there at the last look is at hand or read."""
        return self._missing is not None and not self._missing

    def _run(self) -> None:
        while not self._closing.is_set() and not self._frozen.is_set():
            try:
                with in_words(f"reading as a member of {self._group}", self._location):
                    self._round()
            except LogError as e:
                with self._changed:
                    self._fault = e
                    self._changed.notify_all()
                self._closing.wait(1.0)
        if self._frozen.is_set():
            self._consumer._coordinator.maybe_leave_group = lambda *_, **__: None  # noqa: SLF001 - as a dead one
        self._consumer.close(autocommit=False, timeout_ms=5000)

    def _round(self) -> None:
        self._commit_asked()
        if monotonic() - self._came_s > _GIVEN_UP.total_seconds():
            self._closing.wait(_ROUND_MS / 1000)
            return
        enough = len(self._hand) >= _ENOUGH
        share = self._consumer.assignment()
        (self._consumer.pause if enough else self._consumer.resume)(*share)
        fetched = self._consumer.poll(timeout_ms=_ROUND_MS if share else _JOIN_MS)
        with self._changed:
            for messages in fetched.values():
                self._hand.extend(record_of(message) for message in messages)
            if self._missing or fetched or (self._missing is None and self._has_share()):
                self._missing = {} if enough else self._unread()
            self._changed.notify_all()

    def _has_share(self) -> bool:
        if self._assigned_s is None:
            return False
        return bool(self._consumer.assignment()) or monotonic() - self._assigned_s >= _NO_SHARE_S

    def _unread(self) -> dict[Any, int]:
        """Return the ends of those partitions of the share that have something to read."""
        share = list(self._consumer.assignment())
        ends = self._consumer.end_offsets(share) if share else {}
        return {place: end for place, end in ends.items() if self._consumer.position(place) < end}

    def _commit_asked(self) -> None:
        while not self._commits.empty():
            offsets, done = self._commits.get()
            try:
                held = self._consumer.assignment()
                ours = {place: offset for place, offset in offsets.items() if place in held}
                if ours:
                    self._consumer.commit(ours)
                if len(ours) < len(offsets):
                    raise LogError(f"group {self._group}", "the partitions moved", retryable=True)
            except Exception as e:  # noqa: BLE001 - whatever it is belongs to the caller who asked
                done.set_exception(e)
            else:
                done.set_result(None)

    def moved(self, *, taken: bool) -> None:
        """Forget what was read under the last share; `taken` says that a new one has begun."""
        with self._changed:
            self._hand.clear()
            self._missing = None
            self._assigned_s = monotonic() if taken else None


class _Moves(ConsumerRebalanceListener):
    def __init__(self, member: KafkaMember) -> None:
        self._member = member

    def on_partitions_revoked(self, revoked: Any) -> None:  # noqa: ARG002
        self._member.moved(taken=False)

    def on_partitions_assigned(self, assigned: Any) -> None:  # noqa: ARG002
        self._member.moved(taken=True)
