"""One step of correlation: a family's state and a sighting to a new state and new versions of incidents.

How an incident stands follows from its reports as a set (`standing`), which incident a report belongs to
from names and days (`join`); a version is written only for what is news (`changes`). A sighting that is
delivered again is found by its article and event and changes nothing.

A launch and its delays are one incident: a report of type `launch_delay` moves the launch of that flight to
`scrubbed` or `slipped` and opens it if need be; there is no incident of that type. Refused: an incident of
its own for each delay. It would be told twice, as the delay and as the launch that slipped, and nothing would
end it but the launch. A rule for "scrub or slip" asks for a launch of that status and listens to opened,
status_changed and slipped. A failure is the other way round an incident of its own, as people are called
for it, and sets its launch to failed.
"""

from typing import Literal, NamedTuple

import msgspec

from transforms.correlate.bound import bounded
from transforms.correlate.changes import changes_of, told_by
from transforms.correlate.family import HORIZON, FamilyState, OpenIncident, Telling
from transforms.correlate.join import home_of, new_incident
from transforms.correlate.lifecycle import Lifecycle
from transforms.correlate.sighting import Sighting
from transforms.correlate.standing import Standing, related, standing
from transforms.correlate.telling import telling_of
from transforms.records import Change, ChangeKind, Incident

Reason = (
    ChangeKind
    | Literal[
        "nothing_new",  # a further report of what was already told
        "repeat",  # this very sighting was here before
        "copy",  # the article is a copy of one that told it: counted as a report, if there is an incident
        "superseded",  # a newer version of the same article was here first
        "full",  # the incident has as many reports of this kind as are kept
        "expired",  # older than the horizon
    ]
)


class Step(NamedTuple):
    """What one sighting did."""

    state: FamilyState
    versions: list[Incident]
    reason: Reason


def step(state: FamilyState, sighting: Sighting, lifecycle: Lifecycle) -> Step:
    """Take one sighting into its family's state."""
    if state.latest and sighting.at < state.latest - HORIZON:
        return Step(state, [], "expired")
    state = state.at(sighting.at)
    telling = telling_of(sighting, lifecycle)
    before = [(i, t) for i in state.incidents for t in i.tellings if telling.key == t.key]
    if any(sighting.copy or t.report.lineage == sighting.lineage for _, t in before):
        return Step(state, [], "repeat")
    for incident, copied in before:
        # It was a copy, and an operator has let it through as a story of its own.
        state = state.put(_without(incident, copied))
    home = home_of(state, telling, lifecycle)
    if sighting.copy:
        return Step(state.put(_take(home, telling)[0]) if home else state, [], "copy")
    home = home or new_incident(state, telling, lifecycle)
    refusal = _refusal(home, telling)
    if refusal:
        return Step(state, [], refusal)
    grown, replaced = _take(home, telling)
    if telling not in grown.tellings:
        return Step(state, [], "full")
    return _tell(state.put(grown), grown, replaced, sighting, lifecycle)


def incident_of(incident: OpenIncident, now: Standing, family: str, pack: str) -> Incident:
    """Return an incident as it stands, without what made this version."""
    return Incident(
        id=incident.id,
        version=incident.version,
        pack=pack,
        type=incident.type,
        occurrence=incident.occurrence,
        status=now.status,
        changes=(),
        cause="",
        at=incident.last_at,
        opened=min(t.report.received for t in incident.tellings),
        reports=tuple(t.report for t in incident.tellings),
        confidence=now.confidence,
        independent_sources=len(now.sources),
        mission=now.mission,
        family=family,
        time=now.time,
        fields=now.fields,
        severity=now.severity,
        disputed=bool(now.disputed),
    )


def _refusal(home: OpenIncident, telling: Telling) -> Reason | None:
    newer = (
        t for t in home.tellings if t.revision and _same_article(t, telling) and _order(t) > _order(telling)
    )
    return "superseded" if any(newer) else None


def _take(home: OpenIncident, telling: Telling) -> tuple[OpenIncident, tuple[Telling, ...]]:
    """Return the incident with the telling in it, and the tellings of former versions that it replaced."""
    former = tuple(t for t in home.tellings if telling.revision and _same_article(t, telling))
    kept = [t for t in home.tellings if t not in former]
    grown = msgspec.structs.replace(
        home,
        name=home.name or telling.name,
        tellings=bounded([*kept, telling]),
        last_at=max(home.last_at, telling.report.received),
    )
    return grown, former


def _without(incident: OpenIncident, telling: Telling) -> OpenIncident:
    kept = tuple(t for t in incident.tellings if t != telling)
    return msgspec.structs.replace(incident, tellings=kept) if kept else incident


def _same_article(one: Telling, other: Telling) -> bool:
    """Tell whether two tellings are of different versions of one article."""
    return one.entry == other.entry and one.report.article_id != other.report.article_id


def _order(telling: Telling) -> tuple[object, str]:
    return telling.report.received, telling.report.article_id


def _tell(
    state: FamilyState,
    grown: OpenIncident,
    replaced: tuple[Telling, ...],
    sighting: Sighting,
    lifecycle: Lifecycle,
) -> Step:
    telling = next(t for t in grown.tellings if t.key == (sighting.article_id, sighting.event.id))
    versions: list[Incident] = []
    for incident in [grown, *(i for i in state.incidents if i.id != grown.id and related(grown, i))]:
        now = standing(incident, state.incidents, lifecycle)
        former = replaced if incident.id == grown.id else ()
        changes = changes_of(incident, now, telling, former, lifecycle)
        if incident.id == grown.id and incident.unheard and not sighting.historical:
            # History told nobody anything, so the first fresh report is the news.
            changes = (Change("opened", new=now.status, new_quote=telling.report.evidence.quote),)
        told = _told(incident, now, changes, sighting)
        state = state.put(told)
        if changes:
            versions.append(_version(incident_of(told, now, state.family, lifecycle.pack), changes, sighting))
    return Step(state, versions, versions[0].changes[0].kind if versions else "nothing_new")


def _told(
    incident: OpenIncident, now: Standing, changes: tuple[Change, ...], sighting: Sighting
) -> OpenIncident:
    """Remember what was told; a date that crept on without being news stays the one that was told."""
    told = told_by(now)
    before = incident.told.planned
    slipped = any(change.kind == "slipped" for change in changes)
    if before and now.planned and now.planned > before and not slipped:
        told = msgspec.structs.replace(told, planned=before)
    unheard = sighting.historical and (incident.unheard or not incident.version)
    if not changes:
        unheard = incident.unheard
    version = incident.version + bool(changes)
    return msgspec.structs.replace(incident, version=version, told=told, unheard=unheard)


def _version(incident: Incident, changes: tuple[Change, ...], sighting: Sighting) -> Incident:
    return msgspec.structs.replace(
        incident,
        changes=changes,
        cause=sighting.article_id,
        at=sighting.at,
        historical=sighting.historical,
        position=sighting.position,
    )
