"""When an event takes place: the best of the times that its mentions state, with the words that state it."""

from datetime import datetime

from transforms.extract.drafts import Draft
from transforms.extract.mentions import Mention
from transforms.extract.page import Page
from transforms.extract.times import TimeMention, at_clock, resolve
from transforms.records import EventTime, Evidence, Slip

SIDES = {"old": "moved_from", "new": "moved_to"}
Stated = tuple[EventTime, tuple[Evidence, ...]]


def times_of(drafts: list[Draft], page: Page, anchor: datetime | None) -> dict[int, Stated | None]:
    """Resolve stated times first, then those that count from another event of the same flight."""
    out = {n: _time_of(draft, page, anchor, None, offsets=False) for n, draft in enumerate(drafts)}
    for n, draft in enumerate(drafts):
        if out[n] is None:
            out[n] = _time_of(draft, page, anchor, _base_for(draft, drafts, out), offsets=True)
    return out


def slip_of(draft: Draft, page: Page, anchor: datetime | None) -> tuple[Slip, tuple[Evidence, ...]] | None:
    """Return the days that a draft's sentences say it is moved from and to, with their words."""
    sides: dict[str, EventTime] = {}
    quotes = []
    for line in dict.fromkeys(mention.line for mention in draft.mentions):
        for time in line.times:
            side = next((s for s, cue in SIDES.items() if line.led_by(cue, time.token)), None)
            stated = resolve(time, "planned", anchor)
            if side and stated and side not in sides:
                sides[side] = stated
                quotes.append(page.quote_chars(time.begin, time.end))
    return (Slip(**sides), tuple(quotes)) if sides else None


def _base_for(draft: Draft, drafts: list[Draft], times: dict[int, Stated | None]) -> datetime | None:
    starts = [
        t[0].start
        for n, t in times.items()
        if t and drafts[n].status == "occurred" and drafts[n].name == draft.name
    ]
    return max(starts, default=None)


def _time_of(
    draft: Draft, page: Page, anchor: datetime | None, base: datetime | None, *, offsets: bool
) -> Stated | None:
    """Return the best time that the mentions state: a dated minute, else a day, joined with a lone clock."""
    dated, clocks = _candidates(draft, anchor, base, offsets=offsets)
    if not dated:
        return next(filter(None, (_from_clock(t, draft, page, anchor) for t in clocks)), None)
    time, mention = max(dated, key=lambda d: _precision(d[0]))
    quotes = (page.quote_chars(mention.begin, mention.end),)
    if time.granularity == "day" and clocks and clocks[0].clock:
        joined = EventTime(at_clock(time.start, clocks[0].clock), "minute", time.basis)
        return joined, (*quotes, page.quote_chars(clocks[0].begin, clocks[0].end))
    return time, quotes + _clock_quote(mention, page)


def _candidates(
    draft: Draft, anchor: datetime | None, base: datetime | None, *, offsets: bool
) -> tuple[list[tuple[EventTime, TimeMention]], list[TimeMention]]:
    """Return the times that fit the draft, and the clocks that no date goes with."""
    dated, clocks = [], []
    near = [(t, m) for m in draft.mentions for t in _near_times(m) if (t.offset is not None) == offsets]
    for time, mention in near:
        if time.start is None and time.weekday is None and time.offset is None:
            if time.clock and time.clock.zone is not None and _is_own(time, mention):
                clocks.append(time)
            continue
        found = resolve(time, draft.status, anchor, base)
        if found and _fits(found, draft, anchor):
            dated.append((found, time))
    return dated, clocks


def _from_clock(time: TimeMention, draft: Draft, page: Page, anchor: datetime | None) -> Stated | None:
    found = resolve(time, draft.status, anchor)
    return (found, (page.quote_chars(time.begin, time.end),)) if found else None


def _is_own(time: TimeMention, mention: Mention) -> bool:
    """Tell whether no other trigger of the line is nearer to a lone clock."""
    mine = abs(time.token - mention.at)
    return all(abs(time.token - start) >= mine for start, _ in mention.line.triggers)


def _clock_quote(time: TimeMention, page: Page) -> tuple[Evidence, ...]:
    if time.clock is None or time.clock.zone is None or time.begin <= time.clock.start < time.end:
        return ()
    return (page.quote_chars(time.clock.start, time.clock.end),)


def _near_times(mention: Mention) -> list[TimeMention]:
    line = mention.line
    first, last = line.clause_start(mention.start), line.clause_end(mention.end)
    inside = [t for t in line.times if first <= t.token < last]
    others = [t for t in line.times if t not in inside]
    return sorted(inside, key=lambda t: abs(t.token - mention.at)) + others


def _fits(time: EventTime, draft: Draft, anchor: datetime | None) -> bool:
    """Refuse a time on the wrong side of the article for the event's status."""
    if anchor is None or time.granularity in ("month", "year"):
        return True
    days = (time.start.date() - anchor.date()).days
    return days >= -1 if draft.status == "planned" else days <= 1


def _precision(time: EventTime) -> int:
    return {"minute": 3, "day": 2, "month": 1, "year": 0}[time.granularity]
