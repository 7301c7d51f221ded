"""Sends the due notifications of one receiver: take, begin, send, finish."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from alerts.notification import Notification
from alerts.outbox import Outbox
from alerts.patience import Patience
from alerts.receivers.outcome import Outcome, Retry, Unknown
from alerts.receivers.receiver import Receiver
from alerts.receivers.settings import OnUnknown
from alerts.retry import Next, RetryLimits, Tries, after_attempt

_LOG = logging.getLogger("missionwire.notify")

LATE = Retry("lease-spent")
# An attempt begins in the first quarter of its lease, or it might go on when another has taken over.
_SHARE = 4
# What is due may be locked by another process that is slow; asking without a pause would help nobody.
_SHORTEST = timedelta(milliseconds=200)


class _Begun(NamedTuple):
    at: datetime
    ticks: float
    room: timedelta

    def fresh(self, now: datetime, ticks: float) -> bool:
        """Tell whether a request may still begin, by both clocks.

        The monotonic one is not set back by anybody; the other goes on while the machine sleeps.
        """
        return now - self.at < self.room and ticks - self.ticks < self.room.total_seconds()


class Observer(Protocol):
    """What is counted: sent notifications with their latencies, suppressions and failures by reason."""

    def notified(
        self, receiver: str, fetch_to_notify_s: float | None, publish_to_notify_s: float | None
    ) -> None:
        """Count a sent notification."""
        ...

    def suppressed(self, reason: str) -> None:
        """Count an alert that a receiver is not told of."""
        ...

    def failed(self, reason: str, receiver: str | None = None) -> None:
        """Count a failed attempt at a receiver, or without one a fault of the log or the outbox."""
        ...


class Sender:
    """Sends for one receiver. `owner` is this process's name on leases."""

    def __init__(
        self,
        receiver: Receiver,
        outbox: Outbox,
        owner: str,
        patience: Patience,
        clock: Callable[[], datetime],
        observer: Observer,
        limits: RetryLimits,
        jitter: Callable[[], float],
        lease: timedelta,
        ticks: Callable[[], float],
    ) -> None:
        self.name = receiver.name
        self._receiver, self._outbox, self._owner, self._lease = receiver, outbox, owner, lease
        self._patience, self._clock, self._observer = patience, clock, observer
        self._limits, self._jitter = limits, jitter
        self._ticks = ticks
        self._not_before: datetime | None = None

    async def send_due(self) -> int:
        """Send what is due now; return how many attempts were made."""
        if self._not_before is not None and self._clock() < self._not_before:
            return 0
        keys = await self._patience.until_done("outbox", self._take)
        if self._patience.stopping.is_set() and keys:
            await self._patience.until_done("outbox", self._outbox.release, keys, self._owner)
            return 0
        return sum(await asyncio.gather(*(self._send_one(key) for key in keys)))

    async def wait_for_more(self, wake: asyncio.Event, longest: timedelta) -> None:
        """Wait until something may be due, for a moment at least."""
        due = await self._patience.until_done(
            "outbox", self._outbox.next_due, self._receiver.name, self._clock()
        )
        now = self._clock()
        wait = longest if due is None else min(longest, max(due, self._not_before or due) - now)
        await self._patience.pause(max(wait, _SHORTEST), wake)

    async def close(self) -> None:
        """Close the receiver."""
        await self._receiver.close()

    def decide(self, outcome: Outcome, tries: Tries) -> Next:
        """Return what follows an attempt, by this receiver's policy."""
        policy: OnUnknown = self._receiver.on_unknown
        return after_attempt(outcome, tries, self._clock(), self._jitter(), policy, self._limits)

    async def _send_one(self, key: str) -> int:
        outbox, owner = self._outbox, self._owner
        told, begun = await self._patience.until_done("outbox", self._begin, key)
        if told is None:
            return 0
        outcome = await self._attempt(told) if begun.fresh(self._clock(), self._ticks()) else LATE
        following = await self._patience.until_done(
            "outbox", outbox.finish, key, owner, outcome, self._clock(), self.decide
        )
        self._report(told, outcome, following)
        return 1

    def _take(self) -> list[str]:
        # The clock is read at each try: a time from before an outage would break back-offs and leases.
        now, most = self._clock(), self._receiver.concurrency
        return self._outbox.take(self.name, self._owner, now, self._lease, most, self.decide)

    def _begin(self, key: str) -> tuple[Notification | None, "_Begun"]:
        # The times are from before the row is marked, and new at each try: its lease ends no earlier.
        begun = _Begun(self._clock(), self._ticks(), self._lease / _SHARE)
        return self._outbox.begin(key, self._owner, begun.at, self._lease), begun

    async def _attempt(self, told: Notification) -> Outcome:
        try:
            return await self._receiver.send(told)
        except Exception as e:  # noqa: BLE001 - one message that breaks a receiver must not stop the others
            # The error's text may hold a secret, its type cannot.
            _LOG.error("notification %s to %s: fault %s", told.key, self._receiver.name, type(e).__name__)
            return Unknown(f"fault-{type(e).__name__}")

    def _report(self, told: Notification, outcome: Outcome, following: Next) -> None:
        name, alert = self._receiver.name, told.alert
        if following.state == "sent":
            now = self._clock()
            moments = (alert.fetched, alert.published) if alert else (None, None)
            self._observer.notified(name, *(_seconds(since, now) for since in moments))
            return
        if isinstance(outcome, Retry) and outcome.after and following.at:
            self._not_before = following.at
        self._observer.failed(outcome.reason, name)
        _LOG.warning(
            "notification %s to %s: %s, now %s%s",
            told.key,
            name,
            outcome.reason,
            following.state,
            f" until {following.at:%Y-%m-%dT%H:%M:%SZ}" if following.at else "",
        )


def _seconds(since: datetime | None, now: datetime) -> float | None:
    return None if since is None else (now - since).total_seconds()
