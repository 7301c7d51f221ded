"""Time expressions: what a sentence says about when, anchored on the moment the article speaks.

The grammar is built from the pack's words of time. A bare weekday or clock means different days for what
happened and for what is planned, so `resolve` takes the status; an offset ("after 12 days") waits for the
time of another event. Without an anchor only dates with a year can be resolved.
"""

import calendar
from datetime import UTC, datetime, time, timedelta, timezone
from typing import Literal, NamedTuple

from transforms.records import EventTime
from transforms.records.event import Basis, Granularity

Relation = Literal["past", "old", "future", ""]


FAR_AHEAD, LONG_PAST = 1.3, timedelta(days=90)


class Clock(NamedTuple):
    """A time of day; `zone` is minutes east of Greenwich in winter, `None` if the text does not say.

    `summer` if it is an hour more while America has summer time.
    """

    hour: int
    minute: int
    zone: int | None
    start: int
    end: int
    summer: bool = False


class TimeMention(NamedTuple):
    """One expression at characters `begin` to `end` of the page, near token `token`.

    `start` is the stated day (midnight UTC) or period, if it follows without a status; `weekday` and `clock`
    wait for one, `offset` for another event. `of_next` tells that an old time is of what stands behind it
    (`ten years after X failed`), `yearless` that no year is stated: then `start` is in the nearest.
    """

    token: int
    begin: int
    end: int
    relation: Relation = ""
    start: datetime | None = None
    granularity: Granularity = "day"
    basis: Basis = "explicit"
    weekday: int | None = None
    shift: int = 0
    clock: Clock | None = None
    offset: timedelta | None = None
    of_next: bool = False
    yearless: bool = False


def relate(start: datetime, granularity: Granularity, anchor: datetime | None, history_days: int) -> Relation:
    """Return where a stated time lies as seen from the anchor."""
    if anchor is None:
        return ""
    if granularity == "year":
        return "future" if start.year > anchor.year else "old" if start.year < anchor.year else ""
    if granularity == "month":
        months = (start.year - anchor.year) * 12 + start.month - anchor.month
        return (
            "future"
            if months > 0
            else ""
            if months == 0
            else "past"
            if months == -1 and anchor.day < history_days
            else "old"
        )
    days = (start.date() - anchor.date()).days
    return "future" if days > 0 else "" if days == 0 else "past" if days >= -history_days else "old"


def nearest_year(month: int, day: int, anchor: datetime) -> datetime | None:
    """Return the day of that month and day that lies nearest to the anchor."""
    days = [_day(year, month, day) for year in (anchor.year - 1, anchor.year, anchor.year + 1)]
    return min((d for d in days if d), key=lambda d: _strangeness(d - anchor), default=None)


def _strangeness(distance: timedelta) -> timedelta:
    """Return how far away a day without a year seems: news that looks half a year ahead names the year."""
    return distance * FAR_AHEAD if distance > timedelta(0) else -distance


def _day(year: int, month: int, day: int) -> datetime | None:
    if not (1 <= month <= 12 and 1 <= year <= 9998 and 1 <= day <= calendar.monthrange(year, month)[1]):
        return None
    return datetime(year, month, day, tzinfo=UTC)


def stated_day(year: int | None, month: int, day: int, anchor: datetime | None) -> datetime | None:
    """Return a stated day, with the year nearest to the anchor if none is stated."""
    if year is not None:
        return _day(year, month, day)
    return nearest_year(month, day, anchor) if anchor else None


def resolve(
    mention: TimeMention, status: str, anchor: datetime | None, base: datetime | None = None
) -> EventTime | None:
    """Return the time that a mention means for an event of this status, in UTC, or `None` if it cannot be
    known.

    `base` is the start of the event that an offset counts from.
    """
    day, granularity, basis = mention.start, mention.granularity, mention.basis
    if mention.offset is not None:
        origin = base or anchor
        day = day_start(origin + mention.offset) if origin else None
    elif mention.weekday is not None and anchor:
        day = _weekday(mention, status, anchor)
    elif day and mention.yearless and status == "planned" and anchor and anchor - day > LONG_PAST:
        day = _day(day.year + 1, day.month, day.day)
    elif day is None and mention.clock and anchor and mention.clock.zone is not None:
        return _next_or_last(mention.clock, status, anchor)
    if day is None:
        return None
    if mention.clock and mention.clock.zone is not None and granularity == "day":
        return EventTime(_at(day, mention.clock), "minute", basis)
    return EventTime(day, granularity, basis)


def at_clock(day: datetime, clock: Clock) -> datetime:
    """Return a day's clock time in UTC."""
    return _at(day, clock)


def _at(day: datetime, clock: Clock) -> datetime:
    east = (clock.zone or 0) + (60 if clock.summer and is_summer(day) else 0)
    return day_start(day) + timedelta(hours=clock.hour, minutes=clock.minute - east)


def is_summer(day: datetime) -> bool:
    """Tell whether America has summer time: from the second Sunday of March to the first of November."""
    sunday = day.day - (day.weekday() + 1) % 7
    if day.month in (3, 11):
        return sunday >= 8 if day.month == 3 else sunday < 1
    return 3 < day.month < 11


def at_home(anchor: datetime | None, home: int) -> datetime | None:
    """Return the moment an article speaks in the zone of its publishers; a bare date is a day already."""
    if anchor is None or anchor.time() == time():
        return anchor
    return anchor.astimezone(timezone(timedelta(minutes=home)))


def day_start(moment: datetime) -> datetime:
    """Return the day of a moment, as its zone has it: midnight UTC stands for it."""
    return datetime(moment.year, moment.month, moment.day, tzinfo=UTC)


def _weekday(mention: TimeMention, status: str, anchor: datetime) -> datetime:
    """Return the day of a weekday; where it is still evening, what has happened may bear the day of UTC."""
    anchor = anchor if status == "planned" else anchor.astimezone(UTC)
    ahead = ((mention.weekday or 0) - anchor.weekday()) % 7
    if mention.shift > 0:
        days = ahead or 7
    elif mention.shift < 0:
        days = ahead - 7
    elif status == "planned":
        days = ahead
    else:
        days = ahead - 7 if ahead else 0
    return day_start(anchor) + timedelta(days=days)


def _next_or_last(clock: Clock, status: str, anchor: datetime) -> EventTime:
    """Place a bare clock: the next such moment for a plan, the last one for what happened.

    An anchor at midnight sharp is a date without a time: then the clock belongs to that day.
    """
    moment = _at(anchor, clock)
    if anchor.time() != time():
        if status == "planned":
            moment += timedelta(days=(moment < anchor) - (moment - anchor >= timedelta(days=1)))
        elif moment > anchor:
            moment -= timedelta(days=1)
    return EventTime(moment, "minute", "relative")
