import asyncio
import socket
from datetime import timedelta
from ipaddress import ip_network

import pytest

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed, FetchLimits
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.fetch import Fetcher
from connectors.feeds.name_lookup import ThreadResolver
from connectors.feeds.reading_pool import ReadingPool
from connectors.feeds.sinks import Sinks
from tests.connectors.feeds.scripted_server import scripted_server

pytestmark = pytest.mark.slow
LIMITS = FetchLimits(
    "missionwire-test",
    read=timedelta(milliseconds=300),
    allowed_networks=(ip_network("127.0.0.0/8"),),
)
RSS = b"<rss version='2.0'><channel><item><title>Liftoff</title><guid>1</guid></item></channel></rss>"


def locally(host, port, family):
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]


async def silence(writer, asked):
    await asyncio.Event().wait()


async def collect(states):
    """Run a whole collector until all its feeds were polled once; return what it wrote."""
    articles, health, dead = [], [], []
    async with scripted_server() as server, Fetcher(LIMITS, resolver=ThreadResolver(locally)) as fetcher:
        server.answer("/good", body=RSS, ETag='"1"')
        server.answer("/html", body=b"<html>log in</html>")
        server.answer("/gone", 410)
        server.answer("/inside", 302, Location="http://169.254.169.254/")
        server.scripts["/silent"] = silence
        # a name for each, so that the gap between requests to one host does not slow the test
        feeds = [
            Feed(server.url(f"/{name}", f"{name}.example"), name, poll_floor=timedelta(milliseconds=50))
            for name in ("good", "html", "gone", "inside", "silent")
        ]
        readers = ReadingPool(workers=1)
        collector = Collector(
            feeds,
            fetch=fetcher.fetch,
            read=readers.read,
            sinks=Sinks(articles.extend, health.extend, dead.extend),
            states=states,
            code_version="test",
        )
        running = asyncio.create_task(collector.run())
        while len(health) < len(feeds):  # noqa: ASYNC110  the collector has no event for it
            await asyncio.sleep(0.01)
        collector.stop()
        await running
        await readers.close()
    return articles, health, dead


def test_each_feed_ends_in_the_state_that_its_server_deserves(tmp_path):
    states = FeedStates.open(f"sqlite:///{tmp_path}/feeds.db")
    articles, health, dead = asyncio.run(collect(states))
    assert {(change.feed.rpartition("/")[2], change.state, change.reason) for change in health} == {
        ("good", "ok", ""),
        ("html", "failing", "not-a-feed"),
        ("gone", "gone", "http-410"),
        ("inside", "failing", "refused-address"),
        ("silent", "failing", "timeout"),
    }
    assert [article.title for article in articles] == ["Liftoff"]
    assert articles[0].historical is True
    assert [letter.value for letter in dead] == [b"<html>log in</html>"]
    assert {state.etag for state in states.load().values()} == {'"1"', None}
    states.close()
