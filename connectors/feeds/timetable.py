"""Which feed is polled when, soonest first; a plain list of moments without a clock of its own."""

import heapq
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

_NEVER = datetime.min.replace(tzinfo=UTC)


class Timetable:
    """The next poll of each feed that is not being polled, by URL."""

    def __init__(self) -> None:
        self._due: list[tuple[datetime, str]] = []
        self._last_look = _NEVER

    def add(self, url: str, due: datetime) -> None:
        """Plan a feed that is not planned yet."""
        heapq.heappush(self._due, (due, url))

    def keep(self, urls: Collection[str], latest: Mapping[str, datetime] | None = None) -> None:
        """Drop all feeds but `urls`; those in `latest` come no later than that."""
        bounds = latest or {}
        self._due = [(min(due, bounds.get(url, due)), url) for due, url in self._due if url in urls]
        heapq.heapify(self._due)

    def soonest(self) -> datetime | None:
        """Return when the next feed is due, or `None` if none is planned."""
        return self._due[0][0] if self._due else None

    def look(self, now: datetime) -> None:
        """Note the time: had the clock been set back, nothing would be polled until it has caught up."""
        if now < self._last_look:
            self._due = [(due - (self._last_look - now), url) for due, url in self._due]
        self._last_look = now

    def take(self, now: datetime) -> str | None:
        """Return a feed that is due, which is then no longer planned; `None` if none is."""
        return heapq.heappop(self._due)[1] if self._due and self._due[0][0] <= now else None
