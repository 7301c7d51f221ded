"""An hour of many feeds on few, slow hosts, out of which idle moments are cut."""

import asyncio
from collections import Counter, defaultdict
from datetime import timedelta
from itertools import pairwise

import pytest

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed
from connectors.feeds.hosts import host_of
from connectors.feeds.reading import read_feed
from tests.bench.shortened_time import ShortenedTime
from tests.connectors.feeds.collector_bench import START, MemorySinks, MemoryStates, content, rss

FEEDS = tuple(Feed(f"https://h{n % 4}.example/{n}", "H") for n in range(48))
ANSWER_TAKES = timedelta(seconds=3)


class Hosts:
    """Answer slowly, and count the requests under way at each host and when they began."""

    def __init__(self, time):
        self.time, self.under_way, self.most = time, Counter(), Counter()
        self.starts, self.polls = defaultdict(list), Counter()

    async def fetch(self, url, *, etag=None, last_modified=None):
        host = host_of(url)
        self.polls[url] += 1
        self.starts[host].append(self.time.now())
        self.under_way[host] += 1
        self.most[host] = max(self.most[host], self.under_way[host])
        await self.time.sleep(ANSWER_TAKES)
        self.under_way[host] -= 1
        # ever new entries, so that each feed is polled as often as may be
        return content(rss(f"{url[-2:]} {self.polls[url]}"))


async def hour():
    time = ShortenedTime(START, monotonic=lambda: 0.0)  # however slow the machine is
    hosts = Hosts(time)

    async def read(job):
        return read_feed(job)

    collector = Collector(
        FEEDS,
        fetch=hosts.fetch,
        read=read,
        sinks=MemorySinks().sinks(),
        states=MemoryStates(),
        code_version="test",
        clock=time.now,
        sleep=time.sleep,
    )
    collector._writer.write = time.busy(collector._writer.write)
    passing, running = asyncio.create_task(time.pass_()), asyncio.create_task(collector.run())
    await time.sleep(timedelta(hours=1))
    collector.stop()
    await running
    passing.cancel()
    return hosts


@pytest.mark.slow
def test_no_host_has_more_than_two_requests_at_once_in_an_hour():
    hosts = asyncio.run(hour())
    assert hosts.most == dict.fromkeys((f"h{n}.example" for n in range(4)), 2)
    gaps = (later - sooner for starts in hosts.starts.values() for sooner, later in pairwise(starts))
    assert min(gaps) >= timedelta(seconds=1)
    assert min(hosts.polls[feed.url] for feed in FEEDS) >= 30
