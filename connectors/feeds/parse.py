"""Feed bytes to entries: RSS and Atom by feedparser, in its only place; JSON Feed beside it.

feedparser opens whatever string it is given, as a URL or a file: it only ever gets a BytesIO.
Its sanitizing and its resolving of links inside markup are off, since only plain text leaves here.
Neither does it learn the feed's address: it would resolve guids by it, and a guid must outlive a move.
"""

import io
import re
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import feedparser

from connectors.feeds.canonical_url import absolute_url
from connectors.feeds.dates import stated_time
from connectors.feeds.entry import MAX_ENTRIES, Entry, Markup, NotAFeed, ParsedFeed
from connectors.feeds.json_feed import parse_json_feed
from connectors.feeds.stated_floors import of_feed

# possessive throughout: what was stepped over is never looked at again
_HTML_START = re.compile(
    rb"\A(?:\s++|<!--(?:(?!-->).){0,2000}+-->|<\?xml(?:(?!\?>)[^>]){0,200}+\?>)*+<(?:!doctype\s++)?html\b",
    re.IGNORECASE | re.DOTALL,
)
_DATES = ("published", "created", "updated")
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def parse_feed(body: bytes, *, url: str, content_type: str = "", language: str = "") -> ParsedFeed | NotAFeed:
    """Return what `body` holds. `url` is where it came from, for relative links; `language` its header."""
    start = body[:4096].removeprefix(_BYTE_ORDER_MARK).lstrip()
    if not body.strip(b"\0 \t\r\n"):
        return NotAFeed("empty")
    if start.startswith((b"{", b"[")):
        return parse_json_feed(body, url=url, language=language)
    if _HTML_START.match(start):
        return NotAFeed("html")
    # the language of the header is not for feedparser, which would believe it more than the feed itself
    return _parse_xml(body, url, {"content-type": content_type} if content_type else {}, language)


def _parse_xml(body: bytes, url: str, headers: Mapping[str, str], language: str) -> ParsedFeed | NotAFeed:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            result = feedparser.parse(
                io.BytesIO(body),
                response_headers=dict(headers),
                sanitize_html=False,
                resolve_relative_uris=False,
            )
    except RecursionError:
        return NotAFeed("too-deep")
    except MemoryError:
        raise
    except Exception as e:  # noqa: BLE001  feedparser promises no closed set of errors for hostile bytes
        return NotAFeed("other", f"{type(e).__name__} in the parser")
    bozo = _bozo(result.get("bozo_exception"))
    if not result.get("version") and not result["entries"]:
        return NotAFeed("other", bozo)
    return _feed_of(result, url, bozo, language)


def _bozo(error: object) -> str:
    """Return what is wrong with the document; complaints about its headers are not about it."""
    word = type(error).__name__ if error else ""
    return "" if word in ("NonXMLContentType", "CharacterEncodingOverride") else word


def _feed_of(result: Any, url: str, bozo: str, language: str) -> ParsedFeed:
    entries, feed = result["entries"], result["feed"]
    # in Atom the feed's authors are those of entries that name none (RFC 4287, 4.2.1); RSS has editors
    authors = _authors(feed) if str(result.get("version")).startswith("atom") else ()
    return ParsedFeed(
        entries=tuple(_entry(each, url, authors) for each in entries[:MAX_ENTRIES]),
        title=_text(feed, "title") or "",
        language=_text(feed, "language") or language or None,
        bozo=bozo,
        cut=max(0, len(entries) - MAX_ENTRIES),
        stated_floor=of_feed(
            _text(feed, "ttl"), _text(feed, "sy_updateperiod"), _text(feed, "sy_updatefrequency")
        ),
    )


def _entry(raw: Any, url: str, feed_authors: tuple[str, ...]) -> Entry:
    summary = _markup(_get(raw, "summary_detail")) or Markup(_text(raw, "summary") or "")
    contents = (_markup(content) for content in _list(raw, "content"))
    bodies = [content for content in contents if content] + ([summary] if summary.text else [])
    return Entry(
        title=_markup(_get(raw, "title_detail")) or Markup(_text(raw, "title") or ""),
        bodies=tuple(bodies),
        summary=summary,
        link=_link(raw, url),
        guid=_text(raw, "id"),
        published=_time(raw, "published") or _time(raw, "created"),
        updated=_time(raw, "updated"),
        claimed=next((text for name in _DATES if (text := _text(raw, name))), ""),
        language=_language(raw),
        authors=_authors(raw) or _authors(_get(raw, "source")) or feed_authors,
        categories=_named(_list(raw, "tags"), "term"),
        source=_text(_get(raw, "source"), "title"),
    )


def _link(raw: Any, url: str) -> str | None:
    """Return the entry's link; a guid that stands in for one is none unless it is a URL by itself."""
    link = _text(raw, "feedburner_origlink") or _text(raw, "link")
    stated = link in _named(_list(raw, "links"), "href")
    return absolute_url(url, link) if stated else link


def _get(raw: Any, name: str) -> Any:
    # past FeedParserDict.get, whose aliases answer one field with another and warn about it
    return dict.get(raw, name) if isinstance(raw, dict) else None


def _text(raw: Any, name: str) -> str | None:
    value = _get(raw, name)
    return value.strip() or None if isinstance(value, str) else None


def _list(raw: Any, name: str) -> Sequence[Any]:
    value = _get(raw, name)
    return value if isinstance(value, list) else ()


def _named(raws: Sequence[Any], name: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for raw in raws if (text := _text(raw, name))))


def _authors(raw: Any) -> tuple[str, ...]:
    return _named(_list(raw, "authors"), "name") or _named([raw], "author")


def _markup(detail: Any) -> Markup | None:
    text = _text(detail, "value")
    if text is None:
        return None
    kind = _text(detail, "type") or "text/html"
    return Markup(text, is_html=kind != "text/plain")


def _language(raw: Any) -> str | None:
    places = [raw, _get(raw, "title_detail"), *_list(raw, "content")]
    return next((language for place in places if (language := _text(place, "language"))), None)


def _time(raw: Any, name: str) -> Any:
    return stated_time(_text(raw, name), _get(raw, f"{name}_parsed"))
