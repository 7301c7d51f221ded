"""A name in a page."""

from typing import NamedTuple


class Entity(NamedTuple):
    """A name at tokens `start` to `end`; `listed` if the pack knows it by name or number.

    `flight` is the id of the one flight that it names, empty for a generic name and an unknown one.
    """

    kind: str
    start: int
    end: int
    name: str
    family: str | None = None
    listed: bool = True
    number: bool = False
    id: str = ""
    flight: str = ""
