"""How far an event is to be believed: that it is one of its type, and that it has its status.

Two logistics of the same features, with constants of the pack, which are fitted on labelled articles. An
alert goes by their product; of what the encoder has read, by a third one of that product and of what the
encoder alone says, for its odds hold more than what is blended of them with those of counted words.
"""

import math
from typing import NamedTuple

from transforms.extract.draft import EARLY, Draft
from transforms.extract.manifest import Constants, Manifest

VOTE_SCALE, STEEPEST, UNSURE = 3, 50.0, 1e-3


class Sure(NamedTuple):
    """Probabilities: that the event is as stated, and that its status is right if it is one of its type."""

    both: float
    status: float


def confidence(
    draft: Draft, manifest: Manifest, odds: dict[str, float], heard: float | None = None, *, dated: bool
) -> Sure:
    """Return how sure an event is; `odds` are what the pack's vote says of it (`Reading.odds_for`).

    `heard` are those of the encoder alone for its type and status, `None` where it has not read its words.
    """
    found = features(draft, odds, dated=dated)
    event, status = (_logistic(found, each) for each in (manifest.confidence, manifest.confidence_status))
    both, constants = event * status, manifest.confidence_heard
    if heard is not None and constants:
        told = constants.bias + constants.before * log_odds(both) + constants.heard * heard
        both = min(_probability(told), status)
    return Sure(round(both, 3), round(status, 3))


def features(draft: Draft, odds: dict[str, float], *, dated: bool) -> dict[str, float]:
    """Return what tells how far an event is to be believed, by name; each from 0 to 1 or a little more."""
    best = max(draft.mentions, key=lambda m: (m.ruling.sure, m.weight))
    entity = draft.named.entity
    return {
        "bias": 1.0,
        "weight": max(m.weight for m in draft.mentions) - 1.0,
        "sure": best.ruling.sure,
        "named": float(entity is not None),
        "number": float(entity is not None and entity.number),
        "listed": float(entity is not None and entity.listed),
        "title": float(any(m.line.title for m in draft.mentions)),
        "early": float(draft.first < EARLY),
        "repeated": float(len(draft.mentions) > 1),
        "dated": float(dated),
        "planned": float(draft.status == "planned"),
        "noun": float(best.form == "noun"),
        "gap": float(best.gap),
        "voted": float(best.voted),
        "vote_type": _highest(odds, draft.type) / VOTE_SCALE,
        "vote_status": odds.get(f"{draft.type}/{draft.status}", 0.0) / VOTE_SCALE,
    }


def _highest(odds: dict[str, float], kind: str) -> float:
    return max((value for output, value in odds.items() if output.split("/")[0] == kind), default=0.0)


def _logistic(found: dict[str, float], constants: Constants | None) -> float:
    """Return a probability; without constants nothing is known against it."""
    if constants is None:
        return 1.0
    return _probability(sum(getattr(constants, name) * value for name, value in found.items()))


def _probability(odds: float) -> float:
    return 1 / (1 + math.exp(-max(-STEEPEST, min(STEEPEST, odds))))


def log_odds(probability: float) -> float:
    """Return the log odds of a probability, which is never taken for sure."""
    kept = max(UNSURE, min(1 - UNSURE, probability))
    return math.log(kept / (1 - kept))
