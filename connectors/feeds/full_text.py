"""The pages of new articles, for feeds that carry a few lines of each: what a page says takes the place
of what the feed says, and the feed's text stays whenever anything fails.

Identity: `id` and `content_hash` stay those of the feed's entry, never of the page. Pages change from one
fetch to the next (related links, counters, a paywall that falls), and a poll may be repeated after a
crash between the log and the feed's state. If ids followed from pages, that repeat would be a second
article; as it is, both carry one id and one content, and deduplication ends the second as a repeat. The
price: a page that changes under an unchanged entry is not seen again, and one that failed is not tried again.

Costs are bounded in all directions: the first pages of a poll (fresh articles before historical ones),
a time for all of them together, and a few pages at once, of one poll, of one host and over all feeds, so
that a feed with slow or hostile pages delays nobody's articles but its own, and those not for long. A page
takes one of the places only while it is asked for and read, so that it takes ten slow hosts at once to keep
others waiting; and once reading one has taken too long, the poll's other pages are left. Every hop is asked
for at its host's turn, and only where that host's robots.txt allows it.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from weakref import WeakValueDictionary

import msgspec
import structlog

from connectors.feeds.feed import MAX_REDIRECTS, Feed, PageOutcome
from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates, host_of
from connectors.feeds.polite_get import Get, PoliteGet
from connectors.feeds.poll_results import PollResult
from connectors.feeds.reading import PageJob, PageText, Unread
from connectors.feeds.robots import Robots
from transforms.records.article import Article

_ACCEPT = "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"
_AT_ONCE, _AT_ONCE_OF_A_HOST, _AT_ONCE_OF_A_POLL = 20, 2, 2
_WORD = re.compile(r"[a-z]{5,}")

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """What became of a page; `text` if it was taken, `too_slow` if reading it was given up for that."""

    outcome: PageOutcome
    detail: str = ""
    text: str = ""
    too_slow: bool = False


class _Turns:
    """The pages of one poll that are under way, and whether one of them took too long to read."""

    def __init__(self) -> None:
        self.free, self.too_slow = asyncio.Semaphore(_AT_ONCE_OF_A_POLL), False


def to_fetch(articles: Sequence[Article], limit: int) -> tuple[Article, ...]:
    """Return the articles whose pages are fetched: fresh ones first, else in their order."""
    linked = [article for article in articles if article.url]
    return tuple(sorted(linked, key=lambda article: article.historical)[:limit])


def judged(article: Article, text: str) -> Page:
    """Return whether a page's text may stand for the article: fuller than the feed's, and about the same."""
    body = text.removeprefix(article.title).lstrip()
    if len(body) <= len(article.text):
        return Page("shorter", f"{len(body)} characters")
    words, said = _WORD.findall(article.title.casefold()), text.casefold()
    # what asks for consent or a login instead says nothing of what the title says
    if len(words) > 1 and not any(word in said for word in words):
        return Page("other-text", body[:80])
    return Page("taken", text=body)


def with_text(article: Article, text: str) -> Article:
    """Return the article with a page's text; what the feed said is its summary, unless that has one."""
    return msgspec.structs.replace(article, text=text, summary=article.summary or article.text)


class FullTexts:
    """Complete the articles of polls. `hop` is `Fetcher.hop`, `read` is `ReadingPool.read_page`.

    `product` is our name in robots.txt files. `count` is told the outcomes of each poll.
    """

    def __init__(
        self,
        gates: HostGates,
        in_flight: asyncio.Semaphore,
        *,
        hop: Get,
        read: Callable[[PageJob], Awaitable[PageText | Unread]],
        product: str,
        clock: Callable[[], datetime],
        count: Callable[[Mapping[PageOutcome, int]], None],
        limit: int = 10,
        patience: timedelta = timedelta(seconds=60),
    ) -> None:
        self._get = PoliteGet(hop, gates, in_flight, clock)
        self._robots = Robots(self._get, product, clock)
        self._read, self._count = read, count
        self._limit, self._patience = limit, patience
        self._places = asyncio.Semaphore(_AT_ONCE)
        self._places_of_hosts: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    async def complete(self, feed: Feed, result: PollResult) -> PollResult:
        """Return the result of a poll with the texts of its articles' pages, as far as they can be had."""
        if not result.articles:
            return result
        pages = await self._pages(to_fetch(result.articles, self._limit))
        articles, outcomes = [], Counter[PageOutcome]()
        for article in result.articles:
            page = pages.get(article.id) or Page("over-the-cut" if article.url else "no-link")
            outcomes[page.outcome] += 1
            articles.append(with_text(article, page.text) if page.outcome == "taken" else article)
            if article.id in pages and page.outcome != "taken":
                _log.info("feed text stays", url=article.url, reason=page.outcome, detail=page.detail)
        _log.info("full text", feed=feed.url, **{str(outcome): count for outcome, count in outcomes.items()})
        self._count(outcomes)
        return replace(result, articles=tuple(articles))

    async def _pages(self, articles: Sequence[Article]) -> dict[str, Page]:
        turns = _Turns()
        tasks = {each.id: asyncio.ensure_future(self._page(each, turns)) for each in articles}
        try:
            if tasks:
                await asyncio.wait(tasks.values(), timeout=self._patience.total_seconds())
        finally:
            for task in tasks.values():
                task.cancel()
            await asyncio.gather(*tasks.values(), return_exceptions=True)
        return {
            id_: Page("out-of-time") if task.cancelled() else task.result() for id_, task in tasks.items()
        }

    async def _page(self, article: Article, turns: _Turns) -> Page:
        try:
            async with turns.free:
                if turns.too_slow:
                    return Page("read-failed", "another page of this poll took too long to read")
                page = await self._follow(article, article.url or "")
                turns.too_slow |= page.too_slow
                return page
        except Exception as e:  # noqa: BLE001  a page never costs the article that the feed gave
            _log.exception("page failed by a bug", url=article.url)
            return Page("bug", type(e).__name__)

    async def _follow(self, article: Article, url: str) -> Page:
        for _ in range(MAX_REDIRECTS + 1):
            if (verdict := await self._robots.verdict(url)) != "allowed":
                return Page(verdict, url)
            async with self._place(url):
                answer = await self._get(url, _ACCEPT)
                if isinstance(answer, FetchResult):
                    return await self._judge(article, answer)
            url = answer
        return Page("fetch-failed", "too-many-redirects")

    @asynccontextmanager
    async def _place(self, url: str) -> AsyncIterator[None]:
        """Wait for a place among all pages that are asked for or read, so that no more bodies pile up."""
        new = asyncio.Semaphore(_AT_ONCE_OF_A_HOST)
        async with self._places_of_hosts.setdefault(host_of(url), new), self._places:
            yield

    async def _judge(self, article: Article, answer: FetchResult) -> Page:
        if answer.kind != "content":
            return Page("fetch-failed", f"{answer.reason} {answer.detail}".strip())
        content_type = answer.headers.get("content-type", "")
        if content_type and "html" not in content_type.lower():
            return Page("not-html", content_type[:80])
        read = await self._read(PageJob(body=answer.body, content_type=content_type))
        if isinstance(read, PageText):
            return judged(article, read.text)
        outcome: PageOutcome = "no-text" if read.reason == "no-text" else "read-failed"
        return Page(outcome, f"{read.reason} {read.detail}", too_slow=read.reason == "parse-timeout")
