"""The notifier: alerts from the log into the outbox, notifications from the outbox to their receivers.

Offsets are committed after the outbox has the decisions, so an alert is seen again rather than lost, and
known keys make seeing it again harmless. A stop ends after the attempts under way.
"""

import asyncio
import logging
import random
import time
import uuid
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from alerts.ledger import Ledger
from alerts.outbox import Outbox
from alerts.patience import Patience, Stopped
from alerts.plan import Plan, Route, plan
from alerts.reading import readable
from alerts.receivers.receiver import Receiver
from alerts.retry import RetryLimits
from alerts.sender import Observer, Sender
from transforms.records import DeadLetter, Position, UndecodableError, deterministic_id
from transforms.sql_store import StoreUnavailableError

_LOG = logging.getLogger("missionwire.notify")
_BATCH = 100


class AlertRecord(Protocol):
    """A record of the log, as far as it is read here."""

    @property
    def topic(self) -> str:
        """Return the topic."""
        ...

    @property
    def partition(self) -> int:
        """Return the partition."""
        ...

    @property
    def offset(self) -> int:
        """Return the offset."""
        ...

    @property
    def value(self) -> bytes:
        """Return the bytes."""
        ...

    @property
    def headers(self) -> tuple[tuple[str, bytes], ...]:
        """Return the headers."""
        ...


class AlertConsumer(Protocol):
    """A member of a consumer group on the topic of alerts."""

    def poll(self, *, max_records: int = 500, timeout: timedelta = timedelta(0)) -> Sequence[AlertRecord]:
        """Return the next records."""
        ...

    def commit(self) -> None:
        """Record that all polled records are done."""
        ...


