"""Which changes of an incident are news, compared with what its last version said."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from transforms.correlate.family import OpenIncident, Telling, Told
from transforms.correlate.lifecycle import Lifecycle
from transforms.correlate.merge import contradict
from transforms.correlate.standing import AHEAD, DAY, Standing, planned_telling
from transforms.correlate.telling import format_time, stated_day
from transforms.records import Change, EventTime

CORROBORATED = 2
_RANK = {"scrubbed": 1, "occurred": 2, "failed": 3, "resolved": 3}


def told_by(now: Standing) -> Told:
    """Return what a version with this standing says."""
    sources = len(now.sources)
    return Told(now.status, now.planned, now.severity, now.disputed, min(sources, CORROBORATED))


def changes_of(
    incident: OpenIncident,
    now: Standing,
    telling: Telling,
    replaced: tuple[Telling, ...],
    lifecycle: Lifecycle,
) -> tuple[Change, ...]:
    """Return what is news in `now` about an incident after `telling`, which took the place of `replaced`."""
    if not incident.version:
        return (Change("opened", new=now.status, new_quote=telling.report.evidence.quote),)
    told = incident.told
    found = [*_status(told, now, telling), *_slip(incident, now, telling)]
    if lifecycle.types[incident.type].escalates and now.severity > told.severity:
        found.append(_change("escalated", "severity", str(told.severity), str(now.severity), telling))
    found += _disputes(incident, now, told)
    found += _corrections(incident, replaced, telling, lifecycle)
    if told.sources < CORROBORATED <= len(now.sources) and now.status not in ("failed", "resolved"):
        found.append(_change("corroborated", "sources", str(told.sources), str(len(now.sources)), telling))
    return tuple(found)


def _status(told: Told, now: Standing, telling: Telling) -> Iterator[Change]:
    before, after = _RANK.get(told.status, 0), _RANK.get(now.status, 0)
    if now.status == "resolved" != told.status:
        yield _change("resolved", "status", told.status, now.status, telling)
    elif after > before:
        yield _change("status_changed", "status", told.status, now.status, telling)
    elif after < before and before > 1:
        yield _change("corrected", "status", told.status, now.status, telling)


def _slip(incident: OpenIncident, now: Standing, telling: Telling) -> Iterator[Change]:
    told = incident.told
    if now.status not in AHEAD and now.status != "scrubbed":
        return
    target = planned_telling(incident)
    if told.planned and now.planned and target and _moved(told.planned, now):
        old = _time_told(incident, told.planned)
        quote = _quote(target, "time")
        yield Change("slipped", "time", old, _format(target), _quote_at(incident, told.planned), quote)
    elif (
        now.status == "slipped"
        and told.status in ("announced", "scheduled")
        and telling.type != incident.type
    ):
        yield _change("slipped", "status", told.status, now.status, telling)


def _moved(planned: datetime, now: Standing) -> bool:
    """Tell whether a date moved: by a day beside a word of delay, else by two (zones shift days by one)."""
    if now.planned is None:
        return False
    days = now.planned.date() - planned.date()
    return days >= (DAY if now.status in ("slipped", "scrubbed") else 2 * DAY)


def _disputes(incident: OpenIncident, now: Standing, told: Told) -> Iterator[Change]:
    for name in sorted(now.disputed - told.disputed):
        old, new = now.fields[name][:2]
        quotes = (_quote_of(incident, name, value) for value in (old, new))
        yield Change("disputed", name, old, new, *quotes)


def _corrections(
    incident: OpenIncident, replaced: tuple[Telling, ...], telling: Telling, lifecycle: Lifecycle
) -> Iterator[Change]:
    for former in replaced:
        if (former.type, former.report.status) != (telling.type, telling.report.status):
            continue
        for name, old in sorted(former.report.fields.items()):
            new = telling.report.fields.get(name)
            if new and contradict_or_crew(name, old, new, lifecycle):
                yield Change("corrected", name, old, new, _quote(former, name), _quote(telling, name))
        if incident.told.status not in AHEAD and _times_differ(former.report.time, telling.report.time):
            yield Change(
                "corrected",
                "time",
                _format(former),
                _format(telling),
                _quote(former, "time"),
                _quote(telling, "time"),
            )
        return


def contradict_or_crew(name: str, old: str, new: str, lifecycle: Lifecycle) -> bool:
    """Tell whether a publisher took a value back; of a crew any name that was swapped counts."""
    if name != "crew":
        return contradict(name, old, new, lifecycle)
    one, other = (set(names.casefold().split("; ")) for names in (old, new))
    return bool(one - other and other - one)


def _times_differ(old: EventTime | None, new: EventTime | None) -> bool:
    before, after = stated_day(old), stated_day(new)
    if not (before and after and old and new):
        return False
    if old.granularity == new.granularity == "minute":
        return abs(after - before) > timedelta(hours=1)
    return before.date() != after.date()


def _change(kind: str, field: str, old: str, new: str, telling: Telling) -> Change:
    return Change(kind, field, old, new, new_quote=telling.report.evidence.quote)  # type: ignore[arg-type]


def _format(telling: Telling) -> str:
    return format_time(telling.report.time) if telling.report.time else ""


def _time_told(incident: OpenIncident, planned: datetime) -> str:
    same = (t for t in incident.tellings if t.report.time and t.report.time.start == planned)
    return next((_format(t) for t in same), planned.strftime("%Y-%m-%d"))


def _quote_at(incident: OpenIncident, planned: datetime) -> str:
    same = (t for t in incident.tellings if t.report.time and t.report.time.start == planned)
    return next((_quote(t, "time") for t in same), "")


def _quote_of(incident: OpenIncident, name: str, value: str) -> str:
    same = (t for t in incident.tellings if t.report.fields.get(name) == value)
    return next((_quote(t, name) for t in same), "")


def _quote(telling: Telling, name: str) -> str:
    return telling.quotes.get(name) or telling.report.evidence.quote
