"""Entries to articles: each entry becomes one `Article` or is rejected with a reason, none gets lost."""

import json
import re
from datetime import datetime
from typing import Literal

import msgspec

from connectors.feeds.canonical_url import canonical_url
from connectors.feeds.dates import believable
from connectors.feeds.entry import Entry, Markup
from connectors.feeds.plain_text import one_line, plain_text, tidy
from transforms.records.article import Article, article_id, content_hash
from transforms.records.wire import deterministic_id

RejectReason = Literal["no-text", "no-identity"]

# Far beyond any news article, and a record on the log stays well under a megabyte.
MAX_TEXT, _MAX_TITLE, _MAX_NAME, _MAX_NAMES, _MAX_DATE = 100_000, 1_000, 200, 50, 80
_MAX_REJECTED_BYTES = 64 * 1024
_LANGUAGE = re.compile(r"[A-Za-z]{2,8}(?:-[A-Za-z0-9]{1,8}){0,3}")


class Origin(msgspec.Struct, frozen=True, kw_only=True):
    """What an article takes from its feed; older than `historical_before`, or of no age, is historical."""

    feed: str
    publisher: str
    fetched: datetime
    language: str | None = None
    historical_before: datetime | None = None


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """An entry that makes no article; `value` is the entry as JSON, `id` follows from it."""

    id: str
    reason: RejectReason
    value: bytes


def article_of(entry: Entry, origin: Origin) -> Article | Rejected:
    """Return the article of an entry, or the reason why it has none."""
    title = one_line(_plain(entry.title))[:_MAX_TITLE].strip()
    # mostly the summary is the only body, and stripping it costs more than parsing did
    plain = {markup: _plain(markup) for markup in {*entry.bodies, entry.summary}}
    text = max((plain[body] for body in entry.bodies), key=len, default="")[:MAX_TEXT].strip()
    summary = plain[entry.summary][:MAX_TEXT].strip()
    url = canonical_url(entry.link) if entry.link else None
    guid = one_line(tidy(entry.guid or ""))[:_MAX_TITLE] or None
    if not title and not text:
        return _rejected(entry, "no-text")
    if not url and not guid and not title:
        return _rejected(entry, "no-identity")
    return _article(entry, origin, title, text, summary, url, guid)


def identity(feed: str, url: str | None, guid: str | None) -> str:
    """Return what an article id is built on: as `Article.identity`, and the feed where that has nothing."""
    return url or f"{feed}\n{guid or ''}"


def _article(
    entry: Entry, origin: Origin, title: str, text: str, summary: str, url: str | None, guid: str | None
) -> Article:
    content = content_hash(title, text)
    published = believable(entry.published, origin.fetched)
    updated = believable(entry.updated, origin.fetched)
    return Article(
        id=article_id(identity(origin.feed, url, guid), content),
        feed=origin.feed,
        publisher=_name(entry.source or "") or origin.publisher,
        title=title,
        text=text,
        fetched=origin.fetched,
        url=url,
        guid=guid,
        summary="" if summary == text else summary,
        published=published,
        updated=updated,
        claimed="" if published or updated else one_line(tidy(entry.claimed))[:_MAX_DATE].strip(),
        language=_language(entry.language) or _language(origin.language),
        authors=_names(entry.authors),
        categories=_names(entry.categories),
        historical=_is_historical(published or updated, origin.historical_before),
        content_hash=content,
    )


def _is_historical(stated: datetime | None, before: datetime | None) -> bool:
    return before is not None and (stated is None or stated < before)


def _plain(markup: Markup) -> str:
    return plain_text(markup.text) if markup.is_html else tidy(markup.text)


def _name(text: str) -> str:
    return one_line(plain_text(text))[:_MAX_NAME].strip()


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for text in texts[:_MAX_NAMES] if (name := _name(text))))


def _language(text: str | None) -> str | None:
    return text if text and _LANGUAGE.fullmatch(text) else None


def _rejected(entry: Entry, reason: RejectReason) -> Rejected:
    # the standard library's encoder takes halves of surrogate pairs, which is what such entries are made of
    value = json.dumps(msgspec.to_builtins(entry)).encode()[:_MAX_REJECTED_BYTES]
    return Rejected(id=deterministic_id("rejected", reason, value.hex()), reason=reason, value=value)
