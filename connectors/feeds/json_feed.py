"""JSON Feed (jsonfeed.org, versions 1 and 1.1) to entries, believing nothing about its types."""

from typing import Any

import msgspec

from connectors.feeds.canonical_url import absolute_url
from connectors.feeds.dates import stated_time
from connectors.feeds.entry import MAX_ENTRIES, Entry, Markup, NotAFeed, ParsedFeed


def parse_json_feed(body: bytes, *, url: str, language: str = "") -> ParsedFeed | NotAFeed:
    """Return the feed that a JSON document holds; `language` is what its header said."""
    try:
        document = msgspec.json.decode(body.removeprefix(b"\xef\xbb\xbf"))
    except RecursionError:
        return NotAFeed("too-deep")
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return NotAFeed("json", "not well-formed")
    items = document.get("items") if isinstance(document, dict) else None
    version = _text(document, "version") or ""
    if not isinstance(items, list) or "jsonfeed.org" not in version:
        return NotAFeed("json", "no JSON Feed")
    return ParsedFeed(
        entries=tuple(_entry(item, url, _authors(document)) for item in items[:MAX_ENTRIES]),
        title=_text(document, "title") or "",
        language=_text(document, "language") or language or None,
        cut=max(0, len(items) - MAX_ENTRIES),
    )


def _entry(item: Any, url: str, feed_authors: tuple[str, ...]) -> Entry:
    html, plain = _text(item, "content_html"), _text(item, "content_text")
    summary = Markup(_text(item, "summary") or "", is_html=False)
    bodies = [Markup(html)] if html else []
    bodies += [Markup(plain, is_html=False)] if plain else []
    return Entry(
        title=Markup(_text(item, "title") or "", is_html=False),
        bodies=(*bodies, summary) if summary.text else tuple(bodies),
        summary=summary,
        link=absolute_url(url, _text(item, "url") or _text(item, "external_url")),
        guid=_text(item, "id"),
        published=stated_time(_text(item, "date_published")),
        updated=stated_time(_text(item, "date_modified")),
        claimed=_text(item, "date_published") or _text(item, "date_modified") or "",
        language=_text(item, "language"),
        authors=_authors(item) or feed_authors,
        categories=tuple(tag for tag in _list(item, "tags") if isinstance(tag, str) and tag),
    )


def _authors(item: Any) -> tuple[str, ...]:
    authors = [*_list(item, "authors"), item.get("author") if isinstance(item, dict) else None]
    return tuple(dict.fromkeys(name for author in authors if (name := _text(author, "name"))))


def _text(raw: Any, name: str) -> str | None:
    value = raw.get(name) if isinstance(raw, dict) else None
    if isinstance(value, int) and not isinstance(value, bool) and name == "id":
        return str(value)
    return value.strip() or None if isinstance(value, str) else None


def _list(raw: Any, name: str) -> list[Any]:
    value = raw.get(name) if isinstance(raw, dict) else None
    return value if isinstance(value, list) else []
