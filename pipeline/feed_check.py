"""One look at a feed: fetched once through the same guards and read in the same way as in service."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from connectors.feeds.asking import Fetch, ask
from connectors.feeds.collector import real_sleep, utc_now
from connectors.feeds.entry import MAX_ENTRIES
from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.feed_format import feed_format
from connectors.feeds.fetch import Fetcher, FetchResult
from connectors.feeds.hosts import HostGates, host_of
from connectors.feeds.page_links import possible_feeds
from connectors.feeds.poll_results import reading_job
from connectors.feeds.reading import Harvest, ReadingJob, Unread
from connectors.feeds.reading_pool import ReadingPool
from pipeline.settings import Settings

_AT_ONCE = 20
_VALIDATORS = ("etag", "last-modified")
_LATEST = timedelta(hours=1)


class Found(msgspec.Struct, kw_only=True, omit_defaults=True):
    """What a feed gave. `faults` is what is wrong with it, `remarks` what is odd but can be lived with."""

    url: str
    faults: list[str] = []
    remarks: list[str] = []
    format: str = ""
    title: str = ""
    entries: int = 0
    unreadable: int = 0
    newest: datetime | None = None
    validators: list[str] = []
    moved_to: str | None = None


class Looker(NamedTuple):
    """How to look: both as the collector does it."""

    fetch: Fetch
    read: Callable[[ReadingJob], Awaitable[Harvest | Unread]]
    gates: HostGates

    async def fetched(self, url: str) -> FetchResult:
        """Return what the address answers in its host's turn, or that its host wants to be left alone."""
        async with self.gates.turn(host_of(url)):
            return await ask(self.fetch, self.gates, FeedState(url), utc_now)

    async def look(self, url: str) -> Found:
        """Fetch a feed once and return what was found."""
        found = await self._found(url, await self.fetched(url))
        if found.moved_to:
            found.faults.append(f"has moved for good to {found.moved_to}")
        return found

    async def find(self, url: str) -> tuple[Found, list[str]]:
        """Return the feed at `url`, or the first one that the page there leads to; else what was tried.

        A feed that has moved for good is found where it is now.
        """
        fetched = await self.fetched(url)
        found = await self._found(fetched.moved_to or url, fetched)
        if found.format or fetched.kind != "content":
            return found, []
        links = possible_feeds(fetched.body, fetched.url)
        for link in links:
            at_link = await self.fetched(link)
            linked = await self._found(at_link.moved_to or link, at_link)
            if linked.format:
                return linked, []
        return found, links

    async def _found(self, url: str, fetched: FetchResult) -> Found:
        if fetched.kind != "content":
            why = f"{fetched.reason} {fetched.detail}".strip() or fetched.kind
            place = "" if fetched.url == url else f" at {fetched.url}"
            return Found(url=url, faults=[f"cannot be fetched{place}: {why}"])
        now = utc_now()
        job = reading_job(Feed(url, ""), FeedState(url), fetched, now)
        return described(url, fetched, await self.read(job), now)


def described(url: str, fetched: FetchResult, read: Harvest | Unread, now: datetime) -> Found:
    """Return what a body that was read means to a person."""
    if isinstance(read, Unread):
        return Found(url=url, faults=[f"cannot be read: {read.reason} {read.detail}".strip()])
    found = Found(
        url=url,
        format=feed_format(fetched.body) or "a feed",
        title=read.title,
        entries=len(read.articles),
        unreadable=len(read.rejected),
        newest=max((moment for a in read.articles if (moment := a.published or a.updated)), default=None),
        validators=[name for name in _VALIDATORS if fetched.headers.get(name)],
        moved_to=fetched.moved_to,
    )
    found.faults += _faults(found, read)
    found.remarks += _remarks(found, read, now)
    return found


def _faults(found: Found, read: Harvest) -> list[str]:
    cases = (
        (not read.articles and not read.rejected, "has no entries"),
        (bool(read.rejected), f"{len(read.rejected)} entries cannot be read"),
        (read.cut > 0, f"{read.cut} entries over the {MAX_ENTRIES} that are read"),
        (bool(read.articles) and found.newest is None, "no entry says when it was published"),
    )
    return [words for holds, words in cases if holds]


def _remarks(found: Found, read: Harvest, now: datetime) -> list[str]:
    newest = found.newest
    cases = (
        (bool(read.bozo), f"is not well-formed ({read.bozo}), but read all the same"),
        (not found.validators, "has neither ETag nor Last-Modified, so it is sent whole each time"),
        (newest is not None and newest > now + _LATEST, "its newest entry is from the future"),
        (newest is not None and newest < now - timedelta(days=90), "has had nothing new for 90 days"),
    )
    return [words for holds, words in cases if holds]


@asynccontextmanager
async def looking(settings: Settings) -> AsyncIterator[Looker]:
    """Give a looker with the limits of the settings."""
    async with AsyncExitStack() as stack:
        readers = ReadingPool(workers=2)
        stack.push_async_callback(readers.close)
        gates = HostGates(utc_now, real_sleep)
        fetcher = await stack.enter_async_context(Fetcher(settings.fetch_limits(), hop=gates.hop))
        yield Looker(fetcher.fetch, readers.read, gates)


async def look_at_all(looker: Looker, urls: Iterable[str]) -> AsyncIterator[Found]:
    """Yield what was found at each address, in their order."""
    room = asyncio.Semaphore(_AT_ONCE)

    async def look(url: str) -> Found:
        async with room:
            return await looker.look(url)

    looks = [asyncio.create_task(look(url)) for url in urls]
    try:
        for each in looks:
            yield await each
    finally:
        for each in looks:
            each.cancel()
