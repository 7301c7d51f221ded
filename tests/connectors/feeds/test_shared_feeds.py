"""Collectors that share one database: each polls its own feeds, and takes over those of one that died."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.collector import Collector, real_sleep, utc_now
from connectors.feeds.feed import Feed
from connectors.feeds.feed_leases import METADATA, FeedLeases
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.sinks import LeaseLostError
from tests.cluster.databases import BOTH
from tests.connectors.feeds.collector_bench import MemorySinks, MemoryStates, VirtualTime, content, rss
from transforms.sql_engine import SqlAccess
from transforms.sql_store import StoreUnavailableError

OFTEN = timedelta(milliseconds=100)
FEEDS = [Feed(f"https://{i}.example/feed", "A", poll_floor=OFTEN, poll_ceiling=OFTEN) for i in range(6)]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Mortal(FeedLeases):
    """Leases that a death of the process leaves behind."""

    def leave(self):
        raise StoreUnavailableError("feed states", "leave", "the process is dead", retryable=False)


class Sharer:
    """A collector that tells whom it asks."""

    def __init__(self, access, owner, told, *, leases=FeedLeases, feeds=FEEDS, **more):
        self.owner, self.told, self.asked = owner, told, []
        self.leases = leases(access, owner, [feed.url for feed in feeds], lease=timedelta(seconds=3))
        values = {"clock": utc_now, "sleep": real_sleep} | more
        self.collector = Collector(
            feeds,
            fetch=self.fetch,
            read=self.read,
            sinks=MemorySinks().sinks(),
            states=FeedStates(access, self.leases.holds),
            code_version="test",
            leases=self.leases,
            **values,
        )

    async def fetch(self, url, *, etag=None, last_modified=None):
        self.asked.append(url)
        async with self.told:
            self.told.notify_all()
        return content(rss("one"))

    async def read(self, job):
        from connectors.feeds.reading import read_feed

        return read_feed(job)

    async def until_asked(self, count):
        """Wait until it has asked so many feeds since now."""
        self.asked.clear()
        async with self.told:
            await asyncio.wait_for(self.told.wait_for(lambda: len(set(self.asked)) >= count), 60)


@pytest.fixture(params=BOTH)
def access(request, tmp_path):
    path = f"sqlite:///{tmp_path}/feeds.db"
    access = SqlAccess(
        "feed states", path if request.param == "sqlite" else request.getfixturevalue("database_url")
    )
    with access.write("create tables") as c:
        METADATA.create_all(c)
    yield access
    access.close()


def test_feeds_are_shared_and_taken_over(access):
    async def run():
        told = asyncio.Condition()
        first, second = Sharer(access, "first", told, leases=Mortal), Sharer(access, "second", told)
        running = [asyncio.create_task(first.collector.run())]
        await first.until_asked(6)
        running.append(asyncio.create_task(second.collector.run()))
        await second.until_asked(3)
        assert len(second.leases.held) == 3
        assert first.leases.held.isdisjoint(second.leases.held)
        running[0].cancel()
        await asyncio.gather(running[0], return_exceptions=True)
        await second.until_asked(6)
        second.collector.stop()
        await running[1]
        assert second.leases.held == set()

    asyncio.run(run())


def test_a_poll_that_outlived_its_lease_saves_nothing(access):
    async def run():
        told = asyncio.Condition()
        slow = Sharer(access, "slow", told, clock=lambda: START)
        slow.leases.join(START)
        assert slow.leases.renew(START) == {feed.url for feed in FEEDS}
        fast = FeedLeases(access, "fast", [FEEDS[0].url])
        fast.join(START)

        async def fetch(url, **_):
            fast.renew(START + timedelta(minutes=1))
            return content(rss("one"))

        slow.collector._fetch = fetch
        with pytest.raises(LeaseLostError):
            await slow.collector.poll(FEEDS[0])
        await slow.collector.close()
        assert FeedStates(access).load() == {}

    asyncio.run(run())


class Lapsed:
    """Leases that are never renewed in time."""

    lease, until = timedelta(seconds=30), START

    def join(self, now):
        pass

    def renew(self, now, busy):
        return {feed.url for feed in FEEDS}

    def leave(self):
        pass


def test_nothing_is_begun_while_the_leases_are_not_good():
    async def run():
        time, asked = VirtualTime(), []

        async def fetch(url, **_):
            asked.append(url)
            return content(rss("one"))

        leases = Lapsed()
        states = MemoryStates()
        states.load_of = lambda urls: {}
        collector = Collector(
            FEEDS,
            fetch=fetch,
            read=None,
            sinks=MemorySinks().sinks(),
            states=states,
            code_version="test",
            clock=time.clock,
            sleep=time.sleep,
            leases=leases,
        )
        running = asyncio.create_task(collector.run())
        while time.now < START + timedelta(minutes=10) or not collector._timetable.soonest():  # noqa: ASYNC110
            await asyncio.sleep(0)
        assert asked == []
        collector.stop()
        await running

    asyncio.run(run())


def test_a_fault_of_the_leases_ends_the_collector(access):
    class Broken(FeedLeases):
        def renew(self, now, busy=()):
            raise StoreUnavailableError("feed states", "renew leases", "damaged", retryable=False)

    async def run():
        await Sharer(access, "broken", asyncio.Condition(), leases=Broken).collector.run()

    with pytest.raises(StoreUnavailableError, match="damaged"):
        asyncio.run(asyncio.wait_for(run(), 60))
