"""What a receiver says about one attempt: four answers, each with a closed word as reason."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True)
class Delivered:
    """The other side took it; `reason` tells of a blemish (`some-recipients-refused`)."""

    reason: str = ""


@dataclass(frozen=True)
class Retry:
    """Nothing was delivered and a later attempt may succeed; `after` is what the other side asked for."""

    reason: str
    after: timedelta | None = None


@dataclass(frozen=True)
class Refused:
    """Nothing was delivered and the same message will be refused again."""

    reason: str


@dataclass(frozen=True)
class Unknown:
    """The connection broke after the message was handed over: it may or may not have arrived."""

    reason: str


Outcome = Delivered | Retry | Refused | Unknown