@dataclass
class Notifier:
    """Runs until `stop`. `alone` says that no other notifier uses this outbox, so leases need no waiting out.

    `log_faults` are the exceptions of the log and of `dead_letter` that waiting may mend; what their
    `retryable` denies is raised. `lease` must be longer than any receiver's attempt; notifiers that share an
    outbox must share a `clock`, to within half of it.
    """

    consumer: AlertConsumer
    outbox: Outbox
    ledger: Ledger
    routes: Sequence[Route]
    receivers: Sequence[Receiver]
    dead_letter: Callable[[DeadLetter], None]
    clock: Callable[[], datetime]
    observer: Observer
    code_version: str
    alone: bool = False
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    log_faults: tuple[type[Exception], ...] = ()
    limits: RetryLimits = field(default_factory=RetryLimits)
    jitter: Callable[[], float] = random.random
    lease: timedelta = timedelta(minutes=2)
    poll_timeout: timedelta = timedelta(milliseconds=500)
    idle: timedelta = timedelta(seconds=5)
    ticks: Callable[[], float] = time.monotonic
    owner: str = field(default_factory=lambda: uuid.uuid4().hex)

    def __post_init__(self) -> None:
        self._patience = Patience((StoreUnavailableError, *self.log_faults), self.sleep, self.observer.failed)
        self._senders = {r.name: self._sender(r) for r in self.receivers}
        self._wake = {name: asyncio.Event() for name in self._senders}

    async def run(self) -> None:
        """Take in and send until `stop` is called."""
        try:
            await self.recover()
            async with asyncio.TaskGroup() as group:
                group.create_task(self._until_stopped(self.take_in))
                for name in self._senders:
                    group.create_task(self._send_until_stopped(name))
        except Stopped as e:
            _LOG.warning("stopped while this could not be done: %s", e)
        finally:
            for sender in self._senders.values():
                await sender.close()
            self._patience.close()

    def stop(self) -> None:
        """Ask `run` to end after the attempts under way; call it from the loop (a signal handler of it)."""
        self._patience.stopping.set()

    async def recover(self) -> None:
        """Settle what an earlier process left, and say what nobody will send."""
        if self.alone:
            for sender in self._senders.values():
                done = await self._patient(
                    "outbox", self.outbox.recover_of, sender.name, self.clock(), sender.decide
                )
                if done:
                    _LOG.warning("%d notifications to %s were being sent at the last stop", done, sender.name)
        for name in sorted(await self._patient("outbox", self.ledger.waiting_receivers) - set(self._senders)):
            _LOG.warning("notifications wait for receiver %s, which is not configured", name)
        await self._bury()

    async def take_in(self) -> int:
        """Move the next alerts from the log into the outbox and commit; return how many there were."""
        records = await self._patient(
            "log", self.consumer.poll, max_records=_BATCH, timeout=self.poll_timeout
        )
        if not records:
            return 0
        plans = [p for record in records if (p := await self._planned(record)) is not None]
        decided = await self._patient("outbox", self.outbox.record, plans, self.clock())
        for d in decided:
            if d.decision == "suppressed":
                self.observer.suppressed(d.reason)
        await self._patient("log", self.consumer.commit)
        for wake in self._wake.values():
            wake.set()
        return len(records)

    async def send_due(self) -> int:
        """Send what is due at each receiver; return how many attempts were made."""
        made = sum([await sender.send_due() for sender in self._senders.values()])
        await self._bury()
        return made

    async def _until_stopped(self, step: Callable[[], Awaitable[Any]]) -> None:
        while not self._patience.stopping.is_set():
            try:
                await step()
            except Stopped as e:
                _LOG.warning("stopped while this could not be done: %s", e)
                return

    async def _send_until_stopped(self, name: str) -> None:
        sender, wake = self._senders[name], self._wake[name]

        async def step() -> None:
            wake.clear()
            if await sender.send_due():
                await self._bury()
            else:
                await sender.wait_for_more(wake, self.idle)

        await self._until_stopped(step)

    async def _planned(self, record: AlertRecord) -> Plan | None:
        try:
            return plan(readable(record.value), self.routes, self.clock())
        except UndecodableError as e:
            reason, error = str(e.reason), str(e)
        except Exception as e:  # noqa: BLE001 - one record that breaks the planning must not stop the others
            reason, error = "fault", f"cannot plan: {type(e).__name__}: {e}"
        self.observer.failed(reason)
        _LOG.error("alert at %s/%d/%d: %s", record.topic, record.partition, record.offset, error)
        await self._patient("log", self.dead_letter, self._unusable(record, reason, error))
        return None

    async def _bury(self) -> None:
        """Put what is dead into the dead letters, each at least once."""
        for row in await self._patient("outbox", self.outbox.undelivered):
            letter = DeadLetter(
                id=deterministic_id("dead-letter", "notify", row.key, row.attempts),
                stage="notify",
                reason=row.reason.split(":")[0],
                error=f"notification {row.key} to {row.receiver}: {row.reason} after {row.attempts} attempts",
                value=row.message,
                at=row.settled or self.clock(),
                code_version=self.code_version,
            )
            await self._patient("log", self.dead_letter, letter)
            await self._patient("outbox", self.outbox.dead_lettered, row.key)
            self.observer.failed("gave-up" if letter.reason == "gave-up" else "refused")

    def _unusable(self, record: AlertRecord, reason: str, error: str) -> DeadLetter:
        position = Position(record.topic, record.partition, record.offset)
        return DeadLetter(
            id=deterministic_id("dead-letter", "notify", record.topic, record.partition, record.offset),
            stage="notify",
            reason=reason,
            error=error,
            value=record.value,
            at=self.clock(),
            code_version=self.code_version,
            headers={name: value.decode("utf-8", "replace") for name, value in record.headers},
            position=position,
        )

    async def _patient(self, what: str, call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        return await self._patience.until_done(what, call, *arguments, **named)

    def _sender(self, receiver: Receiver) -> Sender:
        return Sender(
            receiver,
            self.outbox,
            self.owner,
            self._patience,
            self.clock,
            self.observer,
            self.limits,
            self.jitter,
            self.lease,
            self.ticks,
        )
