"""Where the collector writes, and the patience it has with it."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

import structlog

from connectors.feeds.feed import FeedState
from transforms.records.article import Article
from transforms.records.dead_letter import DeadLetter
from transforms.records.feed_health import FeedHealth

T = TypeVar("T")
_WAIT_FIRST, _WAIT_LONGEST = timedelta(seconds=1), timedelta(seconds=60)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Sinks:
    """Where records go. Each call is all or nothing, may block, and runs in the writing thread."""

    articles: Callable[[Sequence[Article]], object]
    health: Callable[[Sequence[FeedHealth]], object]
    dead_letters: Callable[[Sequence[DeadLetter]], object]


class LeaseLostError(Exception):
    """A feed is polled by another collector now, so its state is not ours to save."""

    retryable = False

    def __init__(self, url: str) -> None:
        super().__init__(f"feed {url}: another collector polls it now")


class StateStore(Protocol):
    """As `FeedStates`; called from the writing thread."""

    def load(self) -> dict[str, FeedState]:
        """Return all states by feed URL."""
        ...

    def load_of(self, urls: Collection[str]) -> dict[str, FeedState]:
        """Return the states of these feeds."""
        ...

    def save(self, state: FeedState) -> None:
        """Store one state; raise `LeaseLostError` if another collector has the feed."""
        ...


class Leases(Protocol):
    """As `FeedLeases`; called from one thread. `renew` is due after a third of `lease`."""

    lease: timedelta
    until: datetime

    def join(self, now: datetime) -> None:
        """Make this collector known."""
        ...

    def renew(self, now: datetime, busy: Collection[str]) -> set[str]:
        """Stay alive and return the URLs of the feeds to poll."""
        ...

    def change(self, urls: Sequence[str]) -> None:
        """Share these feeds instead; give up those that are none of them."""
        ...

    def leave(self) -> None:
        """Let others have all feeds."""
        ...


class PatientWriter:
    """Run writes one after the other off the loop; wait and try again while the error is `retryable`."""

    def __init__(
        self,
        sleep: Callable[[timedelta], Awaitable[None]],
        on_wait: Callable[[str, timedelta], None],
    ) -> None:
        self._sleep, self._on_wait = sleep, on_wait
        # a thread of its own: the loop's default ones may all be waiting for name servers
        self._thread = ThreadPoolExecutor(1, "collector-writes")

    async def write(self, action: Callable[..., T], *arguments: object) -> T:
        """Return what `action` returns; raise its error if waiting does not help."""
        wait = _WAIT_FIRST
        while True:
            try:
                loop = asyncio.get_running_loop()
                return await loop.run_in_executor(self._thread, partial(action, *arguments))
            except Exception as e:
                if not getattr(e, "retryable", False):
                    raise
                _log.warning("write waits", why=str(e), wait_s=wait.total_seconds())
                self._on_wait(str(getattr(e, "reason", type(e).__name__)), wait)
            await self._sleep(wait)
            wait = min(wait * 2, _WAIT_LONGEST)

    def close(self) -> None:
        """Finish the write under way and end the thread."""
        self._thread.shutdown(wait=True)
