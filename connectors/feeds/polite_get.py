"""One request at its host's turn: what polls keep to, pages and robots.txt keep to as well."""

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates, host_of


class Get(Protocol):
    """As `Fetcher.hop`."""

    async def __call__(self, url: str, accept: str, *, cut_at: int | None = None) -> FetchResult | str:
        """Return what one request answers, or where it redirects to; raise nothing for expected failures."""
        ...


class PoliteGet:
    """Ask by `hop` (as `Fetcher.hop`) through the gates of the hosts, within `in_flight` requests in all."""

    def __init__(
        self, hop: Get, gates: HostGates, in_flight: asyncio.Semaphore, clock: Callable[[], datetime]
    ) -> None:
        self._hop, self._gates, self._in_flight, self._clock = hop, gates, in_flight, clock

    async def __call__(self, url: str, accept: str, *, cut_at: int | None = None) -> FetchResult | str:
        """Return what `hop` returns, or a failure if the host wants to be left alone."""
        host = host_of(url)
        async with self._gates.turn(host):
            if self._gates.held_until(host) is not None:
                return FetchResult("failed", url, 429, reason="http-429", detail="asked for silence")
            async with self._in_flight:
                answer = await self._hop(url, accept, cut_at=cut_at)
        if isinstance(answer, FetchResult):
            self._gates.heed(answer, self._clock())
        return answer
