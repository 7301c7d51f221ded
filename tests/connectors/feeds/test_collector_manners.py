"""How polls spread over time and over hosts, and who is left alone."""

import asyncio
from datetime import timedelta
from itertools import pairwise

from connectors.feeds.feed import Feed
from connectors.feeds.fetch import FetchResult
from tests.connectors.feeds.collector_bench import START, Bench, ScriptedFetch, content, failed, rss


def test_the_list_is_spread_over_one_floor_at_start():
    feeds = tuple(Feed(f"https://h{n}.org/feed", "H") for n in range(4))
    times = []
    bench = Bench(feeds=feeds)

    async def fetch(url, *, etag=None, last_modified=None):
        times.append((url, bench.time.now - START))
        return content(rss("one"))

    bench.fetch = fetch
    bench.run_until(lambda: len(times) >= 4)
    assert times[:4] == [(f"https://h{n}.org/feed", timedelta(seconds=15 * n)) for n in range(4)]


def test_a_host_gets_two_requests_at_once_a_second_apart():
    feeds = tuple(Feed(f"https://one.org/{n}", "H", poll_floor=timedelta(milliseconds=1)) for n in range(5))
    starts, running, most = [], set(), []

    async def run():
        bench = Bench(feeds=feeds)

        async def fetch(url, *, etag=None, last_modified=None):
            starts.append(bench.time.now - START)
            running.add(url)
            most.append(len(running))
            await asyncio.sleep(0)
            running.discard(url)
            return content(rss("one"))

        bench.fetch = fetch
        await bench.poll_all()

    asyncio.run(run())
    gaps = [later - sooner for sooner, later in pairwise(starts)]
    assert min(gaps) >= timedelta(seconds=1)
    assert max(most) <= 2


def test_no_more_than_so_many_requests_are_in_flight():
    feeds = tuple(Feed(f"https://h{n}.org/feed", "H") for n in range(300))
    running, most = set(), []

    async def run():
        bench = Bench(feeds=feeds)

        async def fetch(url, *, etag=None, last_modified=None):
            running.add(url)
            most.append(len(running))
            for _ in range(5):
                await asyncio.sleep(0)
            running.discard(url)
            return content(rss("one"))

        bench.fetch = fetch
        await bench.poll_all()

    asyncio.run(run())
    assert max(most) == 100


def test_a_429_without_a_time_holds_the_host_that_said_it():
    feeds = (Feed("https://a.org/1", "A"), Feed("https://b.org/2", "B"))
    limited = FetchResult("failed", "https://b.org/moved", 429, reason="http-429")
    fetch = ScriptedFetch(**{feeds[0].url: [limited], feeds[1].url: [content(b"")]})
    bench = Bench(feeds=feeds, fetch=fetch)
    bench.run_until(lambda: feeds[1].url in bench.states.rows)
    assert [url for url, _ in fetch.asked] == [feeds[0].url]
    assert bench.states.rows[feeds[1].url].reason == "http-429"


def test_a_host_that_asks_for_silence_gets_it_from_all_its_feeds():
    feeds = (Feed("https://a.org/1", "A"), Feed("https://a.org/2", "A"))
    fetch = ScriptedFetch(
        **{feeds[0].url: [failed("http-429", retry_after=timedelta(hours=1))], feeds[1].url: [content(b"")]}
    )
    bench = Bench(feeds=feeds, fetch=fetch)
    bench.run_until(lambda: feeds[1].url in bench.states.rows)
    assert [url for url, _ in fetch.asked] == [feeds[0].url]
    assert bench.states.rows[feeds[1].url].reason == "http-429"
