"""The grammar of time expressions, built from a pack's words of time."""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from msgspec.structs import replace

from transforms.extract.entries import Timex
from transforms.extract.times import Clock, Relation, TimeMention, day_start, relate, stated_day
from transforms.records.event import Granularity

NEAR_CLOCK = 90
MAX_NUMBER = 3000
MAX_TIMES = 40  # of a sentence; no news has more, and each is compared with each
PERIOD_REACH = 24
NEEDED = {
    "iso": "year",
    "day": "month",
    "month": "month",
    "decade": "year",
    "year": "year",
    "weekday": "weekday",
    "ago": "unit",
    "offset": "unit",
    "period": "unit",
    "relative": "day",
}
_WORD = re.compile(r"\w+")
_LIKE = str.maketrans("ſıİK", "siik")  # what matches these letters in any case
_DIGITS = {"digit": re.compile(r"\d"), "year": re.compile(r"\d{4}")}


class TimeGrammar:
    """Finds time expressions in a sentence."""

    def __init__(self, words: Timex, history_days: int) -> None:
        words = replace(words, numbers=words.numbers | dict(_compounds(words.numbers)))
        self.words, self.history_days = words, history_days
        self._units = {unit.lower(): days for unit, days in words.units.items()}
        self._named_days = {name.lower(): days for name, days in words.days.items()}
        self._clock = re.compile(_clock_pattern(words), re.IGNORECASE)
        self._dates = [(kind, re.compile(pattern)) for kind, pattern in _date_patterns(words)]
        self._zones = {zone.lower(): minutes for zone, minutes in words.zones.items()}
        self._summer = {zone.lower() for zone in words.summer_time}
        self._apart = re.compile(rf"\b(?i:{_any([*words.offset_before, *words.offset_after])})\b")
        self._period = re.compile(rf"\b(?i:{_any(words.periods)})\s+\Z")
        self._telling = _telling(words)

    def find(self, text: str, base: int, token_at: Any, anchor: datetime | None) -> list[TimeMention]:
        """Return the expressions in `text`, which lies at character `base` of the page."""
        present = self._present(text)
        if not present:
            return []
        clocks = list(islice(self._clocks(text, base), MAX_TIMES)) if "digit" in present else []
        dates = list(islice(self._found(text, base, token_at, anchor, present), MAX_TIMES))
        for clock in clocks:
            near = [
                i for i, d in enumerate(dates) if _takes_clock(d) and self._go_together(d, clock, text, base)
            ]
            if not near:
                dates.append(TimeMention(token_at(clock.start), clock.start, clock.end, clock=clock))
                continue
            i = min(near, key=lambda n: _gap(dates[n], clock))
            if dates[i].clock is None or dates[i].clock.zone is None:  # type: ignore[union-attr]
                dates[i] = dates[i]._replace(clock=clock)
        return sorted(dates, key=lambda d: d.begin)

    def _go_together(self, date: TimeMention, clock: Clock, text: str, base: int) -> bool:
        """Tell whether a clock is near a day and no `after` in between (`at 3 p.m., after launch Friday`)."""
        start, end = (date.end, clock.start) if date.begin < clock.start else (clock.end, date.begin)
        return _gap(date, clock) <= NEAR_CLOCK and not self._apart.search(text, start - base, end - base)

    def _present(self, text: str) -> set[str]:
        """Return what a sentence has of that without which an expression cannot be there."""
        words = set(_WORD.findall(text))
        words |= {word.lower() for word in words}
        present = {kind for word in words & self._telling.keys() for kind in self._telling[word]}
        return present | {name for name, pattern in _DIGITS.items() if pattern.search(text)}

    def _clocks(self, text: str, base: int) -> Iterator[Clock]:
        for match in self._clock.finditer(text):
            hour = int(match["h"] or match["h2"] or match["h3"])
            minute = int(match["m"] or match["m2"] or match["m3"] or 0)
            if match["half"] and hour <= 12:
                hour = hour % 12 + (12 if match["half"].lower() == "p" else 0)
            if hour < 24 and minute < 60:
                zone, summer = self._zone(match["zone"]), _plain(match["zone"] or "") in self._summer
                yield Clock(hour, minute, zone, base + match.start(), base + match.end(), summer)

    def _zone(self, name: str | None) -> int | None:
        return None if name is None else self._zones[_plain(name)]

    def _found(
        self, text: str, base: int, token_at: Any, anchor: datetime | None, present: set[str]
    ) -> Iterator[TimeMention]:
        taken: list[tuple[int, int]] = []
        for kind, pattern in self._dates:
            for match in pattern.finditer(text) if NEEDED[kind] in present else ():
                span = match.span()
                if any(span[0] < e and s < span[1] for s, e in taken):
                    continue
                if self._period.search(text, max(0, span[0] - PERIOD_REACH), span[0]):
                    continue
                made = self._made(kind, match, anchor)
                if made is None:
                    continue
                taken.append(span)
                yield made._replace(token=token_at(base + span[0]), begin=base + span[0], end=base + span[1])

    def _made(self, kind: str, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        """Return what a match says; none for a day outside the calendar."""
        try:
            made: TimeMention | None = getattr(self, f"_make_{kind}")(match, anchor)
        except OverflowError:
            return None
        return made

    def _stated(
        self, start: datetime | None, granularity: Granularity, anchor: datetime | None, **more: Any
    ) -> TimeMention | None:
        if start is None:
            return None
        relation = relate(start, granularity, anchor, self.history_days)
        return TimeMention(0, 0, 0, relation, start, granularity, **more)

    def _make_iso(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        return self._stated(
            stated_day(int(match["y"]), int(match["mo"]), int(match["d"]), None), "day", anchor
        )

    def _make_day(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        year = int(match["y"]) if match["y"] else None
        day = stated_day(year, self.words.months[match["mon"]], int(match["d"]), anchor)
        return self._stated(day, "day", anchor, yearless=year is None)

    def _make_month(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        named = match.groupdict().get("y")
        day = stated_day(int(named) if named else None, self.words.months[match["mon"]], 1, anchor)
        return self._stated(day, "month", anchor, yearless=named is None)

    def _make_year(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        return self._stated(datetime(int(match["y"]), 1, 1, tzinfo=UTC), "year", anchor)

    def _make_decade(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        year = int(match["y"])
        if not 1900 <= year <= 2090:
            return None
        return self._stated(datetime(year, 1, 1, tzinfo=UTC), "year", anchor)

    def _make_weekday(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:  # noqa: ARG002 - one shape for all makers
        lead = _plain(match["lead"] or "")
        shift = -1 if lead in self.words.last else 1 if lead in self.words.next else 0
        day = self.words.weekdays[match["wd"]]
        return TimeMention(0, 0, 0, _sign(shift), basis="weekday", weekday=day, shift=shift)

    def _make_relative(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        days = self._named_days[_plain(match["rel"])]
        if anchor is None:
            return TimeMention(0, 0, 0, _sign(days), basis="relative")
        return self._stated(day_start(anchor) + timedelta(days=days), "day", anchor, basis="relative")

    def _make_ago(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        days = self._days(match["n"], match["unit"])
        sign = -1 if _plain(match["dir"]) in self.words.before_now else 1
        if days is None:
            return None
        if anchor is None or days > MAX_NUMBER * 31:
            return TimeMention(
                0, 0, 0, "future" if sign > 0 else "old" if days > self.history_days else "past"
            )
        granularity: Granularity = "year" if days >= 365 else "month" if days >= 28 else "day"
        start = _floor(anchor + timedelta(days=sign * days), granularity)
        made = self._stated(start, granularity, anchor, basis="relative")
        return made._replace(relation="past") if made and sign < 0 and days < 1 else made

    def _make_offset(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:  # noqa: ARG002 - one shape for all makers
        days = self._days(match["n"] or match["n2"], match["unit"] or match["unit2"])
        if days is None or (days > MAX_NUMBER and not match["n2"]):
            return None
        relation: Relation = "old" if match["n2"] and days > self.history_days else ""
        offset = timedelta(days=days) if days <= MAX_NUMBER else None
        return TimeMention(0, 0, 0, relation, basis="relative", offset=offset, of_next=relation == "old")

    def _make_period(self, match: re.Match[str], anchor: datetime | None) -> TimeMention | None:
        lead, days = _plain(match["lead"]), self._units[_plain(match["unit"])]
        sign = -1 if lead in self.words.last else 1 if lead in self.words.next else 0
        if days < 28 or anchor is None:
            return TimeMention(0, 0, 0, _sign(sign) if sign >= 0 or days < 28 else "old", basis="relative")
        granularity: Granularity = "year" if days >= 365 else "month"
        now = _floor(anchor, granularity)
        start = now
        if sign > 0:
            start = _floor(now + timedelta(days=40 if granularity == "month" else 370), granularity)
        elif sign < 0:
            start = _floor(now - timedelta(days=1), granularity)
        made = self._stated(start, granularity, anchor, basis="relative")
        return made and made._replace(start=now if lead.split()[-1] in self.words.this else start)

    def _days(self, number: str, unit: str) -> float | None:
        low = _plain(number)
        half = low.endswith("½")
        value = int(low.rstrip("½")) + 0.5 * half if low[0].isdigit() else self.words.numbers[low]
        return value * self._units[_plain(unit)] if value <= MAX_NUMBER else None


def _plain(text: str) -> str:
    """Return matched words as the pack has them: lines break in them, and `(?i)` takes more than case."""
    return " ".join(text.translate(_LIKE).lower().split())


def _telling(words: Timex) -> dict[str, set[str]]:
    """Return the longest word of each name of a time, with what it tells of; months keep their capital."""
    telling: dict[str, set[str]] = {}
    for kind, exact in (("month", words.months), ("weekday", words.weekdays)):
        for name in exact:
            telling.setdefault(max(name.split(), key=len), set()).add(kind)
    for kind, anyhow in (("unit", words.units), ("day", words.days)):
        for name in anyhow:
            telling.setdefault(max(name.lower().split(), key=len), set()).add(kind)
    return telling


def _compounds(numbers: dict[str, int]) -> Iterator[tuple[str, int]]:
    """Yield the numbers that are made of two words (`fifty-five`)."""
    for ten, tens in numbers.items():
        if tens in range(20, 100, 10) and ten.isalpha():
            yield from ((f"{ten}-{one}", tens + n) for one, n in numbers.items() if n < 10 and len(one) > 2)


def _leads(words: Timex) -> list[str]:
    return [*words.before, *words.last, *words.next, *words.this]


def _clock_pattern(words: Timex) -> str:
    zone = _any(words.zones)
    return (
        r"(?<![\d:.])(?:(?P<h>\d{1,2})(?::(?P<m>\d{2}))?(?::\d{2})?\s?(?P<half>[ap])\.?\s?m\b\.?"
        r"|(?P<h2>\d{1,2}):(?P<m2>\d{2})(?::\d{2})?(?=\s|[),;./]|$)"
        rf"|(?P<h3>\d{{2}})(?P<m3>\d{{2}})(?::\d{{2}})?(?=\s(?:{zone})\b))"
        rf"(?:\s*\(?(?P<zone>{zone})\b)?"
    )


def _date_patterns(words: Timex) -> list[tuple[str, str]]:
    """Return the kinds of dates with their expressions, the most telling first."""
    month, weekday, unit = _any(words.months), _any(words.weekdays), _any(words.units)
    number = rf"(?:\d{{1,4}}½?|{_any(words.numbers)})"
    lead, turn = _any(_leads(words)), _any([*words.last, *words.next])
    period = _any([*words.last, *words.next, *words.this])
    ago, ahead = _any(words.before_now), _any(words.from_now)
    today = rf"(?:{_any(words.days)})"
    week = rf"(?:(?:{weekday})\.?,?\s+)?"
    day, year = r"(?P<d>\d{1,2})(?:st|nd|rd|th)?", r"(?:,?\s+(?P<y>\d{4})\b)?"
    offset = (
        rf"(?i)\b(?:{_any(words.offset_before)})\s+(?:\w+\s)?(?P<n>{number})\s+(?P<unit>{unit})\b"
        rf"|\b(?P<n2>{number})\s+(?P<unit2>{unit})\s+(?:{_any(words.offset_after)})\b"
    )
    return [
        ("iso", r"\b(?P<y>\d{4})-(?P<mo>\d{2})-(?P<d>\d{2})\b"),
        ("day", rf"\b{week}(?P<mon>{month})\.?\s+{day}\b(?!:){year}"),
        ("day", rf"\b{week}{day}(?:\s+of)?\s+(?P<mon>{month})\b(?:\.?{year[3:]}"),
        ("month", rf"\b(?P<mon>{month})\.?,?\s+(?P<y>\d{{4}})\b"),
        ("month", rf"\b(?i:{lead})[\s-](?P<mon>{month})\b"),
        ("decade", r"\b(?P<y>\d{3}0)s\b"),
        ("year", rf"\b(?i:{lead})\s(?P<y>(?:19|20)\d{{2}})\b(?!\s?[-–]?\s?(?i:{unit}|[a-z]+s\b))"),
        ("weekday", rf"\b(?:(?P<lead>(?i:{turn}))\s+)?(?P<wd>{weekday})\b(?!-)"),
        ("ago", rf"(?i)\b(?P<n>{number})[\s-](?P<unit>{unit})\s+(?P<dir>{ago}|{ahead})\b(?:\s+{today}\b)?"),
        ("offset", offset),
        ("period", rf"(?i)\b(?P<lead>{period})\s+(?:{number}\s+)?(?P<unit>{unit})\b"),
        ("relative", rf"(?i)\b(?P<rel>{today})\b"),
    ]


def _any(words: Iterable[str]) -> str:
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(w).replace(r"\ ", r"\s+") for w in ordered) or r"(?!)"


def _gap(date: TimeMention, clock: Clock) -> int:
    return max(date.begin - clock.end, clock.start - date.end, 0)


def _takes_clock(date: TimeMention) -> bool:
    return date.weekday is not None or (date.start is not None and date.granularity == "day")


def _sign(days: int) -> Any:
    return "future" if days > 0 else "past" if days < 0 else ""


def _floor(moment: datetime, granularity: Granularity) -> datetime:
    day = day_start(moment)
    if granularity == "year":
        return day.replace(month=1, day=1)
    return day.replace(day=1) if granularity == "month" else day
