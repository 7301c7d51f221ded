"""Trying again what the edge refused for now, until it works or the notifier stops."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from typing import Any, TypeVar

from transforms.first_of import first_of

T = TypeVar("T")
_FIRST, _LONGEST = timedelta(seconds=1), timedelta(seconds=30)
_MOST_THREADS = 16
_LOG = logging.getLogger("missionwire.notify")


class Stopped(Exception):  # noqa: N818 - not an error
    """The notifier stops while something could not be done; it will be done after the next start."""


class Patience:
    """Runs blocking calls in threads and repeats those that failed for now, with doubled waits.

    `faults` are the exceptions of the edge; one with `retryable` false is raised at once.
    """

    def __init__(
        self,
        faults: tuple[type[Exception], ...],
        sleep: Callable[[float], Awaitable[None]],
        failed: Callable[[str], None],
    ) -> None:
        self._faults, self._sleep, self._failed = faults, sleep, failed
        self.stopping = asyncio.Event()
        # Threads of its own: name look-ups of webhooks share the loop's and may hang for long.
        self._threads = ThreadPoolExecutor(_MOST_THREADS, thread_name_prefix="notify")

    async def until_done(self, what: str, call: Callable[..., T], *arguments: Any, **named: Any) -> T:
        """Return the call's result; raise `Stopped` if it fails while the notifier stops."""
        wait, loop = _FIRST, asyncio.get_running_loop()
        while True:
            try:
                return await loop.run_in_executor(self._threads, partial(call, *arguments, **named))
            except self._faults as e:
                self._failed(what)
                if not getattr(e, "retryable", True):
                    raise
                if self.stopping.is_set():
                    raise Stopped(what) from e
                _LOG.warning("%s failed: %s; next try in %.0f s", what, e, wait.total_seconds())
            await self.pause(wait)
            wait = min(wait * 2, _LONGEST)

    def close(self) -> None:
        """Let the threads go when their calls are over."""
        self._threads.shutdown(wait=False)

    async def pause(self, wait: timedelta, wake: asyncio.Event | None = None) -> None:
        """Sleep, but not past a stop or a wake-up."""
        events = [self.stopping.wait(), *([wake.wait()] if wake else [])]
        await first_of(*events, self._sleep(max(0.0, wait.total_seconds())))
