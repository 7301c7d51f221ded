"""A dead letter: what could not be handled, kept whole so that it can be replayed."""

from datetime import datetime
from typing import Literal

import msgspec

from transforms.records.disposition import Position

Coding = Literal["", "zstd"]


class DeadLetter(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The original bytes and headers with the place and reason of the failure.

    `stage` is a stage of `process`, or `collect` or `notify`; `reason` is a closed word of that
    stage, `error` the message for people. `position` is `None` for what never was on the log.
    `coding` is what `value` is packed with; where it is only the beginning, `cut_from_bytes` is the length
    of the whole.
    """

    id: str
    stage: str
    reason: str
    error: str
    value: bytes
    at: datetime
    code_version: str
    headers: dict[str, str] = {}
    position: Position | None = None
    coding: Coding = ""
    cut_from_bytes: int = 0
    schema: int = 1


class LetterMark(msgspec.Struct, frozen=True, kw_only=True):
    """An operator is done with a dead letter; stands on the topic behind it, under the same key."""

    letter: str
    mark: Literal["replayed", "dropped"]
    at: datetime
    schema: int = 1
