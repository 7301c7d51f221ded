"""What holds for any bytes that are read as a feed, be they a feed or not."""

import unicodedata
from datetime import UTC, datetime, timedelta

import msgspec

from connectors.feeds.articles import MAX_TEXT, Rejected
from connectors.feeds.canonical_url import canonical_url
from connectors.feeds.parse import parse_feed
from connectors.feeds.reading import Harvest, ReadingJob, Unread, read_feed
from tests.connectors.feeds.suites import within_cpu_seconds
from transforms.records import encode
from transforms.records.article import Article, article_id
from transforms.records.wire import decode

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://example.org/feed"
LONGEST_S = 5
_UNSEEN = {"Cc", "Cs", "Zl", "Zp"}


def read(body: bytes, name: str = "body", **more: str) -> Harvest | Unread:
    """Return what a body gives; raise if it takes too long or breaks a promise."""
    job = ReadingJob(feed=URL, publisher="E", url=URL, body=body, fetched=FETCHED, **more)
    with within_cpu_seconds(LONGEST_S, name):
        result = read_feed(job)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=Harvest | Unread) == result, name
    if isinstance(result, Unread):
        assert result.reason == "not-a-feed", name
        return result
    for article in result.articles:
        _sound(article)
    for rejected in result.rejected:
        _kept(rejected)
    assert len({each.id for each in result.articles}) == len(result.articles), name
    return result


def every_entry_is_accounted_for(body: bytes, result: Harvest) -> bool:
    """Tell whether each entry is an article, the same version as another, or rejected."""
    parsed = parse_feed(body, url=URL)
    made = len(result.articles) + len(result.rejected)
    return made <= len(parsed.entries) and bool(made) == bool(parsed.entries)


def _sound(article: Article) -> None:
    assert decode(Article, encode(article)) == article
    assert article.title or article.text
    assert article.id == article_id(article.url or f"{URL}\n{article.guid or ''}", article.content_hash)
    assert article.url is None or canonical_url(article.url) == article.url
    for text in (article.title, article.text, article.summary, *article.authors, *article.categories):
        assert len(text) <= MAX_TEXT
        assert text == text.strip()
        assert unicodedata.is_normalized("NFC", text)
        assert all(
            c == "\n" or c.isprintable() or unicodedata.category(c) in ("Co", "Cn", "Cf", "Zs") for c in text
        )
    for moment in (article.published, article.updated):
        assert moment is None or moment.utcoffset() == timedelta(0)
        assert moment is None or moment <= FETCHED + timedelta(days=1)


def _kept(rejected: Rejected) -> None:
    assert rejected.reason in ("no-text", "no-identity")
    assert len(rejected.value) <= 64 * 1024
