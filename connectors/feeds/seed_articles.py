"""Articles that are no feed: lines of JSON, whole records or loose ones, and plain text files."""

from datetime import datetime
from pathlib import Path

import msgspec

from connectors.feeds.articles import MAX_TEXT, identity
from connectors.feeds.canonical_url import canonical_url
from connectors.feeds.dates import stated_time
from connectors.feeds.plain_text import one_line, tidy
from connectors.feeds.seed_notes import Notes, aware
from transforms.records.article import Article, article_id, content_hash
from transforms.records.wire import UndecodableError, decode

_LONGEST_TITLE_LINE = 200


class TimelessError(Exception):
    """Nothing says when the article is from, or it says nothing at all."""


class _Loose(msgspec.Struct):
    """A line as people write it: any of these, the rest is ignored."""

    id: str | int | None = None
    title: str | None = None
    text: str | None = None
    summary: str | None = None
    published: str | None = None
    fetched: str | None = None
    source: str | None = None
    publisher: str | None = None
    site: str | None = None
    feed: str | None = None
    url: str | None = None
    guid: str | None = None
    language: str | None = None


def article_of_line(line: bytes, notes: Notes, name: str) -> Article:
    """Return the article of one JSON line; raise `TimelessError` or `msgspec.MsgspecError`."""
    try:
        return _in_utc(decode(Article, line))
    except UndecodableError as e:
        if e.reason == "newer-schema":
            raise msgspec.ValidationError(f"article of a newer kind: {e.detail}") from e
    loose = msgspec.json.decode(line, type=_Loose)
    return _article(
        notes,
        name,
        title=one_line(tidy(loose.title or "")),
        text=tidy(loose.text or loose.summary or ""),
        loose=loose,
    )


def article_of_text(data: bytes, notes: Notes, path: Path) -> Article:
    """Return the article of a plain text file, whose first line may be its title."""
    title, text = split_title(tidy(data.decode("utf-8-sig", "replace")))
    return _article(notes, path.name, title=title, text=text, loose=_Loose())


def split_title(text: str) -> tuple[str, str]:
    """Return title and text: a short first line without a full stop, before an empty line, is a title."""
    first, separator, rest = text.partition("\n\n")
    is_title = bool(separator) and "\n" not in first and len(first) < _LONGEST_TITLE_LINE
    return (first, rest) if is_title and not first.endswith(".") else ("", text)


def _article(notes: Notes, name: str, *, title: str, text: str, loose: _Loose) -> Article:
    if not title and not text:
        raise TimelessError("neither title nor text")
    published = _moment("published", loose.published) or notes.published
    fetched = _moment("fetched", loose.fetched) or notes.fetched or published
    if fetched is None:
        raise TimelessError("no time: give a sidecar, --fetched or --published")
    feed = loose.feed or notes.feed or f"file:{name}"
    raw_url = loose.url or notes.url
    url = canonical_url(raw_url) if raw_url else None
    guid = loose.guid or (None if loose.id is None else str(loose.id))
    content = content_hash(title, text[:MAX_TEXT])
    return Article(
        id=str(loose.id) if loose.id is not None else article_id(identity(feed, url, guid), content),
        feed=feed,
        publisher=loose.source or loose.publisher or loose.site or notes.publisher or feed,
        title=title,
        text=text[:MAX_TEXT],
        fetched=fetched,
        url=url,
        guid=guid,
        summary=tidy(loose.summary or "") if loose.text else "",
        published=published,
        language=loose.language,
        content_hash=content,
    )


def _in_utc(article: Article) -> Article:
    return msgspec.structs.replace(
        article,
        fetched=aware(article.fetched),
        published=aware(article.published),
        updated=aware(article.updated),
    )


def _moment(what: str, text: str | None) -> datetime | None:
    moment = stated_time(text) if text else None
    if text and moment is None:
        raise TimelessError(f"{what} is no time: {text[:80]!r}")
    return moment
