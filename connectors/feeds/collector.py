"""The loop that polls feeds: articles go to the log first, what we remember of the feed is saved after.

A crash between the two repeats a poll, and a repeat is harmless because ids follow from content; the
other order would lose entries. One feed's trouble, even a bug of ours, ends with that feed.
"""

import asyncio
import heapq
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import random
from typing import Protocol

import structlog

from connectors.feeds.answers import Answer, health_change, settle, validators
from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates, host_of
from connectors.feeds.observer import CollectorObserver, SilentObserver
from connectors.feeds.poll_results import PollResult, reading_job, result_of, without_reading
from connectors.feeds.reading import Harvest, ReadingJob, Unread
from connectors.feeds.schedule import first_poll
from connectors.feeds.sinks import PatientWriter, Sinks, StateStore

# a clock that jumps is noticed within this time
_LONGEST_PAUSE = timedelta(seconds=60)

_log = structlog.get_logger(__name__)


class Fetch(Protocol):
    """As `Fetcher.fetch`."""

    async def __call__(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Return what the feed answers; raise nothing for expected failures."""
        ...


def utc_now() -> datetime:
    """Return the time of the wall clock."""
    return datetime.now(UTC)


async def real_sleep(duration: timedelta) -> None:
    """Wait in real time."""
    await asyncio.sleep(duration.total_seconds())


class Collector:
    """Poll `feeds` until `stop`; every part that touches the world is an argument.

    `read` is `ReadingPool.read` in service; `code_version` goes into dead letters; `jitter` returns
    numbers in [0, 1). One object serves one `run` in one event loop.
    """

    def __init__(
        self,
        feeds: Sequence[Feed],
        *,
        fetch: Fetch,
        read: Callable[[ReadingJob], Awaitable[Harvest | Unread]],
        sinks: Sinks,
        states: StateStore,
        code_version: str,
        observer: CollectorObserver | None = None,
        clock: Callable[[], datetime] = utc_now,
        sleep: Callable[[timedelta], Awaitable[None]] = real_sleep,
        jitter: Callable[[], float] = random,
        in_flight: int = 100,
    ) -> None:
        self._feeds, self._fetch, self._read = tuple(feeds), fetch, read
        self._sinks, self._store, self._code_version = sinks, states, code_version
        self._observer = observer or SilentObserver()
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._gates = HostGates(clock, sleep)
        self._in_flight = asyncio.Semaphore(in_flight)
        self._writer = PatientWriter(sleep, self._observer.sink_waits)
        self._states: dict[str, FeedState] = {}
        self._due: list[tuple[datetime, int]] = []
        self._last_look = datetime.min.replace(tzinfo=UTC)
        self._polls: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Poll until `stop`; polls under way are then cancelled, which loses nothing."""
        try:
            await self.load()
            self._plan_all()
            while not self._stopping:
                self._wake.clear()
                self._start_due()
                await self._pause()
        finally:
            await self.close()

    def stop(self) -> None:
        """End `run` at once; may be called from a signal handler of the loop, and more than once."""
        self._stopping = True
        self._wake.set()

    async def close(self) -> None:
        """Cancel polls and end the writing thread; `run` does it itself."""
        polls = list(self._polls)
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
        self._writer.close()

    async def load(self) -> None:
        """Read what is remembered of the feeds; `run` does it itself."""
        stored = await self._writer.write(self._store.load)
        self._states = {feed.url: stored.get(feed.url) or FeedState(feed.url) for feed in self._feeds}
        self._observer.states(self._states)

    async def poll(self, feed: Feed) -> FeedState:
        """Poll one feed now and return its state after that; a bug in it becomes the reason `bug`."""
        before, started = self._state(feed), self._clock()
        try:
            result = await self._ask(feed, before)
            await self._append(feed, result)
            after = await self._settle(feed, before, result.answer)
        except Exception as e:  # noqa: BLE001  one bad feed never stops another
            _log.exception("poll failed by a bug", feed=feed.url)
            result = PollResult(Answer("failed", reason="bug", detail=type(e).__name__))
            after = await self._settle(feed, before, result.answer)
        outcome = result.answer.reason or result.answer.kind
        self._observer.polled(feed, outcome, self._clock() - started)
        return after

    async def _ask(self, feed: Feed, state: FeedState) -> PollResult:
        async with AsyncExitStack() as stack:
            async with self._gates.turn(host_of(feed.url)):
                # held until the body is read, or bodies would pile up before a slow reader
                await stack.enter_async_context(self._in_flight)
                fetched = await self._get(feed, state)
            if answer := without_reading(state, fetched):
                return PollResult(answer)
            now = self._clock()
            read = await self._read(reading_job(feed, state, fetched, now))
        return result_of(feed, state, fetched, read, now, self._code_version)

    async def _get(self, feed: Feed, state: FeedState) -> FetchResult:
        if (until := self._gates.held_until(host_of(feed.url))) is not None:
            wait = until - self._clock()
            return FetchResult("failed", feed.url, 429, reason="http-429", retry_after=wait)
        etag, last_modified = validators(state)
        fetched = await self._fetch(feed.url, etag=etag, last_modified=last_modified)
        if fetched.status == 429 and fetched.retry_after:
            self._gates.hold(host_of(feed.url), self._clock() + fetched.retry_after)
        return fetched

    async def _append(self, feed: Feed, result: PollResult) -> None:
        if result.articles:
            await self._writer.write(self._sinks.articles, result.articles)
        if result.dead:
            await self._writer.write(self._sinks.dead_letters, result.dead)
        self._observer.appended(feed, len(result.articles), len(result.dead))
        for kind, count in result.oddities().items():
            _log.warning("odd feed", feed=feed.url, kind=kind, count=count)
            self._observer.oddity(feed, kind, count)

    async def _settle(self, feed: Feed, before: FeedState, answer: Answer) -> FeedState:
        after = settle(feed, before, answer, self._clock(), self._jitter())
        # known before it is stored: should storing fail for good, the feed still backs off
        self._states[feed.url] = after
        if change := health_change(feed, before, after):
            _log.info("feed state", feed=feed.url, state=change.state, reason=change.reason)
            await self._writer.write(self._sinks.health, (change,))
            self._observer.health(change)
        await self._writer.write(self._store.save, after)
        self._observer.states(self._states)
        return after

    def _state(self, feed: Feed) -> FeedState:
        return self._states.get(feed.url) or FeedState(feed.url)

    def _plan_all(self) -> None:
        now = self._clock()
        for index, feed in enumerate(self._feeds):
            spread = first_poll(feed, now, index / len(self._feeds))
            due = self._state(feed).next_poll
            self._due.append((due if due and due > now else spread, index))
        heapq.heapify(self._due)

    def _start_due(self) -> None:
        now = self._clock()
        if now < self._last_look:
            # The clock was set back: without this, nothing would be polled until it has caught up.
            self._due = [(due - (self._last_look - now), index) for due, index in self._due]
        self._last_look = now
        while self._due and self._due[0][0] <= now:
            _, index = heapq.heappop(self._due)
            task = asyncio.create_task(self._poll_and_plan(index))
            self._polls.add(task)
            task.add_done_callback(self._polls.discard)

    async def _poll_and_plan(self, index: int) -> None:
        feed = self._feeds[index]
        try:
            await self.poll(feed)
        except Exception:  # noqa: BLE001  one bad feed never stops another
            _log.exception("feed state could not be stored", feed=feed.url)
        due = self._state(feed).next_poll or self._clock() + feed.poll_ceiling
        heapq.heappush(self._due, (due, index))
        self._wake.set()

    async def _pause(self) -> None:
        """Wait until a poll is due, a poll ended, or `stop`."""
        left = self._due[0][0] - self._clock() if self._due else _LONGEST_PAUSE
        waits = {
            asyncio.ensure_future(self._wake.wait()),
            asyncio.ensure_future(self._sleep(max(timedelta(0), min(left, _LONGEST_PAUSE)))),
        }
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
            await asyncio.gather(*waits, return_exceptions=True)
