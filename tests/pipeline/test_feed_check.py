"""A look at feeds keeps to the manners of the collector."""

import asyncio
from ipaddress import ip_network

from connectors.feeds.collector import utc_now
from connectors.feeds.feed import FetchLimits
from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates
from connectors.feeds.reading import read_feed
from pipeline.feed_check import Looker, look_at_all, looking
from tests.connectors.feeds.collector_bench import VirtualTime, rss
from tests.connectors.feeds.scripted_server import scripted_server


async def faults_of(looker, *urls):
    return [found.faults async for found in look_at_all(looker, urls)]


def test_a_host_that_asks_for_silence_gets_it_from_all_looks():
    asked = []

    async def fetch(url, *, etag=None, last_modified=None):
        asked.append(url)
        return FetchResult("failed", url, 429, reason="http-429")

    async def read(job):
        return read_feed(job)

    looker = Looker(fetch, read, HostGates(utc_now, VirtualTime().sleep))
    faults = asyncio.run(faults_of(looker, "https://a.example/1", "https://a.example/2"))
    assert asked == ["https://a.example/1"]
    assert faults == [["cannot be fetched: http-429"]] * 2


class Settings:
    """Of settings only what a look needs."""

    def fetch_limits(self):
        return FetchLimits("missionwire-test", allowed_networks=(ip_network("127.0.0.0/8"),))


def test_a_redirect_to_a_host_that_asked_for_silence_is_not_followed():
    async def run():
        async with scripted_server("127.0.0.1") as held, scripted_server("127.0.0.2") as moved:
            held.answer("/limited", 429)
            held.answer("/feed", body=rss("one"))
            moved.answer("/feed", 302, Location=held.url("/feed"))
            async with looking(Settings()) as looker:
                await faults_of(looker, held.url("/limited"))
                faults = await faults_of(looker, moved.url("/feed"))
            return faults, [path for path, _ in held.asked], held.url("/feed")

    faults, asked, target = asyncio.run(run())
    assert asked == ["/limited"]
    assert faults == [[f"cannot be fetched at {target}: http-429"]]
