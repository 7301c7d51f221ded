"""Where the collector writes, and the patience it has with it."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
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


class StateStore(Protocol):
    """As `FeedStates`; called from the writing thread."""

    def load(self) -> dict[str, FeedState]:
        """Return all states by feed URL."""
        ...

    def save(self, state: FeedState) -> None:
        """Store one state."""
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
