"""What a rule may ask of an incident: plain, typed values, none of them absent.

A condition sees empty text, an empty list or zero where nothing is known, so that no condition breaks on an
incident that knows less than another.
"""

from datetime import UTC, datetime
from typing import Any, get_args

from transforms.correlate import starter_lifecycle
from transforms.records import Change, ChangeKind, EventTime, EventType, Evidence, Incident, Report

DAY_LENGTH = len("2021-10-05")
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
STATUSES = ("announced", "scheduled", "slipped", "scrubbed", "occurred", "failed", "resolved", "closed")
TYPES = tuple(t for t in get_args(EventType) if starter_lifecycle().type_of(t) == t)
CHANGES: tuple[ChangeKind, ...] = get_args(ChangeKind)
_SINGLE = ("vehicle", "spacecraft", "site", "destination", "cause")


def subject_of(incident: Incident) -> dict[str, Any]:
    """Return the values under `incident.` in conditions and in braces in summaries."""
    publishers = sorted({report.publisher for report in incident.reports})
    return {
        "id": incident.id,
        "version": incident.version,
        "pack": incident.pack,
        "type": incident.type,
        "status": incident.status,
        "mission": incident.mission or "",
        "family": incident.family or "",
        "confidence": float(incident.confidence),
        "independent_sources": incident.independent_sources,
        "severity": incident.severity,
        "disputed": incident.disputed,
        "slip_hours": slip_hours(incident),
        "changes": [change.kind for change in incident.changes],
        "publishers": publishers,
        "reports": len(incident.reports),
        "crew": [name for name in _first(incident, "crew").split("; ") if name],
        "time": incident.time.start if incident.time else NEVER,
        "precision": incident.time.granularity if incident.time else "",
        "opened": incident.opened,
        "at": incident.at,
        **{name: _first(incident, name) for name in _SINGLE},
    }


def slip_hours(incident: Incident) -> float:
    """Return by how many hours this version moves the planned date; 0 if it moves none."""
    moved = [c for c in incident.changes if c.kind == "slipped" and c.field == "time"]
    spans = [datetime.fromisoformat(new) - datetime.fromisoformat(old) for old, new in map(_ends, moved)]
    return max((span.total_seconds() / 3600 for span in spans), default=0.0)


def _ends(change: Change) -> tuple[str, str]:
    """Return old and new as days, or as moments if both are that exact."""
    exact = "T" in change.old and "T" in change.new
    old, new = change.old, change.new
    return (old, new) if exact else (old[:DAY_LENGTH], new[:DAY_LENGTH])


def sample(kind: EventType, status: str, *, known: bool) -> Incident:
    """Return an incident to try conditions on: one of which all is `known`, or as little as can be."""
    time = EventTime(NEVER, "minute", "explicit")
    report = Report(
        article_id="a",
        event_id="e",
        publisher="p",
        lineage="l",
        status="occurred",
        confidence=1.0,
        received=NEVER,
        evidence=Evidence("q", 0, 1),
    )
    return Incident(
        id="i",
        version=1,
        pack="space",
        type=kind,
        occurrence=1,
        status=status,
        changes=(),
        cause="a",
        at=NEVER,
        opened=NEVER,
        reports=(report,),
        confidence=1.0 if known else 0.0,
        independent_sources=3 if known else 1,
        severity=4 if known else 0,
        mission="m" if known else None,
        family="f" if known else None,
        time=time if known else None,
        fields=dict.fromkeys((*_SINGLE, "crew"), ("x",)) if known else {},
    )


def _first(incident: Incident, name: str) -> str:
    return next(iter(incident.fields.get(name, ())), "")


FIELDS = frozenset(subject_of(sample("launch", "occurred", known=True)))
