"""A scripted site with robots.txt and pages, and the texts of articles that link there."""

import asyncio
import socket
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from connectors.feeds.answers import Answer
from connectors.feeds.feed import Feed, FetchLimits
from connectors.feeds.fetch import Fetcher
from connectors.feeds.full_text import FullTexts
from connectors.feeds.hosts import HostGates
from connectors.feeds.name_lookup import ThreadResolver
from connectors.feeds.page_text import read_page
from connectors.feeds.poll_results import PollResult
from tests.connectors.feeds.collector_bench import VirtualTime
from tests.connectors.feeds.pages import page
from tests.connectors.feeds.scripted_server import head, scripted_server
from transforms.records.article import Article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://feed.example/", "Example", full_text=True)
LIMITS = FetchLimits(
    "missionwire-test",
    read=timedelta(milliseconds=300),
    total=timedelta(seconds=1),
    max_body_bytes=600_000,
    allowed_networks=(ip_network("127.0.0.0/8"),),
)


def article(url, id_="1", **more):
    values = {
        "feed": FEED.url,
        "publisher": "E",
        "title": "Kestrel flies",
        "text": "Kestrel is up.",
        "fetched": NOW,
    }
    return Article(id=id_, url=url, content_hash="c", **(values | more))


looked_up = Counter()


def locally(host, port, family):
    looked_up[host] += 1
    inside = host == "inside.example" or (host == "rebinding.example" and looked_up[host] > 1)
    address = "10.0.0.1" if inside else "127.0.0.1"
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))]


class Site:
    """A server that `prepare` scripted, and the texts of articles that link there."""

    def __init__(self, prepare, *, read=None, **options):
        self.prepare, self.read, self.options = prepare, read, options
        self.outcomes, self.time = {}, VirtualTime()

    async def _read(self, job):
        return read_page(job)

    def complete(self, *paths, host="news.example", times=1):
        async def run():
            async with (
                scripted_server() as server,
                Fetcher(LIMITS, resolver=ThreadResolver(locally)) as fetcher,
            ):
                server.answer("/robots.txt", 404)
                self.prepare(server)

                async def hop(url, accept, **options):
                    # as if each answer of the name server were for once
                    fetcher._session.connector.clear_dns_cache()
                    return await fetcher.hop(url, accept, **options)

                texts = FullTexts(
                    HostGates(self.time.clock, self.time.sleep),
                    asyncio.Semaphore(10),
                    hop=hop,
                    read=self.read or self._read,
                    product="missionwire",
                    clock=self.time.clock,
                    count=self.outcomes.update,
                    **self.options,
                )
                articles = tuple(
                    article(server.url(path, host) if path else None, f"{n}") for n, path in enumerate(paths)
                )
                result = PollResult(Answer("entries"), articles)
                for _ in range(times):
                    self.outcomes.clear()
                    completed = await texts.complete(FEED, result)
                self.asked = [path for path, _ in server.asked]
                self.headers = [headers for _, headers in server.asked]
                return completed.articles

        return asyncio.run(run())


def html(server, path="/1", body=None, **headers):
    server.answer(path, body=page() if body is None else body, Content_Type="text/html", **headers)


def writing(*pieces, content_type="text/html", **headers):
    """Script a page that never ends."""

    def prepare(server):
        async def script(writer, asked):
            writer.write(head(Content_Type=content_type, **headers))
            for piece in pieces:
                writer.write(piece)
            await writer.drain()
            await asyncio.Event().wait()

        server.scripts["/1"] = script

    return prepare


def lasting(path, body, **headers):
    return lambda server: server.answer(path, body=body, **headers)
