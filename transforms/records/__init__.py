"""What travels between the links: typed, versioned records with deterministic ids.

Every record is JSON on the wire (`wire.encode`, `wire.decode`). `schema` is the version of
the record's own layout: a reader refuses a newer one (`wire.UndecodableError`) instead of guessing,
and new optional fields with defaults need no new version.
"""

from transforms.records.alert import Alert
from transforms.records.article import Article
from transforms.records.dead_letter import DeadLetter, LetterMark
from transforms.records.disposition import Disposition, Position, Stage, Verdict
from transforms.records.event import (
    EventStatus,
    EventTime,
    EventType,
    Evidence,
    MissionEvent,
    Profile,
    Slip,
)
from transforms.records.feed_health import FeedHealth
from transforms.records.incident import Change, ChangeKind, Incident, Report
from transforms.records.wire import UndecodableError, decode, deterministic_id, encode

__all__ = [
    "Alert",
    "Article",
    "Change",
    "ChangeKind",
    "DeadLetter",
    "Disposition",
    "EventStatus",
    "EventTime",
    "EventType",
    "Evidence",
    "FeedHealth",
    "Incident",
    "LetterMark",
    "MissionEvent",
    "Position",
    "Profile",
    "Report",
    "Slip",
    "Stage",
    "UndecodableError",
    "Verdict",
    "decode",
    "deterministic_id",
    "encode",
]
