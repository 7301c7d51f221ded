"""Manners towards one server: few connections at once, a gap between requests, and silence when asked."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from connectors.feeds.fetch import FetchResult
from connectors.feeds.schedule import BACK_OFF_FIRST

_SWEEP_AT_LEAST = 1000


def host_of(url: str) -> str:
    """Return the host whose patience a request to `url` uses."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class _Gate:
    """One host's connections, and the line of those who wait for the gap between two requests."""

    def __init__(self, at_once: int) -> None:
        self.slots, self.line = asyncio.Semaphore(at_once), asyncio.Lock()


class HostGates:
    """Give each host's requests their turns; hosts that nobody asks any more are forgotten."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        sleep: Callable[[timedelta], Awaitable[None]],
        *,
        at_once: int = 2,
        gap: timedelta = timedelta(seconds=1),
    ) -> None:
        self._clock, self._sleep, self._gap, self._at_once = clock, sleep, gap, at_once
        self._gates: WeakValueDictionary[str, _Gate] = WeakValueDictionary()
        self._next_start: dict[str, datetime] = {}
        self._held: dict[str, datetime] = {}
        self._sweep_at = _SWEEP_AT_LEAST

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a free connection and for the gap since the last request; then it is the caller's turn."""
        gate = self._gate(host)
        async with gate.slots:
            await self.gap(host)
            yield

    async def gap(self, host: str) -> None:
        """Wait until the last request is long enough ago.

        A redirect waits for no more than that: two polls that each wait for the other's host would never end.
        """
        gate = self._gate(host)
        async with gate.line:
            now = self._clock()
            self._sweep(now)
            # never longer than the gap, should the clock have been set back
            if (left := self._next_start.get(host, now) - now) > timedelta(0):
                await self._sleep(min(left, self._gap))
            # from when it is, not when it should have been: who wakes late must not shorten the next gap
            self._next_start[host] = self._clock() + self._gap

    async def hop(self, url: str) -> timedelta | None:
        """Wait until a redirect to `url` may be followed, or return for how long its host is held."""
        host = host_of(url)
        if (until := self.held_until(host)) is not None:
            return until - self._clock()
        await self.gap(host)
        return None

    def hold(self, host: str, until: datetime) -> None:
        """Keep all requests from a host until a moment, because it said so."""
        self._held[host] = max(until, self._held.get(host, until))

    def heed(self, fetched: FetchResult, now: datetime) -> None:
        """Hold the host that asked for silence with a 429."""
        # one that names no time, or one that is past, means it all the same
        if fetched.status == 429:
            self.hold(host_of(fetched.url), now + (fetched.retry_after or BACK_OFF_FIRST))

    def held_until(self, host: str) -> datetime | None:
        """Return until when a host wants to be left alone, or `None`."""
        until = self._held.get(host)
        if until is not None and until <= self._clock():
            del self._held[host]
            return None
        return until

    def _gate(self, host: str) -> _Gate:
        return self._gates.setdefault(host, _Gate(self._at_once))

    def _sweep(self, now: datetime) -> None:
        """Forget what is over: pages may be on ever new hosts."""
        if len(self._next_start) + len(self._held) < self._sweep_at:
            return
        for moments in (self._next_start, self._held):
            for host in [host for host, moment in moments.items() if moment <= now]:
                del moments[host]
        self._sweep_at = max(_SWEEP_AT_LEAST, 2 * (len(self._next_start) + len(self._held)))
