"""What feedparser's own test files say must come out of them, as far as an entry of ours has it.

A file begins with a comment: `Header:` lines are what a server would have sent, `Expect:` is an expression
over feedparser's result, of which the equations about entries are taken. Texts are compared as people read
them, since our markup is neither sanitized nor are its links resolved.
"""

import ast
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, NamedTuple

from connectors.feeds.articles import _plain
from connectors.feeds.entry import Entry, Markup, ParsedFeed
from connectors.feeds.plain_text import plain_text

_COMMENT = re.compile(rb"<!--(.*?)-->", re.DOTALL)
_EXPECT = re.compile(r"^\s*Expect:\s*(.*?)\s*$", re.MULTILINE)
_HEADER = re.compile(r"^\s*Header:\s*([\w-]+):\s*(.*?)\s*$", re.MULTILINE | re.IGNORECASE)

_PLAIN = {"link": "link", "id": "guid", "guid": "guid", "language": "language"}
_MOMENTS = {"published_parsed": "published", "updated_parsed": "updated"}


class Claim(NamedTuple):
    """Entry `index` has `value` where `path` leads in feedparser's result."""

    index: int
    path: tuple[str | int, ...]
    value: Any


def headers_of(body: bytes) -> dict[str, str]:
    """Return the response headers that a file comes with, by their names in lower case."""
    return {name.lower(): value for name, value in _HEADER.findall(_comment(body))}


def claims_of(body: bytes) -> list[Claim]:
    """Return the equations about entries that a file states."""
    expected = _EXPECT.search(_comment(body))
    try:
        tree = ast.parse(expected[1], mode="eval") if expected else None
    except (SyntaxError, ValueError):
        return []
    return list(_claims(tree.body)) if tree else []


def fault(claim: Claim, feed: ParsedFeed) -> str | None:
    """Return how an entry differs from a claim, `None` if it does not or has no such field."""
    if claim.index >= len(feed.entries):
        return f"no entry {claim.index}"
    entry = feed.entries[claim.index]
    compared = _compared(claim, replace(entry, language=entry.language or feed.language))
    if compared is None or compared[0] == compared[1]:
        return None
    return f"{claim.path}: {compared[0]!r}, not {compared[1]!r}"


def _comment(body: bytes) -> str:
    for encoding in ("utf-8", "utf-16", "utf-32"):
        if found := _COMMENT.search(body.decode(encoding, "replace").encode("utf-8", "replace")):
            return found[1].decode("utf-8", "replace")
    return ""


def _claims(node: ast.expr) -> Iterator[Claim]:
    if isinstance(node, ast.BoolOp) and isinstance(node.op, ast.And):
        for part in node.values:
            yield from _claims(part)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        root, *path = _path(node.left)
        try:
            value = ast.literal_eval(node.comparators[0])
        except ValueError:
            return
        if root == "entries" and path and isinstance(path[0], int):
            yield Claim(path[0], tuple(path[1:]), value)


def _path(node: ast.expr) -> list[Any]:
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
        return [*_path(node.value), node.slice.value]
    return [node.id] if isinstance(node, ast.Name) else [None]


def _compared(claim: Claim, entry: Entry) -> tuple[Any, Any] | None:
    """Return ours and theirs, or `None` where an entry has nothing of the kind."""
    match claim.path:
        case ("title",) | ("title_detail", "value"):
            return _plain(entry.title), _read(entry.title, claim.value)
        case ("summary",) | ("description",) | ("summary_detail", "value"):
            return _plain(entry.summary), _read(entry.summary, claim.value)
        case ("content", int(), "value"):
            same = any(_plain(body) == _read(body, claim.value) for body in (*entry.bodies, Markup("")))
            return (claim.value if same else entry.bodies), claim.value
        case ("authors" | "tags", int(n), "name" | "term"):
            return (entry.authors if claim.path[0] == "authors" else entry.categories)[n : n + 1], (
                claim.value,
            )
        case (name,) if name in _PLAIN:
            return getattr(entry, _PLAIN[name]), claim.value or None
        case (name,) if name in _MOMENTS:
            return getattr(entry, _MOMENTS[name]), _moment(claim.value)
    return _of_details(claim, entry)


def _of_details(claim: Claim, entry: Entry) -> tuple[Any, Any] | None:
    match claim.path:
        case ("author_detail", "name"):
            return entry.authors[:1], (claim.value,)
        case ("source", "title"):
            return entry.source, claim.value
        case ("title_detail", "language"):
            return entry.language, claim.value
    return None


def _read(ours: Markup, theirs: str) -> str:
    return plain_text(theirs) if ours.is_html else _plain(Markup(theirs, is_html=False))


def _moment(value: Any) -> datetime | None:
    return datetime(*value[:6], tzinfo=UTC) if value else None
