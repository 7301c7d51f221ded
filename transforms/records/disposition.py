"""A disposition: what one stage decided about one article, and why."""

from datetime import datetime
from typing import Any, Literal, get_args

import msgspec

from transforms.records.event import MissionEvent

Stage = Literal["decode", "deduplicate", "extract", "correlate", "evaluate"]
Verdict = Literal[
    "kept",  # goes on to the next stage
    "folded",  # a repeat or copy of `of`
    "quiet",  # ends here: nothing to tell, `reason` says why
    "dead",  # in the dead letters
    "fired",  # an alert was written
]


class Position(msgspec.Struct, frozen=True, order=True, array_like=True):
    """Where a record lies on the log."""

    topic: str
    partition: int
    offset: int


class Disposition(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One verdict of one stage. `reason` is from the stage's closed set.

    `subject` tells verdicts of one stage and article apart: an event id for `correlate`, a rule id and
    incident version for `evaluate`. `of` is the article that this one repeats or revises. `detail` has the
    inputs and thresholds of the gate, `events` what `extract` found. `position` is the article's record on
    the log, `at` its event time.
    """

    article_id: str
    stage: Stage
    verdict: Verdict
    reason: str
    at: datetime
    position: Position
    subject: str = ""
    of: str | None = None
    detail: dict[str, Any] = {}
    events: tuple[MissionEvent, ...] = ()
    schema: int = 1


def gate_order(disposition: Disposition) -> tuple[Position, int, str]:
    """Return what sorts dispositions by article and, for each article, in the order of the gates."""
    return disposition.position, get_args(Stage).index(disposition.stage), disposition.subject
