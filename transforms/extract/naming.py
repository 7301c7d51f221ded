"""Naming: how well a name fits the flight of an event, by what rules and the encoder know of it.

Rules go by where a name stands and of which kind it is; the encoder has heard which one of rocket, payload
and mission people write down, but not which of two flights a sentence is about. So both are summed, with
constants of the pack, which are fitted on labelled articles (`tests/bench/extraction/naming.py`).
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from transforms.extract.draft import Draft
from transforms.extract.entity import Entity
from transforms.extract.manifest import Manifest, NamingConstants
from transforms.extract.names import known_by
from transforms.extract.vote import MOST

SCALE, NEAR, MANY, FIRST = 3, 4, 4, 15  # of log odds; tokens; places; tokens
Odds = Mapping[str, float]


class Name(NamedTuple):
    """What may name a flight, or `None`: all places where it stands, and its log odds for each output."""

    entity: Entity | None
    places: Sequence[Entity]
    odds: Odds
    spelled: bool = False

    def is_of(self, entity: Entity | None) -> bool:
        """Tell whether it names what another name does, or neither does."""
        if self.entity is None or entity is None:
            return self.entity is entity
        return known_by(self.entity) == known_by(entity)


def fit(
    name: Name, draft: Draft, names: Sequence[Name], manifest: Manifest, constants: NamingConstants
) -> float:
    """Return how well one of `names` fits a draft: the higher, the better."""
    found = features(name, draft, names, manifest)
    return sum(getattr(constants, feature) * value for feature, value in found.items())


def features(name: Name, draft: Draft, names: Sequence[Name], manifest: Manifest) -> dict[str, float]:
    """Return what tells how well one of `names` fits a draft, by name: odds in threes, others 0 to 1."""
    output, before = f"{draft.type}/{draft.status}", float(name.is_of(draft.named.entity))
    if name.entity is None:
        most = max((other.odds.get(output, -MOST) for other in names), default=-MOST)
        return {"none": 1.0, "none_heard": most / SCALE, "before": before}
    kinds = manifest.kinds_naming(draft.type)
    rank = min((kinds.index(place.kind) for place in name.places if place.kind in kinds), default=len(kinds))
    apart = [
        max(mention.start - place.end, place.start - mention.end, 0)
        for mention in draft.mentions
        for place in name.places
        if mention.line.start <= place.start < mention.line.end
    ]
    return {
        "odds": name.odds.get(output, -MOST) / SCALE,
        "before": before,
        "kind": 0.0 if name.spelled else 1 - rank / len(kinds),
        "own": float(bool(apart)),
        "near": float(min(apart, default=NEAR) < NEAR),
        "early": float(name.places[0].start < FIRST),
        "often": min(len(name.places), MANY) / MANY,
        "number": float(any(place.number for place in name.places)),
        "listed": float(any(place.listed for place in name.places)),
        "spelled": float(name.spelled),
    }
