"""An article on its way through the stages, with its place on the log."""

from datetime import datetime
from typing import Any, NamedTuple

from transforms.records import (
    Article,
    DeadLetter,
    Disposition,
    Position,
    UndecodableError,
    decode,
    deterministic_id,
)

UNFOLD = "missionwire-unfold"  # the header of a record that is to be let through though it was folded


class Intake(NamedTuple):
    """An article with its position and event time; `lineage` is the first article of its story.

    `revision` counts the emitted versions of one identity; 0 is the first, and `first` the article of that
    version for all others. `copy`: it was folded into its story and reports for its publisher alone.
    `unfold`: an operator wants it let through.
    """

    article: Article
    position: Position
    at: datetime
    lineage: str = ""
    revision: int = 0
    first: str | None = None
    copy: bool = False
    unfold: bool = False


class Rejected(NamedTuple):
    """A record that ended in the dead letters, with the verdict for its trail."""

    disposition: Disposition
    letter: DeadLetter


def headers_of(record: Any) -> dict[str, str]:
    """Return the headers of a record of the log as text."""
    return {name: value.decode("utf-8", "replace") for name, value in record.headers}


def take_in(
    value: bytes,
    headers: dict[str, str],
    key: str,
    position: Position,
    at: datetime,
    code_version: str,
) -> Intake | Rejected:
    """Decode one record of the `articles` topic; what is no article this code knows is rejected whole."""
    try:
        return Intake(decode(Article, value), position, at, unfold=UNFOLD in headers)
    except UndecodableError as e:
        letter = DeadLetter(
            id=deterministic_id("dead", "decode", position.topic, position.partition, position.offset),
            stage="decode",
            reason=e.reason,
            error=str(e),
            value=value,
            at=at,
            code_version=code_version,
            headers=headers,
            position=position,
        )
        verdict = Disposition(
            article_id=key, stage="decode", verdict="dead", reason=e.reason, at=at, position=position
        )
        return Rejected(verdict, letter)
