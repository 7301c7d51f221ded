"""A mission event: what one article says happened, or will, with the words that say so."""

from datetime import datetime
from typing import Literal

import msgspec

EventType = Literal[
    "launch",
    "launch_delay",
    "launch_failure",
    "docking",
    "docking_anomaly",
    "undocking",
    "landing",
    "spacewalk",
    "spacecraft_anomaly",
    "ground_anomaly",
    "test",
    "reentry",
    "orbital_event",
    "crew_assignment",
]
EventStatus = Literal["occurred", "planned"]
Granularity = Literal["minute", "day", "month", "year"]
Profile = Literal["rules", "parser"]
Basis = Literal["explicit", "weekday", "relative", "inherited", "publication"]

# What an event may say beside its type and status, each with evidence or absent.
FIELDS = (
    "mission",
    "mission_id",
    "family",
    "vehicle",
    "spacecraft",
    "site",
    "destination",
    "cause",
    "crew",
    "time",
    "slip",
    "origin",
    "stated_by",
    "severity",
)


class Evidence(msgspec.Struct, frozen=True, omit_defaults=True):
    """Words of an article: `article.text[start:end] == quote` (of `article.title` when `field` says so)."""

    quote: str
    start: int
    end: int
    field: Literal["text", "title"] = "text"


class EventTime(msgspec.Struct, frozen=True):
    """When an event takes place: the start of the stated minute, day, month or year, in UTC.

    `basis` says how it was found; `publication` (nothing was stated) alone has no evidence.
    """

    start: datetime
    granularity: Granularity
    basis: Basis


class Slip(msgspec.Struct, frozen=True, omit_defaults=True):
    """From when to when something was moved, as far as it is said; each as precise as it is said."""

    old: EventTime | None = None
    new: EventTime | None = None


class MissionEvent(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event of one article: at most one for each (type, status, mission).

    `evidence` has an entry for each field that is not absent, under the field's name (`crew` has
    one for each name, in order), plus `type`: the sentence that states the event, and `trigger`:
    its shortest telling words. `mission` is the name by which the article identifies the flight;
    `mission_id` is the same for all names of one flight (`soyuz-ms-19`), and absent for a generic name;
    `family` is the pack's id of its vehicle or programme (`soyuz`).
    `confidence` is that it is an event of this type and status, `confidence_status` that the status is right
    if it is one of this type.
    A delay has the days of its `slip`. `severity` is 0 to 4.
    `origin` is the news agency that the article credits, `stated_by` whoever it quotes as saying so.
    `pack` is the hash of the vocabulary that found it, `profile` with what: rules, or a parser beside them.
    """

    id: str
    article_id: str
    type: EventType
    status: EventStatus
    confidence: float
    evidence: dict[str, tuple[Evidence, ...]]
    confidence_status: float = 1.0
    mission: str | None = None
    mission_id: str | None = None
    family: str | None = None
    vehicle: str | None = None
    spacecraft: str | None = None
    site: str | None = None
    destination: str | None = None
    cause: str | None = None
    crew: tuple[str, ...] = ()
    time: EventTime | None = None
    slip: Slip | None = None
    origin: str | None = None
    stated_by: str | None = None
    severity: int = 0
    pack: str = ""
    profile: Profile = "rules"
    schema: int = 1
