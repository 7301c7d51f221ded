"""The manifest of a pack: the kinds of names it knows, its types of events, and the constants."""

from typing import Annotated, Literal

import msgspec

from transforms.extract.entries import Entry

GRAVE = 3  # of severities from 0 to 4
NamedField = Literal["vehicle", "spacecraft", "site", "destination"]  # fields of an event that a name fills


class TypeEntry(Entry, frozen=True, kw_only=True):
    """One type of event: what may name its mission, how grave it is, which fields it takes.

    `only` keeps one status (a type that counts only when it has happened); `implies` are types that have
    occurred with it; those that happen `together` with it have its time; it `yields_to` types of the same
    flight that say more; with a future date it `announces` a planned type; one that `slips` has an old day
    and a new one. A type believed too little or too much, or too grave to miss, has a `least_confidence`.
    """

    mission: list[str] = []
    severity: Annotated[int, msgspec.Meta(ge=0, le=4)] = 0
    implies: list[str] = []
    together: list[str] = []
    yields_to: list[str] = []
    announces: str | None = None
    only: Literal["occurred", "planned"] | None = None
    cause: bool = False
    slips: bool = False
    fields: list[NamedField | Literal["crew"]] = []
    least_confidence: float | None = None

    @property
    def grave(self) -> bool:
        """Tell whether people are woken for it."""
        return self.severity >= GRAVE


class Constants(Entry, frozen=True, kw_only=True):
    """What each feature of an event weighs in how far it is believed; `confidence.py` says what they are."""

    bias: float = 0.0
    weight: float = 0.0
    sure: float = 0.0
    named: float = 0.0
    number: float = 0.0
    listed: float = 0.0
    title: float = 0.0
    early: float = 0.0
    repeated: float = 0.0
    dated: float = 0.0
    planned: float = 0.0
    noun: float = 0.0
    gap: float = 0.0
    voted: float = 0.0
    vote_type: float = 0.0
    vote_status: float = 0.0


class HeardConstants(Entry, frozen=True, kw_only=True):
    """What the log odds of confidence weigh, and those of the encoder alone, where that has read an event."""

    bias: float = 0.0
    before: float = 1.0
    heard: float = 0.0


class NamingConstants(Entry, frozen=True, kw_only=True):
    """What each feature of a name weighs in how well it fits a flight; `naming.py` says what they are."""

    odds: float = 0.0
    before: float = 0.0
    kind: float = 0.0
    own: float = 0.0
    near: float = 0.0
    early: float = 0.0
    often: float = 0.0
    number: float = 0.0
    listed: float = 0.0
    spelled: float = 0.0
    none: float = 0.0
    none_heard: float = 0.0


class Manifest(Entry, frozen=True, kw_only=True):
    """Identity, kinds of entities with the event field each fills, types, and constants.

    Families in `recurring` fly again and again, so their bare name is no flight's own. `speakers` are the
    kinds of names that state something. `confidence` and `confidence_status` weigh the features of events,
    `confidence_heard` what the encoder says besides, `naming` the features of a flight's names; what is
    believed less than `least_confidence` is no event. A word of the domain in `loose` is one of other domains
    as well: alone in a long text it does not open the gate.
    """

    id: str
    version: int
    kinds: list[str]
    mission: list[str]
    carriers: list[str] = []
    several: list[str] = []
    flies_on: dict[str, list[str]] = {}
    recurring: list[str] = []
    speakers: list[str] = []
    fields: dict[str, NamedField] = {}
    types: dict[str, TypeEntry]
    history_days: Annotated[int, msgspec.Meta(ge=0, le=3660)] = 14
    confidence: Constants | None = None
    confidence_status: Constants | None = None
    confidence_heard: HeardConstants | None = None
    naming: NamingConstants | None = None
    least_confidence: float = 0.0
    gate: list[str] = []
    common_heads: list[str] = []
    loose: list[str] = []

    def least_of(self, kind: str) -> float:
        """Return how far an event of a type must be believed to be one."""
        own = self.types[kind].least_confidence
        return self.least_confidence if own is None else own

    def kinds_naming(self, kind: str) -> list[str]:
        """Return the kinds of entities that may name the flight of an event of a type, best first."""
        return self.types[kind].mission or self.mission
