"""The list of feeds changes while the collector runs: it goes on with those that stay."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.feeds.feed import Feed
from connectors.feeds.feed_leases import METADATA
from tests.connectors.feeds.collector_bench import START, Bench, content, rss
from tests.connectors.feeds.test_shared_feeds import FEEDS, Sharer
from transforms.sql_engine import SqlAccess

A, B, C = (Feed(f"https://{name}.org/feed", name.upper()) for name in "abc")
LONG = timedelta(hours=2)


class Asked:
    """A fetch that answers each feed with an article of its own, and keeps who asked when."""

    def __init__(self, bench):
        self.bench, self.urls, self.times, self.held = bench, [], [], None

    async def __call__(self, url, *, etag=None, last_modified=None):
        self.urls.append(url)
        self.times.append(self.bench.time.now - START)
        if self.held is not None:
            await self.held.wait()
        return content(rss(url[8]))


def scene(*feeds):
    bench = Bench(feeds=feeds)
    bench.fetch = Asked(bench)
    return bench, bench.fetch


def play(bench, story):
    """Run the collector while `story(collector, until)` tells what happens."""

    async def until(done):
        while not done():  # noqa: ASYNC110  virtual time has no events to wait for
            await asyncio.sleep(0)

    async def run():
        collector = bench.collector()
        running = asyncio.create_task(collector.run())
        await story(collector, until)
        collector.stop()
        await running

    asyncio.run(asyncio.wait_for(run(), 60))


def test_a_feed_that_was_added_is_polled_and_one_that_was_removed_never_again():
    bench, asked = scene(A, B)

    async def story(collector, until):
        await until(lambda: len(bench.states.rows) == 2)
        before = asked.urls.count(A.url)
        await collector.change_feeds([B, C])
        await until(lambda: asked.urls.count(C.url) > 2)
        # one poll may have been under way
        assert asked.urls.count(A.url) <= before + 1

    play(bench, story)


def test_what_is_remembered_of_a_feed_that_stays_is_kept():
    bench, asked = scene(A)

    async def story(collector, until):
        # virtual time runs ahead of the thread that writes
        await until(lambda: bench.time.now > START + LONG and A.url in bench.states.rows)
        polls = bench.states.rows[A.url].polls
        await collector.change_feeds([A, B])
        await until(lambda: B.url in asked.urls)
        await until(lambda: bench.states.rows[A.url].polls > polls)

    play(bench, story)
    assert bench.sinks.titles().count("a") == 1


def test_a_feed_that_comes_back_is_known_again():
    bench, asked = scene(A, B)

    async def story(collector, until):
        await until(lambda: len(bench.states.rows) == 2)
        await collector.change_feeds([B])
        polls = asked.urls.count(A.url)
        await collector.change_feeds([A, B])
        await until(lambda: asked.urls.count(A.url) > polls)

    play(bench, story)
    assert bench.sinks.titles() == ["a", "b"]


def test_a_poll_under_way_ends_in_peace_also_of_a_feed_that_was_removed():
    bench, asked = scene(A, B)
    seen = []
    bench.seen.states = lambda states: seen.append(sorted(states))

    async def story(collector, until):
        asked.held = asyncio.Event()
        await until(lambda: len(asked.urls) == 2)
        await collector.change_feeds([B])
        asked.held.set()
        await until(lambda: len(bench.states.rows) == 2)
        await collector.change_feeds([B, C])
        await until(lambda: len(bench.states.rows) == 3)

    play(bench, story)
    assert sorted(bench.sinks.titles()) == ["a", "b", "c"]
    assert seen[-1] == [B.url, C.url]


def test_a_feed_that_is_to_be_polled_oftener_need_not_wait_for_its_old_turn():
    # in virtual time a write to the store takes hours, so these are years
    slow = replace(A, poll_floor=timedelta(days=3650), poll_ceiling=timedelta(days=3650))
    bench, asked = scene(slow)

    async def story(collector, until):
        await until(lambda: A.url in bench.states.rows)
        await collector.change_feeds([replace(A, poll_ceiling=timedelta(hours=1))])
        await until(lambda: len(asked.urls) >= 2)

    play(bench, story)
    assert asked.times[1] < timedelta(days=1800)


@pytest.fixture
def access(tmp_path):
    access = SqlAccess("feed states", f"sqlite:///{tmp_path}/feeds.db")
    with access.write("create tables") as c:
        METADATA.create_all(c)
    yield access
    access.close()


def test_two_collectors_that_share_the_feeds_divide_a_changed_list_anew(access):
    async def run():
        told = asyncio.Condition()
        pair = [Sharer(access, name, told, feeds=FEEDS[:4]) for name in ("first", "second")]
        running = [asyncio.create_task(one.collector.run()) for one in pair]
        for one in pair:
            await one.until_asked(2)
        for one in pair:
            await one.collector.change_feeds(FEEDS[2:])
        wanted = [feed.url for feed in FEEDS[2:]]
        while sorted(url for one in pair for url in one.leases.held) != wanted:
            await pair[0].until_asked(1)
        for one in pair:
            await one.until_asked(2)
        for one in pair:
            one.collector.stop()
        await asyncio.gather(*running)

    asyncio.run(asyncio.wait_for(run(), 60))
