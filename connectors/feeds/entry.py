"""An entry as a feed wrote it, before it becomes an article: one shape for RSS, Atom and JSON Feed."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

NoFeedKind = Literal["empty", "html", "json", "other", "too-deep"]


@dataclass(frozen=True, slots=True)
class Markup:
    """Text with the language it is written in: HTML, or plain text whose every character counts."""

    text: str
    is_html: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """What an entry says. `bodies` are all its contents and summaries; times are aware UTC.

    `claimed` is its date in its own words, whether a time could be read from them or not.
    """

    title: Markup = Markup("")
    bodies: tuple[Markup, ...] = ()
    summary: Markup = Markup("")
    link: str | None = None
    guid: str | None = None
    published: datetime | None = None
    updated: datetime | None = None
    claimed: str = ""
    language: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    source: str | None = None


@dataclass(frozen=True, slots=True)
class ParsedFeed:
    """A feed's entries in its order. `bozo` says what was wrong with it; `cut` entries were too many.

    `stated_floor` is the distance of polls that it asks for.
    """

    entries: tuple[Entry, ...]
    title: str = ""
    language: str | None = None
    bozo: str = ""
    cut: int = 0
    stated_floor: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NotAFeed:
    """A body that is no feed, and what it is instead."""

    kind: NoFeedKind
    detail: str = ""


MAX_ENTRIES = 2000
