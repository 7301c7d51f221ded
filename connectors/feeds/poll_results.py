"""A fetched body and what was read from it, told as the answer of a poll and what goes onto the log."""

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime

from connectors.feeds.answers import Answer, historical_before
from connectors.feeds.articles import Rejected
from connectors.feeds.dead_body import kept
from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.fetch import FetchResult
from connectors.feeds.reading import Harvest, ReadingJob, Unread
from connectors.feeds.stated_floors import of_headers
from transforms.records.article import Article
from transforms.records.dead_letter import DeadLetter
from transforms.records.wire import deterministic_id

NOT_A_FEED = "not-a-feed"
_OF_THE_READER = ("parse-timeout", "parse-crash")


@dataclass(frozen=True, slots=True)
class PollResult:
    """What one poll found: its answer, the articles not seen before, and what could not be read."""

    answer: Answer
    articles: tuple[Article, ...] = ()
    dead: tuple[DeadLetter, ...] = ()
    bozo: str = ""
    cut: int = 0

    def oddities(self) -> dict[str, int]:
        """Return what was strange but used: `bozo` (not well-formed), `cut` (entries over the limit)."""
        counts = {"bozo": int(bool(self.bozo)), "cut": self.cut}
        return {kind: count for kind, count in counts.items() if count}


def without_reading(state: FeedState, fetched: FetchResult, now: datetime) -> Answer | None:
    """Return the answer of a fetch whose body need not be read, or `None` if it must be."""
    if fetched.kind == "failed":
        detail = fetched.detail
        return Answer("failed", reason=fetched.reason, detail=detail, retry_after=fetched.retry_after)
    if fetched.kind == "not-modified":
        return Answer("not-modified", floor=of_headers(fetched.headers, now), moved_to=fetched.moved_to)
    digest = body_hash(fetched)
    if digest == state.bad_hash:
        reason = state.reason if state.reason in _OF_THE_READER else NOT_A_FEED
        return Answer("failed", reason=reason, detail="the same body as before", bad_hash=digest)
    return replace(_answer(fetched, now), kind="unchanged") if digest == state.body_hash else None


def reading_job(feed: Feed, state: FeedState, fetched: FetchResult, now: datetime) -> ReadingJob:
    """Return the job of reading a fetched body."""
    return ReadingJob(
        feed=feed.url,
        publisher=feed.publisher,
        url=fetched.url,
        body=fetched.body,
        fetched=now,
        content_type=fetched.headers.get("content-type", ""),
        content_language=fetched.headers.get("content-language", ""),
        historical_before=historical_before(state, now),
    )


def result_of(
    feed: Feed,
    state: FeedState,
    fetched: FetchResult,
    read: Harvest | Unread,
    now: datetime,
    code_version: str,
) -> PollResult:
    """Return what a read body means: the unseen of its articles and rejected entries, or a dead letter."""
    if isinstance(read, Unread):
        letter = _dead_body(feed, fetched, read, now, code_version)
        bad = body_hash(fetched) if _is_of_the_body(state, read) else None
        failed = Answer("failed", reason=read.reason, detail=read.detail, bad_hash=bad)
        return PollResult(failed, dead=(letter,))
    seen = set(state.recent_ids)
    articles = tuple(article for article in read.articles if article.id not in seen)
    rejected = {each.id: each for each in read.rejected if each.id not in seen}
    answer = replace(
        _answer(fetched, now),
        ids=(*(each.id for each in read.articles), *(each.id for each in read.rejected)),
        new=len(articles) + len(rejected),
        newest=max((article.stated_at for article in articles), default=None),
        body_floor=read.stated_floor,
    )
    dead = tuple(_dead_entry(feed, each, now, code_version) for each in rejected.values())
    return PollResult(answer, articles, dead, read.bozo, read.cut)


def _is_of_the_body(state: FeedState, read: Unread) -> bool:
    """Tell whether the body is at fault, and need not be read again.

    A reader that was too slow or died says nothing about the body where the machine is busy. One that
    ends so twice in a row is believed, or a hostile body would cost a reader's time at each poll.
    """
    return read.reason == NOT_A_FEED or read.reason == state.reason


def _answer(fetched: FetchResult, now: datetime) -> Answer:
    """Return what the answer says beside its entries."""
    return Answer(
        "entries",
        etag=fetched.headers.get("etag"),
        last_modified=fetched.headers.get("last-modified"),
        body_hash=body_hash(fetched),
        floor=of_headers(fetched.headers, now),
        moved_to=fetched.moved_to,
    )


def body_hash(fetched: FetchResult) -> str:
    """Return the hash by which two bodies of a feed are the same."""
    return hashlib.blake2b(fetched.body, digest_size=16).hexdigest()


def _dead_body(
    feed: Feed, fetched: FetchResult, read: Unread, now: datetime, code_version: str
) -> DeadLetter:
    headers = {"feed": feed.url, "publisher": feed.publisher, "url": fetched.url, **fetched.headers}
    body = kept(fetched.body)
    return DeadLetter(
        id=deterministic_id("dead-body", feed.url, body_hash(fetched)),
        stage="collect",
        reason=read.reason,
        error=read.detail or read.reason,
        value=body.value,
        coding=body.coding,
        cut_from_bytes=body.cut_from_bytes,
        at=now,
        code_version=code_version,
        headers=headers,
    )


def _dead_entry(feed: Feed, rejected: Rejected, now: datetime, code_version: str) -> DeadLetter:
    return DeadLetter(
        id=deterministic_id("dead-entry", feed.url, rejected.id),
        stage="collect",
        reason=rejected.reason,
        error=f"entry: {rejected.reason}",
        value=rejected.value,
        at=now,
        code_version=code_version,
        headers={"feed": feed.url, "publisher": feed.publisher},
    )
