"""An incident: one real-world event, as all articles together tell it."""

from datetime import datetime
from typing import Literal

import msgspec

from transforms.records.disposition import Position
from transforms.records.event import EventTime, EventType, Evidence

ChangeKind = Literal[
    "opened",
    "status_changed",
    "slipped",
    "escalated",
    "corroborated",
    "disputed",
    "corrected",
    "resolved",
]


class Report(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one article contributed. `lineage` is shared by copies and updates of one story."""

    article_id: str
    event_id: str
    publisher: str
    lineage: str
    status: str
    confidence: float
    received: datetime
    evidence: Evidence
    title: str = ""
    url: str | None = None
    origin: str | None = None
    time: EventTime | None = None
    fields: dict[str, str] = {}


class Change(msgspec.Struct, frozen=True, omit_defaults=True):
    """One material change: the field that changed, its old and new value, and the words for both."""

    kind: ChangeKind
    field: str = ""
    old: str = ""
    new: str = ""
    old_quote: str = ""
    new_quote: str = ""


class Incident(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of one incident. `id` is the same for any order of arrival.

    `version` counts material changes from 1; `changes` says what made this version and `cause`
    is the article that did. `status` is a state of the pack's lifecycle (announced, scheduled,
    slipped, scrubbed, occurred, failed, resolved, closed). `fields` holds merged values (vehicle,
    spacecraft, site, destination, crew, outcome) with the winning value first; more than one value
    means that independent reports disagree. `at` and `opened` are event times (log append).
    """

    id: str
    version: int
    pack: str
    type: EventType
    occurrence: int
    status: str
    changes: tuple[Change, ...]
    cause: str
    at: datetime
    opened: datetime
    reports: tuple[Report, ...]
    confidence: float
    independent_sources: int
    mission: str | None = None
    family: str | None = None
    time: EventTime | None = None
    fields: dict[str, tuple[str, ...]] = {}
    severity: int = 0
    disputed: bool = False
    historical: bool = False
    position: Position | None = None
    schema: int = 1
