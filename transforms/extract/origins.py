"""Whose words an event comes in: the news agency that an article credits, and who is quoted as saying it.

Only the first makes reports of two publishers one source; an agency of the domain that tells everybody is
quoted by every independent report of what it told.
"""

import re
from collections.abc import Iterator

from transforms.extract.draft import Draft
from transforms.extract.fields import Filled
from transforms.extract.line import Line
from transforms.extract.manifest import Manifest
from transforms.extract.page import Page
from transforms.records import Evidence

_DATELINE = re.compile(r"[^\n(]{0,60}\((?P<agency>[A-Z][\w.&’' ]{1,40})\)\s{0,3}[—–-]")
REACH, SAYING = 3, 2


def origin_of(draft: Draft, page: Page) -> Filled | None:
    """Return the news agency that the draft's sentences quote, else the one that the dateline credits."""
    for mention in draft.mentions:
        line = mention.line
        for start, end in _agencies(line):
            if line.any("origin", start - REACH, start + REACH + 1):
                return Filled(page.surface(start, end), page.quote(start, end))
    return _dateline_credit(page)


def speaker_of(draft: Draft, manifest: Manifest, page: Page) -> Filled | None:
    """Return who is said to state what the draft's sentences tell (`Roscosmos said`, `according to NASA`)."""
    for mention in draft.mentions:
        line = mention.line
        named = [(e.start, e.end) for e in line.entities if e.kind in manifest.speakers]
        for start, end in sorted([*named, *_agencies(line)]):
            if line.any("reporting", end, end + SAYING) or line.any("by_word_of", start - SAYING, start):
                return Filled(page.surface(start, end), page.quote(start, end))
    return None


def _agencies(line: Line) -> Iterator[tuple[int, int]]:
    """Yield the spans of the news agencies in a line."""
    start = None
    for i in range(line.start, line.end + 1):
        inside = i < line.end and "sources" in line.cues[i]
        if inside and start is None:
            start = i
        elif not inside and start is not None:
            yield start, i
            start = None


def _dateline_credit(page: Page) -> Filled | None:
    """Return the agency in a dateline such as `CITY, Country (Agency) -`."""
    credit = _DATELINE.match(page.text)
    if credit is None:
        return None
    start, end = credit.span("agency")
    return Filled(credit["agency"], Evidence(page.text[start:end], start, end))
