"""Start tags and their attributes, out of documents that may be broken: OPML as found in the wild, web pages.

Requires: time linear in the input, whatever it is; nothing is expanded, fetched or nested, so there is no
entity to bomb with. How: only start tags are looked at, one after the other, by rules that each step over
what they read. An entity is one of HTML's names or a number, and ends with a semicolon: bare `&section=2`
in an address, the most frequent fault of all, stays what it is.

Refused: an XML parser (81 of 118 files found are not well-formed), an HTML tree (quadratic on nests, and its
`&section` is a paragraph sign).
"""

import html
import re
from collections.abc import Iterator
from itertools import zip_longest

from connectors.feeds.text_encoding import decoded

_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s"'<>/=]{1,200}+)\s*+(?:=\s*+(?:"([^"]*+)"|'([^']*+)'|([^\s"'<>]++)))?+"""
)
_STRAY, _ANY = re.compile(r"""[\s/"'=]++"""), re.compile(r"""[\s/"'=<>]++""")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

Tag = tuple[str, dict[str, str]]


def start_tags(body: bytes, *names: str, quotes_lost: bool = False) -> Iterator[Tag]:
    """Yield name and attributes, both in lower case, of each start tag that has one of the names, in order.

    Of an attribute that is given twice the first counts. What stands in comments is left out. Where
    `quotes_lost`, attributes go on to the next such tag: someone put markup, quotes and all, into a value.
    """
    text = _without_comments(decoded(body))
    starts = list(re.finditer(rf"<({'|'.join(names)})(?![\w:-])", text, re.IGNORECASE | re.ASCII))
    for start, following in zip_longest(starts, starts[1:]):
        end = following.start() if following else len(text)
        yield start[1].lower(), _attributes(text, start.end(), end, _ANY if quotes_lost else _STRAY)


def _without_comments(text: str) -> str:
    """Return the text without its comments; one that never ends is none."""
    kept, at = [], 0
    while (start := text.find("<!--", at)) >= 0 and (end := text.find("-->", start + 4)) >= 0:
        kept.append(text[at:start])
        at = end + 3
    return "".join([*kept, text[at:]])


def _attributes(text: str, at: int, end: int, stray: re.Pattern[str]) -> dict[str, str]:
    """Return the attributes of a tag whose name ends at `at`, over what is stray in it."""
    found: dict[str, str] = {}
    while True:
        if match := _ATTRIBUTE.match(text, at, end):
            value = next((group for group in match.groups()[1:] if group is not None), "")
            found.setdefault(match[1].lower(), _ENTITY.sub(lambda m: html.unescape(m[0]), value))
        elif not (match := stray.match(text, at, end)):
            return found
        at = match.end()
