"""The shape of a rule file."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from transforms.records import ChangeKind
from transforms.records.alert import Severity

Text = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
State = Literal["draft", "shadow", "live"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, populate_by_name=False)


class Example(_Strict):
    """An article in a few words."""

    text: Text


class Examples(_Strict):
    """What a rule must fire on, and what it must be silent on."""

    fires: list[Example] = []
    silent: list[Example] = []


class RuleText(_Strict):
    """A rule as it is written: when (`if`) an incident with one of these changes (`on`) is an alert."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,63}$")]
    summary: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    condition: Annotated[str, Field(alias="if", min_length=1)]
    on: Annotated[list[ChangeKind], Field(min_length=1)]
    severity: Severity
    state: State = "live"
    receivers: list[Text] = []
    examples: Examples = Examples()


class RuleFile(_Strict):
    """One file of rules."""

    rules: Annotated[list[RuleText], Field(min_length=1)]
