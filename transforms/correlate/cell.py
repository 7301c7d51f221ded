"""A cell of families: the keyed state that `CorrelateIncidents` holds, and one sighting's way through it."""

from datetime import datetime
from typing import NamedTuple

import msgspec

from transforms.correlate.family import HORIZON, FamilyState
from transforms.correlate.lifecycle import Lifecycle
from transforms.correlate.sighting import Sighting, correlation_key
from transforms.correlate.step import Step, step
from transforms.records import Disposition, Incident, Position

STATE_ID = "families_v1"
CELLS = 1 << 10
_DECODER = msgspec.msgpack.Decoder(dict[str, tuple[datetime, bytes]])
_NOWHERE = Position("articles", 0, -1)


class Correlated(NamedTuple):
    """What a sighting did to its cell."""

    content: bytes
    versions: list[Incident]
    disposition: Disposition


def correlate_in_cell(content: bytes | None, sighting: Sighting, lifecycle: Lifecycle) -> Correlated:
    """Take one sighting into the cell; families that were quiet for the horizon leave it."""
    families = _DECODER.decode(content) if content else {}
    families = {name: kept for name, kept in families.items() if sighting.at - kept[0] <= HORIZON}
    name = correlation_key(sighting)
    state = FamilyState.decode(families[name][1]) if name in families else FamilyState(family=name)
    done = step(state, sighting, lifecycle)
    families[name] = (done.state.latest or sighting.at, done.state.encode())
    return Correlated(msgspec.msgpack.encode(families), done.versions, _disposition(sighting, done))


def _disposition(sighting: Sighting, done: Step) -> Disposition:
    return Disposition(
        article_id=sighting.article_id,
        stage="correlate",
        verdict="kept" if done.versions else "quiet",
        reason=done.reason,
        at=sighting.at,
        position=sighting.position or _NOWHERE,
        subject=sighting.event.id,
        detail={"incidents": [f"{i.id}/{i.version}" for i in done.versions]} if done.versions else {},
    )
