"""Manners towards one server: few connections at once, a gap between requests, and silence when asked."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from urllib.parse import urlsplit


def host_of(url: str) -> str:
    """Return the host whose patience a request to `url` uses."""
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


class HostGates:
    """Give each host's requests their turns; bookkeeping of idle hosts stays as small as their names."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        sleep: Callable[[timedelta], Awaitable[None]],
        *,
        at_once: int = 2,
        gap: timedelta = timedelta(seconds=1),
    ) -> None:
        self._clock, self._sleep, self._gap = clock, sleep, gap
        self._slots: defaultdict[str, asyncio.Semaphore] = defaultdict(lambda: asyncio.Semaphore(at_once))
        self._next_start: dict[str, datetime] = {}
        self._held: dict[str, datetime] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for a free connection and for the gap since the last request; then it is the caller's turn."""
        async with self._slots[host]:
            await self.gap(host)
            yield

    async def gap(self, host: str) -> None:
        """Wait until the last request is long enough ago.

        A redirect waits for no more than that: two polls that each wait for the other's host would never end.
        """
        now = self._clock()
        start = max(now, self._next_start.get(host, now))
        self._next_start[host] = start + self._gap
        if start > now:
            await self._sleep(start - now)

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

    def held_until(self, host: str) -> datetime | None:
        """Return until when a host wants to be left alone, or `None`."""
        until = self._held.get(host)
        if until is not None and until <= self._clock():
            del self._held[host]
            return None
        return until
