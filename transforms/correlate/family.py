"""The incidents of one mission family: the state that correlation keeps, bounded and versioned."""

from datetime import datetime, timedelta

import msgspec

from transforms.records import EventType, Report, UndecodableError

HORIZON = timedelta(days=7)
MAX_INCIDENTS = 96
MAX_TELLINGS = 24
SCHEMA = 1


class Telling(msgspec.Struct, frozen=True, array_like=True):
    """What one article told of one incident: the report that travels, and what only correlation asks.

    `said` is when the article speaks; `scrub` marks a delay that called one attempt off; `quotes` has
    the words for each field. `revision` is the first version of an article that is a later one; in states of
    old it says only that it is one, and the lineage is that version.
    """

    report: Report
    type: EventType
    said: datetime
    severity: int
    mission: str
    name: str
    quotes: dict[str, str]
    scrub: bool = False
    revision: str | bool = False

    @property
    def entry(self) -> str:
        """The first version of the article, the same for all its versions."""
        if isinstance(self.revision, str):
            return self.revision
        return self.report.lineage if self.revision else self.report.article_id

    @property
    def key(self) -> tuple[str, str]:
        """What tells this telling from every other."""
        return self.report.article_id, self.report.event_id


class Told(msgspec.Struct, frozen=True, array_like=True):
    """What the last version said of the things whose change is news."""

    status: str
    planned: datetime | None = None
    severity: int = 0
    disputed: frozenset[str] = frozenset()
    sources: int = 1


class OpenIncident(msgspec.Struct, frozen=True, array_like=True):
    """One incident within the horizon. `name` is the flight's own, empty while only a generic one is known.

    `tellings` lie in an order that does not depend on arrival. `unheard`: all versions so far came from
    historical articles, so nobody was told of any.
    """

    id: str
    type: EventType
    occurrence: int
    name: str
    last_at: datetime
    tellings: tuple[Telling, ...]
    version: int = 0
    told: Told = Told("")
    unheard: bool = False


class FamilyState(msgspec.Struct, frozen=True, kw_only=True):
    """All incidents of one family that were heard of within the horizon."""

    family: str
    latest: datetime | None = None
    incidents: tuple[OpenIncident, ...] = ()
    schema: int = SCHEMA

    def encode(self) -> bytes:
        """Return the state as bytes; equal states give equal bytes."""
        return _ENCODER.encode(self)

    @classmethod
    def decode(cls, data: bytes) -> "FamilyState":
        """Return the state in `data`; raise `UndecodableError` for bytes of another layout."""
        try:
            state = _DECODER.decode(data)
        except msgspec.MsgspecError as e:
            raise UndecodableError("FamilyState", "wrong-shape", str(e)) from e
        if state.schema != SCHEMA:
            raise UndecodableError("FamilyState", "newer-schema", f"schema {state.schema}")
        return state

    def put(self, incident: OpenIncident) -> "FamilyState":
        """Return the state with `incident` in it, in place of what had its id; the cap drops the quietest."""
        others = [i for i in self.incidents if i.id != incident.id]
        kept = sorted([*others, incident], key=lambda i: (i.last_at, i.id))[-MAX_INCIDENTS:]
        return msgspec.structs.replace(self, incidents=tuple(sorted(kept, key=lambda i: i.id)))

    def at(self, now: datetime) -> "FamilyState":
        """Return the state as of event time `now`: what was quiet for the horizon is forgotten."""
        latest = max(now, self.latest or now)
        alive = tuple(i for i in self.incidents if i.last_at >= latest - HORIZON)
        return msgspec.structs.replace(self, latest=latest, incidents=alive)


_ENCODER = msgspec.msgpack.Encoder(order="deterministic")
_DECODER = msgspec.msgpack.Decoder(FamilyState)
