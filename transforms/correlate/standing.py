"""How an incident stands: what follows from its reports as a set, whatever the order in which they came."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from transforms.correlate.family import OpenIncident, Telling
from transforms.correlate.lifecycle import Lifecycle
from transforms.correlate.merge import merge
from transforms.correlate.sources import confidence, independent
from transforms.correlate.telling import stated_day
from transforms.records import EventTime

DAY = timedelta(days=1)
AHEAD = frozenset({"announced", "scheduled", "slipped"})
DONE = frozenset({"occurred", "failed", "resolved"})


class Standing(NamedTuple):
    """An incident as all its reports together tell it; `planned` is the date that it is planned for."""

    status: str
    time: EventTime | None
    planned: datetime | None
    severity: int
    fields: dict[str, tuple[str, ...]]
    disputed: frozenset[str]
    sources: dict[str, float]
    mission: str | None

    @property
    def confidence(self) -> float:
        """How sure the sources that support the status make us."""
        return confidence(self.sources)


def standing(incident: OpenIncident, others: Iterable[OpenIncident], lifecycle: Lifecycle) -> Standing:
    """Return how `incident` stands among the `others` of its family."""
    status = _status(incident, list(others), lifecycle)
    support = _support(incident)
    fields = merge(incident.tellings, incident.type, lifecycle)
    target = planned_telling(incident)
    return Standing(
        status=status,
        time=_time(support, target),
        planned=target.report.time.start if target and target.report.time else None,
        severity=max((t.severity for t in incident.tellings), default=0),
        fields=fields,
        disputed=frozenset(name for name, values in fields.items() if len(values) > 1),
        sources=independent(t.report for t in support),
        mission=_mission(incident),
    )


def has_occurred(incident: OpenIncident) -> bool:
    """Tell whether any report says that it happened (a delay that happened is no launch)."""
    return any(t.report.status == "occurred" and t.type == incident.type for t in incident.tellings)


def day_of(incident: OpenIncident) -> datetime | None:
    """Return the day to which further reports are compared: that of the event, or the planned one."""
    told = _support(incident)
    time = _time(told, planned_telling(incident))
    stated = stated_day(time)
    if stated or not has_occurred(incident):
        return stated
    return first_said(incident)


def first_said(incident: OpenIncident) -> datetime:
    """Return when the first article spoke of it."""
    return min(t.said for t in _support(incident))


def planned_telling(incident: OpenIncident) -> Telling | None:
    """Return the report with the planned date that stands: the latest day, most precisely told.

    Dates move to the right; an older article that comes late can so never move one back.
    """
    dated = [t for t in incident.tellings if t.report.status == "planned" and stated_day(t.report.time)]
    return max(dated, key=_planned_rank) if dated else None


def related(one: OpenIncident, other: OpenIncident) -> bool:
    """Tell whether two incidents of one family can be of the same flight."""
    return one.name == other.name or not one.name or not other.name


def _planned_rank(telling: Telling) -> tuple[str, bool, datetime, tuple[str, str]]:
    time = telling.report.time
    if time is None:
        raise ValueError("a telling with a date was wanted")
    return time.start.strftime("%Y-%m-%d"), time.granularity == "minute", time.start, telling.key


def _support(incident: OpenIncident) -> list[Telling]:
    """Return the reports that support the status: those that say that it happened, else all."""
    happened = [t for t in incident.tellings if t.report.status == "occurred" and t.type == incident.type]
    return happened or list(incident.tellings)


def _status(incident: OpenIncident, others: list[OpenIncident], lifecycle: Lifecycle) -> str:
    course = lifecycle.types[incident.type]
    near = [o for o in others if o.id != incident.id and related(incident, o)]
    if course.failed_by and any(o.type == course.failed_by and _same_flight(incident, o) for o in near):
        return "failed"
    if has_occurred(incident):
        ends = [o for o in near if o.type == course.resolved_by and _ends(incident, o)]
        return "resolved" if course.resolved_by and ends else "occurred"
    return _ahead(incident)


def _same_flight(one: OpenIncident, other: OpenIncident) -> bool:
    """Tell whether two incidents are of one flight: of one name, or else of neighbouring days."""
    if one.name and one.name == other.name:
        return True
    day, other_day = day_of(one), day_of(other)
    return bool(day and other_day and abs(day.date() - other_day.date()) <= DAY)


def _ends(trouble: OpenIncident, ending: OpenIncident) -> bool:
    """Tell whether `ending` came after the trouble, and was not part of the story that told of it first."""
    if not has_occurred(ending):
        return False
    first = min(trouble.tellings, key=lambda t: (t.said, t.key))
    happened = [t for t in ending.tellings if t.report.status == "occurred"]
    same_story = any(t.report.lineage == first.report.lineage for t in happened)
    return first_said(ending) > first.said and not same_story


def _ahead(incident: OpenIncident) -> str:
    delays = [t for t in incident.tellings if t.type != incident.type]
    target = planned_telling(incident)
    start = target.report.time.start if target and target.report.time else None
    if any(t.scrub and (start is None or t.said >= start - DAY / 4) for t in delays):
        return "scrubbed"
    days = [d for t in incident.tellings if t.report.status == "planned" and (d := stated_day(t.report.time))]
    if delays or (days and max(days) - min(days) >= 2 * DAY):
        return "slipped"
    return "scheduled" if target else "announced"


def _time(support: list[Telling], target: Telling | None) -> EventTime | None:
    own = [t for t in support if t.report.time and t.report.status == "occurred" and t.type != "launch_delay"]
    if not own:
        if target:
            return target.report.time
        vague = sorted(t.report.time.start for t in support if t.report.time and t.report.status == "planned")
        return next(
            (t.report.time for t in support if t.report.time and vague[:1] == [t.report.time.start]), None
        )
    order = ("minute", "day", "month", "year")
    times = [t.report.time for t in own if t.report.time]
    return min(times, key=lambda t: (t.basis == "publication", order.index(t.granularity), t.start, t.basis))


def _mission(incident: OpenIncident) -> str | None:
    names: dict[str, int] = {}
    for telling in incident.tellings:
        if telling.mission and telling.name == incident.name:
            names[telling.mission] = names.get(telling.mission, 0) + 1
    return min(names, key=lambda n: (-len(n), -names[n], n)) if names else None
