"""Time without its idle stretches: it passes as ours while anything is done, else it jumps to what is due."""

import asyncio
import heapq
import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Any

# rounds of the loop in which nobody but us had anything to do
_CALM = 3
_LOOK_AGAIN_S = 0.001


class ShortenedTime:
    """A clock and a sleep; while an awaited call of `busy` runs, nothing is skipped.

    By a `monotonic` clock in seconds that stands still, time passes in jumps alone.
    """

    def __init__(self, start: datetime, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._monotonic, self._zero = monotonic, start - timedelta(seconds=monotonic())
        self._under_way, self._numbers = 0, count()
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def now(self) -> datetime:
        """Return the time."""
        return self._zero + timedelta(seconds=self._monotonic())

    async def sleep(self, duration: timedelta) -> None:
        """Wait in this time."""
        over: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self.now() + duration, next(self._numbers), over))
        await over

    def busy(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """Return `call` such that time is real while it runs."""

        async def counted(*arguments: Any, **named: Any) -> Any:
            self._under_way += 1
            try:
                return await call(*arguments, **named)
            finally:
                self._under_way -= 1

        return counted

    async def pass_(self) -> None:
        """Wake sleepers when it is time, and skip what nobody uses; for ever."""
        calm, loop = 0, asyncio.get_running_loop()
        while True:
            woken = self._wake()
            # a jump while a poll is between two steps would make it, and whatever is due meanwhile, late
            calm = 0 if woken or self._under_way or loop._ready else calm + 1
            if calm > _CALM and self._sleepers:
                self._zero += max(timedelta(0), self._sleepers[0][0] - self.now())
                calm = 0
            await asyncio.sleep(_LOOK_AGAIN_S if self._under_way else 0)

    def _wake(self) -> int:
        woken = 0
        while self._sleepers and (self._sleepers[0][2].done() or self._sleepers[0][0] <= self.now()):
            over = heapq.heappop(self._sleepers)[2]
            if not over.done():
                over.set_result(None)
                woken += 1
        return woken
