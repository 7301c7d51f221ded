"""A page to the text of its article, by trafilatura in its only place.

It gets text that was decoded here: bytes that look compressed it would unpack without any bound. It
downloads nothing by itself; a test forbids it the network. Pages can make it run for minutes, so it
only works in a reading process, whose time is limited.
"""

import codecs
import re

import trafilatura

from connectors.feeds.articles import MAX_TEXT
from connectors.feeds.plain_text import plain_text
from connectors.feeds.reading import PageJob, PageText, Unread

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.IGNORECASE)
_META_IS_WITHIN = 4096
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# what pages call Latin-1 is read so by every browser
_AS_BROWSERS = {"iso8859-1": "cp1252", "ascii": "cp1252"}


def read_page(job: PageJob) -> PageText | Unread:
    """Return the text of a page's article without its surroundings, or `no-text`."""
    try:
        found = trafilatura.extract(
            decoded(job.body, job.content_type),
            output_format="html",
            include_comments=False,
            # else it takes the headlines around a short text, which tell of other things
            favor_precision=True,
        )
    except MemoryError:
        raise
    except Exception as e:  # noqa: BLE001  no closed set of errors is promised for hostile pages
        return Unread(reason="no-text", detail=f"{type(e).__name__} in the extractor")
    text = plain_text(found or "")[:MAX_TEXT].strip()
    return PageText(text=text) if text else Unread(reason="no-text")


def decoded(body: bytes, content_type: str) -> str:
    """Return the characters of a page: by its mark, by what its header or itself says, else by guess."""
    if (encoding := _stated(body, content_type)) is not None:
        return body.decode(encoding, "replace")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode("cp1252", "replace")


def _stated(body: bytes, content_type: str) -> str | None:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if body.startswith(mark):
            return encoding
    for place in (content_type, body[:_META_IS_WITHIN].decode("latin-1")):
        if (found := _CHARSET.search(place)) and (known := _known(found[1])):
            return known
    return None


def _known(name: str) -> str | None:
    """Return the name of an encoding of text that takes any bytes."""
    try:
        b"\xff".decode(name, "replace")
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return None
    return _AS_BROWSERS.get(found, found)
