"""A collector process that shares feeds and kills itself: folder, point.

It takes all leases, polls the first feed whole, and ends with the second: while pages are fetched, or when
its articles are on the log and its state is not saved.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed
from connectors.feeds.feed_leases import FeedLeases
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.fetch import FetchResult
from connectors.feeds.full_text import FullTexts
from connectors.feeds.reading import PageText, read_feed
from connectors.log.location import LogLocation
from pipeline.collect import sinks
from tests.connectors.feeds.pages import TEXT
from transforms.sql_engine import SqlAccess

FEEDS = [Feed(f"https://{name}.example/feed", name.upper(), full_text=True) for name in "ab"]
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


def database(folder):
    return SqlAccess("feed states", f"sqlite:///{folder}/state.sqlite")


def titles_of(name):
    return [f"Entry {name}{n}" for n in range(4)]


def body_of(url):
    name = url.split("//")[1][0]
    items = [
        f"<item><title>Entry {name}{n}</title><link>https://{name}.example/{n}</link></item>"
        for n in range(4)
    ]
    return f'<rss version="2.0"><channel>{"".join(items)}</channel></rss>'.encode()


class Member:
    """A collector named `owner` on the log and the database of a folder, at the time that `at` says."""

    def __init__(self, folder, owner, point="none"):
        self.at, self.point, self.asked = START, point, []
        self.log = LogLocation(folder / "log.sqlite").open()
        access = database(folder)
        self.leases = FeedLeases(access, owner, [feed.url for feed in FEEDS])
        states, to = FeedStates(access, self.leases.holds), sinks(self.log)
        states.save = self._before(states.save, "save", lambda state: state.url == FEEDS[1].url)
        hop = self._before(self._page, "page", lambda url, accept: url == "https://b.example/2")
        self.collector = Collector(
            FEEDS,
            fetch=self._fetch,
            read=self._read,
            sinks=to,
            states=states,
            code_version="test",
            clock=lambda: self.at,
            sleep=self._sleep,
            full_texts=partial(
                FullTexts, hop=hop, read=self._read_page, product="missionwire", clock=lambda: self.at,
                count=lambda outcomes: None,
            ),
        )  # fmt: skip

    def _before(self, call, name, matters):
        def wrapped(*arguments, **named):
            if name == self.point and matters(*arguments):
                os.kill(os.getpid(), signal.SIGKILL)
            return call(*arguments, **named)

        return wrapped

    async def _fetch(self, url, *, etag=None, last_modified=None):
        self.asked.append(url)
        return FetchResult("content", url, 200, {}, body_of(url))

    async def _read(self, job):
        return read_feed(job)

    async def _page(self, url, accept, *, cut_at=None):
        if url.endswith("/robots.txt"):
            return FetchResult("failed", url, 404, reason="http-404")
        return FetchResult("content", url, 200, {"content-type": "text/html"}, b"<html>")

    async def _read_page(self, job):
        return PageText(text=TEXT)

    async def _sleep(self, duration):
        self.at += duration

    async def poll(self, urls):
        """Poll these of the feeds."""
        await self.collector.load()
        for feed in FEEDS:
            if feed.url in urls:
                await self.collector.poll(feed)
        await self.collector.close()
        self.log.close()


def main(folder, point):
    one = Member(folder, "first", point)
    one.leases.join(START)
    held = one.leases.renew(START)
    asyncio.run(asyncio.wait_for(one.poll(held), timedelta(minutes=1).total_seconds()))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
