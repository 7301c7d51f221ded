"""When an event takes place: the best of the times that its mentions state, with the words that state it.

An event without a time takes that of one that happens together with it (a failed flight and its launch),
then that of a sentence beside its own: both are `inherited`. Last comes, for what has happened, the day on
which it was said.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from transforms.extract.draft import Draft
from transforms.extract.own_times import FOREIGN, Asking, Candidate, are_twins, fits, is_said, rivals_of
from transforms.extract.page import Page
from transforms.extract.reading import Reading
from transforms.extract.times import TimeMention, at_clock, resolve
from transforms.records import EventTime, Evidence, Slip

SIDES = {"old": "moved_from", "new": "moved_to"}
LEAD, PRESS_REACH = 3, 4
Stated = tuple[EventTime, tuple[Evidence, ...]]
Times = dict[int, Stated | None]


def times_of(drafts: list[Draft], reading: Reading) -> Times:
    """Return the time of each draft by its number: stated, counted from another event, inherited, or said."""
    types = reading.pack.manifest.types
    likely = [d for d in drafts if _is_likely(d, reading)]
    asking = [Asking(d, rivals_of(d, likely, types), reading.anchor) for d in drafts]
    times: Times = {n: _stated(a, reading, said=False) for n, a in enumerate(asking)}
    for n, one in enumerate(asking):
        base = None if times[n] else _base_for(one.draft, drafts, times)
        times[n] = times[n] or (_stated(one._replace(base=base), reading, said=False) if base else None)
    for n, one in enumerate(asking):
        times[n] = times[n] or _of_twin(n, drafts, times, reading)
        times[n] = times[n] or _of_neighbour(one.draft, drafts, reading)
        if one.draft.status == "occurred":
            times[n] = times[n] or _stated(one, reading, said=True)
    return times


def _is_likely(draft: Draft, reading: Reading) -> bool:
    """Tell whether a draft is more than a proposal that the odds are against, which takes no other's day."""
    proposed = all(mention.voted for mention in draft.mentions)
    return not proposed or reading.odds.get(f"{draft.type}/{draft.status}", 0) >= 0


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


def _base_for(draft: Draft, drafts: list[Draft], times: Times) -> datetime | None:
    starts = [
        t[0].start
        for n, t in times.items()
        if t and drafts[n].status == "occurred" and drafts[n].name == draft.name
    ]
    return max(starts, default=None)


def _stated(asking: Asking, reading: Reading, *, said: bool) -> Stated | None:
    """Return the time that costs least, made precise by a clock that goes with it."""
    found, clocks = list(asking.candidates(said=said)), list(asking.clocks())
    best = min(found, key=lambda c: c.cost, default=None)
    if best is None or best.cost >= FOREIGN:
        by_clock = _by_clock(clocks, asking, reading.page)
        return by_clock or (_quoted(best, [], reading.page) if best else None)
    precise = [c for c in found if c.time.granularity == "minute" and c.day == best.day]
    return _quoted(min(precise or [best], key=lambda c: c.cost), clocks, reading.page)


def _by_clock(clocks: Iterable[TimeMention], asking: Asking, page: Page) -> Stated | None:
    for clock in clocks:
        found = resolve(clock, asking.draft.status, asking.anchor)
        if found:
            return found, (page.quote_chars(clock.begin, clock.end),)
    return None


def _quoted(found: Candidate, clocks: list[TimeMention], page: Page) -> Stated:
    """Return the time with its words, joined with a lone clock."""
    time, mention = found.time, found.mention
    quotes = (page.quote_chars(mention.begin, mention.end),)
    if time.granularity == "day" and clocks and clocks[0].clock:
        joined = EventTime(at_clock(time.start, clocks[0].clock), "minute", time.basis)
        return joined, (*quotes, page.quote_chars(clocks[0].begin, clocks[0].end))
    return time, quotes + _clock_quote(mention, page)


def _clock_quote(time: TimeMention, page: Page) -> tuple[Evidence, ...]:
    if time.clock is None or time.clock.zone is None or time.begin <= time.clock.start < time.end:
        return ()
    return (page.quote_chars(time.clock.start, time.clock.end),)


def _of_twin(number: int, drafts: list[Draft], times: Times, reading: Reading) -> Stated | None:
    """Return the time of an event of the same flight that happens together with this one."""
    for n, other in enumerate(drafts):
        time = times[n]
        if time and are_twins(drafts[number], other, reading.pack.manifest.types):
            return EventTime(time[0].start, time[0].granularity, "inherited"), time[1]
    return None


def _of_neighbour(draft: Draft, drafts: list[Draft], reading: Reading) -> Stated | None:
    """Return a day that a sentence beside the event's own states, if that tells of no other event.

    What had been long ago is none of its own.
    """
    if any(d is not draft and (d.type, d.status) == (draft.type, draft.status) for d in drafts):
        return None
    told = {id(m.line) for d in drafts if d is not draft for m in d.mentions}
    for number in _neighbours(draft, reading):
        line = reading.lines[number]
        if id(line) in told or line.any("history", line.start, line.end):
            continue
        for time in (t._replace(yearless=False) for t in reading.times_in(line)):
            stated = resolve(time, draft.status, reading.anchor) if time.offset is None else None
            if stated is None or stated.granularity not in ("day", "minute"):
                continue
            background = time.relation == "old" and "had" in line.said
            if background or is_said(time, line, time.token - PRESS_REACH):
                continue
            if fits(stated, time, draft.status, reading.anchor):
                quotes = (reading.page.quote_chars(time.begin, time.end), *_clock_quote(time, reading.page))
                return EventTime(stated.start, stated.granularity, "inherited"), quotes
    return None


def _neighbours(draft: Draft, reading: Reading) -> Iterator[int]:
    """Yield the lead after a title, and the sentences on either side of each mention."""
    lines, own = reading.lines, {id(m.line) for m in draft.mentions}
    for number, line in enumerate(lines):
        if id(line) not in own:
            continue
        ahead = range(number + 1, min(number + (LEAD if line.title else 1), len(lines) - 1) + 1)
        for n in (*ahead, number - 1) if number else ahead:
            if line.title or lines[n].title or lines[n].sentence.paragraph == line.sentence.paragraph:
                yield n
