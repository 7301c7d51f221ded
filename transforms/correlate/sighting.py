"""A sighting: one mission event together with what correlation needs of its article."""

from datetime import datetime

import msgspec

from transforms.records import MissionEvent, Position
from transforms.slugs import slug


class Sighting(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One event as one article tells it.

    `lineage` is the id of the story's first article, shared by copies and revisions; `at` is event time
    (log append); `first` is the first version of an article that replaces an earlier one of itself. A `copy`
    adds nothing to its story: it counts as a report of its publisher and is never news.
    """

    event: MissionEvent
    article_id: str
    publisher: str
    title: str
    lineage: str
    at: datetime
    url: str | None = None
    fetched: datetime | None = None
    published: datetime | None = None
    historical: bool = False
    first: str | None = None
    copy: bool = False
    position: Position | None = None

    @property
    def said(self) -> datetime:
        """When the article speaks: what the feed claims unless that is after its arrival, else `at`."""
        return min(self.published, self.at) if self.published else self.at


def correlation_key(sighting: Sighting) -> str:
    """Return the mission family; an event that names no mission at all is keyed by its story."""
    event = sighting.event
    if event.family:
        return event.family
    return (slug(event.mission) if event.mission else "") or f"story:{sighting.lineage}"
