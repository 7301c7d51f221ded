"""Which incident a report belongs to, and the id of a new one.

Requirements: one incident per real-world event; the id is the same for any order in which the reports of
that event arrive; no two events ever share one.

A name of a flight's own meets itself only. A generic name ("the Soyuz") joins the only named flight that
it can be; with none it stays generic, and the first named flight that fits claims it: the incident goes on
under its id and takes the name. So that the id is the same when the named report comes first, an id does
not contain the name at all, unless a second flight of the family does the same in the same week.
Families that fly several missions at once (`parallel`) always have the name in the id of a named flight;
there an id depends on whether the bare name or the flight's came first, and only there.

The occurrence is the week of the first report (event time) and a number within it. Refused: a running
count (it restarts with the state, and a new event would then be taken for an old one that was already
sent) and the stated day (reports of one event state neighbouring days, and dates move). As an incident is
kept for seven days after its last report, one that began in this week is always still known.
"""

from datetime import datetime, timedelta

from transforms.correlate.family import HORIZON, FamilyState, OpenIncident, Telling
from transforms.correlate.lifecycle import Course, Lifecycle
from transforms.correlate.standing import DAY, day_of, first_said, has_occurred
from transforms.correlate.telling import stated_day
from transforms.records import EventType, deterministic_id

PER_WEEK = 100
AHEAD_WINDOWS = 4
_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - compared with naive copies of UTC times


def home_of(state: FamilyState, telling: Telling, lifecycle: Lifecycle) -> OpenIncident | None:
    """Return the incident that a telling belongs to, `None` if it opens one."""
    kind = lifecycle.type_of(telling.type)
    fits = [i for i in state.incidents if i.type == kind and _fits(i, telling, state, lifecycle)]
    own = [i for i in fits if i.name == telling.name]
    if telling.name:
        return _nearest(own, telling) or _only([i for i in fits if not i.name])
    return _only([i for i in fits if i.name]) or _nearest(own, telling)


def new_incident(state: FamilyState, telling: Telling, lifecycle: Lifecycle) -> OpenIncident:
    """Return an incident, still without reports, for a telling that belongs to none."""
    kind = lifecycle.type_of(telling.type)
    at = telling.report.received
    week = (at.replace(tzinfo=None) - _EPOCH) // HORIZON
    known = {i.id for i in state.incidents}
    for name in _names(state.family, telling.name, lifecycle):
        for number in range(1, PER_WEEK if name == telling.name else 2):
            occurrence = week * PER_WEEK + number
            identity = incident_id(lifecycle.pack, kind, state.family, name, occurrence)
            if identity not in known:
                return OpenIncident(identity, kind, occurrence, telling.name, at, ())
    raise AssertionError("a state holds fewer incidents than a week has numbers")


def incident_id(pack: str, kind: EventType, family: str, name: str, occurrence: int) -> str:
    """Return the id of an incident; `name` is empty for the family's first of its week."""
    return deterministic_id("incident", pack, kind, family, name, occurrence)


def _names(family: str, name: str, lifecycle: Lifecycle) -> tuple[str, ...]:
    return (name,) if not name or family in lifecycle.parallel else ("", name)


def _fits(incident: OpenIncident, telling: Telling, state: FamilyState, lifecycle: Lifecycle) -> bool:
    course = lifecycle.types[incident.type]
    if incident.name and telling.name and incident.name != telling.name:
        return False
    if course.split_by and _split(incident, telling, state, course.split_by):
        return False
    if course.once and telling.name and incident.name == telling.name:
        return True
    return _same_days(incident, telling, course)


def _same_days(incident: OpenIncident, telling: Telling, course: Course) -> bool:
    """Tell whether the days told may be of one occurrence; a delay is told on any day before."""
    if telling.type != incident.type:
        return True
    there, here = day_of(incident), stated_day(telling.report.time)
    happened, happens = has_occurred(incident), telling.report.status == "occurred"
    if happens and here is None:
        here = telling.said
    if there is None or here is None:
        return True
    if happened and not happens and here > there:
        return here.date() - there.date() <= min(DAY, course.window)
    window = course.window if happened and happens else course.window * AHEAD_WINDOWS
    return _days_between(there, here) <= window


def _split(incident: OpenIncident, telling: Telling, state: FamilyState, by: EventType) -> bool:
    """Tell whether an event of type `by` of the same flight lies between the incident and the telling."""
    if not has_occurred(incident):
        return False
    one, other = sorted((_moment(incident), telling_moment(telling)))
    between = (i for i in state.incidents if i.type == by and has_occurred(i))
    return any(
        one < _moment(i) < other for i in between if i.name in ("", incident.name) or not incident.name
    )


def _moment(incident: OpenIncident) -> datetime:
    told = [telling_moment(t) for t in incident.tellings if t.report.status == "occurred"]
    return min(told) if told else first_said(incident)


def telling_moment(telling: Telling) -> datetime:
    """Return when a telling says that it happened: the minute, else the day's end or when it was said."""
    stated = stated_day(telling.report.time)
    if stated is None or telling.report.time is None:
        return telling.said
    if telling.report.time.granularity == "minute":
        return stated
    return min(telling.said, stated + DAY)


def _days_between(one: datetime, other: datetime) -> timedelta:
    return abs(one.date() - other.date())


def _nearest(incidents: list[OpenIncident], telling: Telling) -> OpenIncident | None:
    here = stated_day(telling.report.time) or telling.said
    return min(incidents, key=lambda i: (abs((day_of(i) or here) - here), i.id), default=None)


def _only(incidents: list[OpenIncident]) -> OpenIncident | None:
    return incidents[0] if len(incidents) == 1 else None
