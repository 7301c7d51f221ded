"""Lists of feeds as OPML: read as found in the wild, written well-formed."""

import html
from collections.abc import Iterable
from typing import NamedTuple

from connectors.feeds.loose_tags import start_tags
from transforms.printable import printable

MAX_BYTES = 5 * 1024 * 1024
LONGEST_NAME = 200
_FEED_TYPES = frozenset({"rss", "atom", "feed", "jsonfeed", "json"})


class Outline(NamedTuple):
    """A feed in a list: its address as it stands there, and what it is called, safe to show."""

    url: str
    title: str


class OpmlError(Exception):
    """A document that gives no feeds; the text says why."""


def read_opml(body: bytes) -> list[Outline]:
    """Return the feeds of a document in its order, doubles too; raise `OpmlError` if there are none."""
    if len(body) > MAX_BYTES:
        raise OpmlError(f"is larger than {MAX_BYTES // 1024**2} MB")
    tags = list(start_tags(body, "opml", "outline", quotes_lost=True))
    if not tags:
        raise OpmlError("is empty" if not body.strip() else "is no OPML: it has no outline")
    outlines = [_outline(attributes) for name, attributes in tags if name == "outline"]
    feeds = [outline for outline in outlines if outline.url]
    if not feeds:
        raise OpmlError("names no feed: no outline has an xmlUrl")
    return feeds


def write_opml(outlines: Iterable[Outline], title: str) -> str:
    """Return a well-formed OPML 2.0 document."""
    lines = [
        f'    <outline type="rss" text="{_quoted(name)}" title="{_quoted(name)}" xmlUrl="{_quoted(url)}"/>'
        for url, name in outlines
    ]
    head = ['<?xml version="1.0" encoding="UTF-8"?>', '<opml version="2.0">']
    head += [f"  <head><title>{_quoted(title)}</title></head>", "  <body>"]
    return "\n".join([*head, *lines, "  </body>", "</opml>", ""])


def plain_name(text: str) -> str:
    """Return a stranger's name for a feed on one line, without anything that is no text."""
    line = "".join(c if c.isprintable() else " " for c in printable(text, LONGEST_NAME))
    return " ".join(line.split())


def _outline(attributes: dict[str, str]) -> Outline:
    url = attributes.get("xmlurl", "")
    if not url and attributes.get("type", "").strip().lower() in _FEED_TYPES:
        url = attributes.get("url", "")
    return Outline(url.strip(), plain_name(attributes.get("title") or attributes.get("text") or ""))


def _quoted(text: str) -> str:
    return html.escape("".join(c if c.isprintable() else " " for c in text))
