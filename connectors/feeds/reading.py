"""One body read to its end: bytes and their origin in, articles and rejected entries out.

A plain function of its job, so that a worker process and a replay do the very same.
"""

from datetime import datetime, timedelta
from typing import Literal

import msgspec

from connectors.feeds.articles import Origin, Rejected, article_of
from connectors.feeds.entry import NotAFeed
from connectors.feeds.parse import parse_feed
from transforms.records.article import Article


class ReadingJob(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A body to read. `feed` is the feed's id, `url` the address that answered, for relative links."""

    feed: str
    publisher: str
    url: str
    body: bytes
    fetched: datetime
    content_type: str = ""
    content_language: str = ""
    historical_before: datetime | None = None


class PageJob(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A page to read for the text of its article."""

    body: bytes
    content_type: str = ""


class PageText(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The article's text on a page: as `Article.text`, never empty."""

    text: str


class Harvest(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """What a feed gave: articles in its order, each version once. `cut` entries were too many.

    `stated_floor` is the distance of polls that it asks for.
    """

    articles: tuple[Article, ...]
    rejected: tuple[Rejected, ...] = ()
    title: str = ""
    bozo: str = ""
    cut: int = 0
    stated_floor: timedelta | None = None


class Unread(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """A body that gave nothing, and why."""

    reason: Literal["not-a-feed", "no-text", "parse-timeout", "parse-crash"]
    detail: str = ""


def read_feed(job: ReadingJob) -> Harvest | Unread:
    """Return the articles of a body, or why there are none."""
    parsed = parse_feed(job.body, url=job.url, content_type=job.content_type, language=job.content_language)
    if isinstance(parsed, NotAFeed):
        return Unread(reason="not-a-feed", detail=f"{parsed.kind} {parsed.detail}".strip())
    origin = Origin(
        feed=job.feed,
        publisher=job.publisher,
        fetched=job.fetched,
        language=parsed.language,
        historical_before=job.historical_before,
    )
    results = [article_of(entry, origin) for entry in parsed.entries]
    articles = {each.id: each for each in reversed(results) if isinstance(each, Article)}
    return Harvest(
        articles=tuple(reversed(articles.values())),
        rejected=tuple(each for each in results if isinstance(each, Rejected)),
        title=parsed.title[:1000],
        bozo=parsed.bozo,
        cut=parsed.cut,
        stated_floor=parsed.stated_floor,
    )
