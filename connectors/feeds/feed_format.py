"""What kind of feed a body is, for people, by its first words; nothing is decided by it."""

import re
from typing import Literal

from connectors.feeds.text_encoding import decoded

Format = Literal["RSS", "RSS 1.0 (RDF)", "Atom", "JSON Feed", ""]
_LOOKED_AT = 16 * 1024
_ROOT = re.compile(r"<(?:[A-Za-z][\w.-]{0,40}:)?(rss|rdf|feed)(?![\w.:-])", re.IGNORECASE)
_FORMATS: dict[str, Format] = {"rss": "RSS", "rdf": "RSS 1.0 (RDF)", "feed": "Atom"}


def feed_format(body: bytes) -> Format:
    """Return the format of a feed, or nothing where its first words do not tell."""
    text = decoded(body[:_LOOKED_AT]).lstrip("\ufeff\0 \t\r\n")
    if text.startswith("{"):
        return "JSON Feed"
    root = _ROOT.search(text)
    return _FORMATS[root[1].lower()] if root else ""
