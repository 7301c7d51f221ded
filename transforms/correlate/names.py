"""Names of flights: when two of them are one, and when a name is only that of a vehicle or programme."""

from collections.abc import Collection

from transforms.records import MissionEvent
from transforms.slugs import slug, tokens


def own_name(event: MissionEvent, ignored: Collection[str]) -> str:
    """Return what tells the flight from others of its family; empty for a generic name or none.

    Soyuz MS-19 and MS-19 of the family `soyuz` are both `ms-19`, the Soyuz is empty; so is Falcon 9, which
    flies again next week. Any other name without a family is a flight of its own.
    """
    if not event.mission or (not event.mission_id and _is_craft(event, event.mission)):
        return ""
    name = event.mission_id or event.mission
    if not event.family:
        return slug(name)
    without = {*tokens(event.family), *ignored}
    return "-".join(token for token in tokens(name) if token not in without)


def _is_craft(event: MissionEvent, mission: str) -> bool:
    """Tell whether a mission is only known by its vehicle, or by a craft that has no number."""
    if event.vehicle and slug(mission) == slug(event.vehicle):
        return True
    numbered = any(c.isdigit() for c in mission)
    return bool(event.spacecraft) and not numbered and slug(mission) == slug(event.spacecraft or "")
