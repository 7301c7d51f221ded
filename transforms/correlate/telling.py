"""From a sighting to what is kept of it."""

from datetime import datetime

from transforms.correlate.family import Telling
from transforms.correlate.lifecycle import Lifecycle
from transforms.correlate.names import own_name
from transforms.correlate.sighting import Sighting
from transforms.records import EventTime, Evidence, MissionEvent, Report

FIELDS = ("vehicle", "spacecraft", "site", "destination", "cause")
TEXT_MAX = 300
CREW_JOIN = "; "


def telling_of(sighting: Sighting, lifecycle: Lifecycle) -> Telling:
    """Return what is kept of a sighting."""
    event = sighting.event
    words = " ".join(e.quote for e in event.evidence.get("trigger", ())).casefold()
    return Telling(
        report=_report(sighting),
        type=event.type,
        said=sighting.said,
        severity=max(event.severity, lifecycle.types[lifecycle.type_of(event.type)].floor),
        mission=(event.mission or "")[:TEXT_MAX],
        name=own_name(event, lifecycle.ignored)[:TEXT_MAX],
        quotes={name: _joined(found) for name, found in event.evidence.items() if found},
        scrub=event.type == "launch_delay" and any(word in words for word in lifecycle.scrub),
        revision=sighting.first or False,
    )


def format_time(time: EventTime) -> str:
    """Return a stated time as precisely as it was stated."""
    form = {"minute": "%Y-%m-%dT%H:%MZ", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
    return time.start.strftime(form[time.granularity])


def stated_day(time: EventTime | None) -> datetime | None:
    """Return the start of the stated minute or day; `None` if nothing that precise was stated."""
    if time is None or time.basis == "publication" or time.granularity not in ("minute", "day"):
        return None
    return time.start


def _report(sighting: Sighting) -> Report:
    event = sighting.event
    return Report(
        article_id=sighting.article_id,
        event_id=event.id,
        publisher=sighting.publisher,
        lineage=sighting.lineage,
        status=event.status,
        confidence=event.confidence,
        received=sighting.at,
        evidence=_proof(event),
        title=sighting.title[:TEXT_MAX],
        url=sighting.url,
        origin=event.origin,
        time=event.time,
        fields=_fields(event),
    )


def _fields(event: MissionEvent) -> dict[str, str]:
    found = {name: getattr(event, name) for name in FIELDS}
    found["crew"] = CREW_JOIN.join(event.crew)
    return {name: value[:TEXT_MAX] for name, value in found.items() if value}


def _proof(event: MissionEvent) -> Evidence:
    for name in ("type", "trigger"):
        if event.evidence.get(name):
            return event.evidence[name][0]
    return next((e for found in event.evidence.values() for e in found), Evidence("", 0, 0))


def _joined(found: tuple[Evidence, ...]) -> str:
    return " … ".join(e.quote for e in found)[:TEXT_MAX]
