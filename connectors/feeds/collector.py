"""The loop that polls feeds: articles go to the log first, what we remember of the feed is saved after.

A crash between the two repeats a poll, and a repeat is harmless because ids follow from content; the
other order would lose entries. One feed's trouble, even a bug of ours, ends with that feed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from random import random

import structlog

from connectors.feeds.answers import Answer, health_change, oddities, settle
from connectors.feeds.asking import Fetch, ask
from connectors.feeds.cadence import was_away
from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.full_text import FullTexts
from connectors.feeds.hosts import HostGates, host_of
from connectors.feeds.lease_keeping import LeaseKeeper
from connectors.feeds.moves import address_of
from connectors.feeds.observer import CollectorObserver, SilentObserver
from connectors.feeds.poll_results import PollResult, reading_job, result_of, without_reading
from connectors.feeds.reading import Harvest, ReadingJob, Unread
from connectors.feeds.schedule import first_poll
from connectors.feeds.sinks import LeaseLostError, Leases, PatientWriter, Sinks, StateStore
from connectors.feeds.timetable import Timetable
from transforms.first_of import first_of
from transforms.records.feed_health import FINE

# a clock that jumps is noticed within this time
_LONGEST_PAUSE = timedelta(seconds=60)

_log = structlog.get_logger(__name__)


def utc_now() -> datetime:
    """Return the time of the wall clock."""
    return datetime.now(UTC)


async def real_sleep(duration: timedelta) -> None:
    """Wait in real time."""
    await asyncio.sleep(duration.total_seconds())


class Collector:
    """Poll `feeds` until `stop`; every part that touches the world is an argument.

    `read` is `ReadingPool.read` in service; `code_version` goes into dead letters; `jitter` returns
    numbers in [0, 1). With `leases`, only what they hold is polled, and others may poll the rest; without,
    all feeds. `gates` are those that `fetch` waits at before it follows a redirect. `full_texts` makes what
    fetches pages, with the same manners. One object serves one `run` in one event loop.
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
        leases: Leases | None = None,
        gates: HostGates | None = None,
        full_texts: Callable[[HostGates, asyncio.Semaphore], FullTexts] | None = None,
    ) -> None:
        self._feeds, self._fetch, self._read = {feed.url: feed for feed in feeds}, fetch, read
        self._sinks, self._store, self._code_version = sinks, states, code_version
        self._observer = observer or SilentObserver()
        self._clock, self._sleep, self._jitter = clock, sleep, jitter
        self._gates = gates or HostGates(clock, sleep)
        self._in_flight = asyncio.Semaphore(in_flight)
        self._full_texts = full_texts(self._gates, self._in_flight) if full_texts else None
        self._writer = PatientWriter(sleep, self._observer.sink_waits)
        self._states: dict[str, FeedState] = {}
        self._timetable = Timetable()
        self._polls: dict[str, asyncio.Task[None]] = {}
        self._held: set[str] = set()
        self._keeper = self._keeper_of(leases) if leases else None
        self._wake = asyncio.Event()
        self._stopping = False

    async def run(self) -> None:
        """Poll until `stop`; polls under way are then cancelled, which loses nothing."""
        keeping: asyncio.Future[None] = asyncio.Future()
        try:
            if self._keeper:
                keeping = asyncio.ensure_future(self._keeper.run(self._sleep))
                keeping.add_done_callback(lambda _: self._wake.set())
            else:
                await self.load()
            while not self._stopping and not keeping.done():
                self._wake.clear()
                self._start_due()
                await self._pause()
            if keeping.done():
                keeping.result()
        finally:
            keeping.cancel()
            await self.close()

    def stop(self) -> None:
        """End `run` at once; may be called from a signal handler of the loop, and more than once."""
        self._stopping = True
        self._wake.set()

    async def close(self) -> None:
        """Cancel polls and end the writing thread; `run` does it itself."""
        polls = list(self._polls.values())
        for poll in polls:
            poll.cancel()
        await asyncio.gather(*polls, return_exceptions=True)
        self._writer.close()
        if self._keeper:
            await self._keeper.close()

    async def load(self) -> None:
        """Read what is remembered of the feeds; `run` does it itself."""
        await self._hold(set(self._feeds), self._store.load)

    async def change_feeds(self, feeds: Sequence[Feed]) -> None:
        """Poll these feeds instead; what is remembered of those that stay, and polls under way, go on."""
        before, self._feeds = self._feeds, {feed.url: feed for feed in feeds}
        self._held &= self._feeds.keys()
        self._states = {url: state for url, state in self._states.items() if url in self._held}
        now, changed = self._clock(), [feed for feed in feeds if feed != before.get(feed.url)]
        self._timetable.keep(self._held, {feed.url: now + feed.poll_ceiling for feed in changed})
        self._observer.states(self._states)
        if self._keeper:
            self._keeper.change(list(self._feeds))
        else:
            gained = self._feeds.keys() - self._held
            await self._hold(set(self._feeds), lambda: self._store.load_of(gained))

    async def _hold(self, urls: set[str], load: Callable[[], dict[str, FeedState]]) -> None:
        """Poll these feeds from now on and no others; what is new is read afresh, for others wrote it."""
        self._wake.set()
        if urls == self._held:
            return
        gained = urls - self._held
        stored = await self._writer.write(load) if gained else {}
        self._held = urls & self._feeds.keys()
        gained &= self._held
        known = {url: state for url, state in self._states.items() if url in urls and url not in gained}
        self._states = known | {url: stored.get(url) or FeedState(url) for url in gained}
        self._plan(gained)
        self._observer.states(self._states)
        self._wake.set()

    async def poll(self, feed: Feed) -> FeedState:
        """Poll one feed now and return its state after that; a bug in it becomes the reason `bug`."""
        before, started = self._state(feed), self._clock()
        try:
            result = await self._ask(feed, before)
            if feed.full_text and self._full_texts:
                result = await self._full_texts.complete(feed, result)
            await self._append(feed, before, result)
            after = await self._settle(feed, before, result.answer)
        except LeaseLostError:
            raise
        except Exception as e:  # noqa: BLE001  one bad feed never stops another
            _log.exception("poll failed by a bug", feed=feed.url)
            result = PollResult(Answer("failed", reason="bug", detail=type(e).__name__))
            after = await self._settle(feed, before, result.answer)
        outcome = result.answer.reason or result.answer.kind
        self._observer.polled(feed, outcome, self._clock() - started)
        return after

    async def _ask(self, feed: Feed, state: FeedState) -> PollResult:
        async with AsyncExitStack() as stack:
            async with self._gates.turn(host_of(address_of(state))):
                # held until the body is read, or bodies would pile up before a slow reader
                await stack.enter_async_context(self._in_flight)
                fetched = await ask(self._fetch, self._gates, state, self._clock)
            now = self._clock()
            if answer := without_reading(state, fetched, now):
                return PollResult(answer)
            read = await self._read(reading_job(feed, state, fetched, now))
        return result_of(feed, state, fetched, read, now, self._code_version)

    async def _append(self, feed: Feed, before: FeedState, result: PollResult) -> None:
        if result.articles:
            await self._writer.write(self._sinks.articles, result.articles)
        if result.dead:
            await self._writer.write(self._sinks.dead_letters, result.dead)
        self._observer.appended(feed, len(result.articles))
        if result.answer.kind == "entries" and was_away(feed, before, self._clock()):
            self._tell_of_catching_up(feed, before, result)
        self._note(feed, result.oddities())

    def _tell_of_catching_up(self, feed: Feed, before: FeedState, result: PollResult) -> None:
        away = str(self._clock() - before.last_success) if before.last_success else "first poll"
        historical = sum(article.historical for article in result.articles)
        articles = len(result.articles)
        _log.info("caught up", feed=feed.url, after=away, articles=articles, historical=historical)
        self._observer.caught_up(feed, articles, historical)

    def _note(self, feed: Feed, kinds: dict[str, int]) -> None:
        for kind, count in kinds.items():
            _log.warning("odd feed", feed=feed.url, kind=kind, count=count)
            self._observer.oddity(feed, kind, count)

    async def _settle(self, feed: Feed, before: FeedState, answer: Answer) -> FeedState:
        after = settle(feed, before, answer, self._clock(), self._jitter())
        # known before it is stored: should storing fail for good, the feed still backs off
        self._states[feed.url] = after
        self._note(feed, oddities(feed, before, after))
        if change := health_change(feed, before, after):
            log = _log.info if change.state in FINE else _log.warning
            log("feed state", feed=feed.url, state=change.state, reason=change.reason, detail=change.detail)
            await self._writer.write(self._sinks.health, (change,))
            self._observer.health(change)
        await self._writer.write(self._store.save, after)
        self._observer.states(self._states)
        return after

    def _state(self, feed: Feed) -> FeedState:
        return self._states.get(feed.url) or FeedState(feed.url)

    def _plan(self, gained: set[str]) -> None:
        """Drop what is not held, and plan what is new unless it is being polled still."""
        now = self._clock()
        self._timetable.keep(self._held - gained)
        for position, feed in enumerate(feed for url, feed in self._feeds.items() if url in gained):
            if feed.url not in self._polls:
                spread = first_poll(feed, now, position / len(gained))
                due = self._state(feed).next_poll
                self._timetable.add(feed.url, due if due and due > now else spread)

    def _start_due(self) -> None:
        now = self._clock()
        self._timetable.look(now)
        while self._may_begin() and (url := self._timetable.take(now)):
            self._polls[url] = asyncio.create_task(self._poll_and_plan(self._feeds[url]))

    async def _poll_and_plan(self, feed: Feed) -> None:
        try:
            await self.poll(feed)
        except LeaseLostError as e:
            _log.info("poll was in vain", why=str(e))
            self._held.discard(feed.url)
        except Exception:  # noqa: BLE001  one bad feed never stops another
            _log.exception("feed state could not be stored", feed=feed.url)
        del self._polls[feed.url]
        if feed.url in self._held:
            latest = self._clock() + self._feeds[feed.url].poll_ceiling
            due = self._state(feed).next_poll or latest
            # its settings may have changed while it was polled
            self._timetable.add(feed.url, due if self._feeds[feed.url] == feed else min(due, latest))
        else:
            self._states.pop(feed.url, None)
        self._wake.set()

    async def _pause(self) -> None:
        """Wait until a poll is due, a poll ended, or `stop`."""
        due = self._timetable.soonest()
        left = due - self._clock() if due and self._may_begin() else _LONGEST_PAUSE
        pause = max(timedelta(0), min(left, _LONGEST_PAUSE))
        await first_of(self._wake.wait(), self._sleep(pause))

    def _may_begin(self) -> bool:
        return self._keeper is None or self._keeper.alive()

    def _keeper_of(self, leases: Leases) -> LeaseKeeper:
        def busy() -> list[str]:
            return list(self._polls)

        def changed(urls: set[str]) -> Awaitable[None]:
            gained = urls - self._held
            return self._hold(urls, lambda: self._store.load_of(gained))

        writer = PatientWriter(self._sleep, self._observer.sink_waits)
        return LeaseKeeper(leases, writer, self._clock, busy, changed)
