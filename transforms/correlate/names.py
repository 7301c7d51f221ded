"""Names of flights: when two of them are one, and when a name is only that of a vehicle or programme."""

import re
from collections.abc import Collection

from transforms.records import MissionEvent

_TOKEN = re.compile(r"[^\W\d_]+|\d+")
_ROMAN = {"ii": "2", "iii": "3", "iv": "4", "vi": "6", "vii": "7", "viii": "8", "ix": "9"}


def tokens(name: str) -> list[str]:
    """Return the words and numbers of a name, in lower case; `MS-19`, `MS 19` and `ms19` are one."""
    return [_ROMAN.get(token, token) for token in _TOKEN.findall(name.casefold())]


def slug(name: str) -> str:
    """Return a name as one word."""
    return "-".join(tokens(name))


def own_name(event: MissionEvent, ignored: Collection[str]) -> str:
    """Return what tells the flight from others of its family; empty for a generic name or none.

    Soyuz MS-19 and MS-19 of the family `soyuz` are both `ms-19`, the Soyuz is empty; so is Falcon 9, which
    flies again next week. Any other name without a family is a flight of its own.
    """
    if not event.mission or _is_craft(event, event.mission):
        return ""
    if not event.family:
        return slug(event.mission)
    without = {*tokens(event.family), *ignored}
    return "-".join(token for token in tokens(event.mission) if token not in without)


def _is_craft(event: MissionEvent, mission: str) -> bool:
    """Tell whether a mission is only known by its vehicle, or by a craft that has no number."""
    if event.vehicle and slug(mission) == slug(event.vehicle):
        return True
    numbered = any(c.isdigit() for c in mission)
    return bool(event.spacecraft) and not numbered and slug(mission) == slug(event.spacecraft or "")
