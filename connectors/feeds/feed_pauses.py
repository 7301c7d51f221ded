"""Feeds that an operator paused: kept in the database, so that every collector heeds it."""

from datetime import datetime

from sqlalchemy import Column, Table, Text, delete, select

from connectors.feeds.feed_states import METADATA
from transforms.sql_engine import SqlAccess
from transforms.sql_rows import insert_new
from transforms.sql_store import Moment

FEED_PAUSES = Table(
    "feed_pauses",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("since", Moment, nullable=False),
)


class FeedPauses:
    """Which feeds are paused, and since when; may be called from any thread."""

    def __init__(self, access: SqlAccess) -> None:
        self._access = access

    def pause(self, url: str, now: datetime) -> bool:
        """Pause a feed; return `False` if it is paused already."""
        with self._access.write("pause a feed") as c:
            return insert_new(c, FEED_PAUSES, ["url"], url=url, since=now)

    def resume(self, url: str) -> bool:
        """Let a feed be polled again; return `False` if it was not paused."""
        with self._access.write("resume a feed") as c:
            return c.execute(delete(FEED_PAUSES).where(FEED_PAUSES.c.url == url)).rowcount > 0

    def since(self) -> dict[str, datetime]:
        """Return since when each paused feed is."""
        with self._access.read("read pauses") as c:
            return {row.url: row.since for row in c.execute(select(FEED_PAUSES))}
