"""What the collector tells to whoever counts: named moments, no metrics library."""

from datetime import timedelta
from typing import Protocol

from connectors.feeds.feed import Feed, FeedState
from transforms.records.feed_health import FeedHealth


class CollectorObserver(Protocol):
    """Called on the event loop at each moment; must not block or raise."""

    def polled(self, feed: Feed, outcome: str, took: timedelta) -> None:
        """Note a finished poll; `outcome` is the kind of answer, or the reason of a failure."""
        ...

    def appended(self, feed: Feed, articles: int) -> None:
        """Note what a poll put onto the log."""
        ...

    def caught_up(self, feed: Feed, articles: int, historical: int) -> None:
        """Note what a first poll, or the first one after an outage, brought."""
        ...

    def oddity(self, feed: Feed, kind: str, count: int) -> None:
        """Note what was strange but lived with.

        `bozo`: not well-formed; `cut`: entries over the limit; `lie`: new entries behind an old validator;
        `floor-capped`: longer intervals are asked for than we keep.
        """
        ...

    def health(self, change: FeedHealth) -> None:
        """Note a change of a feed's state."""
        ...

    def states(self, states: dict[str, FeedState]) -> None:
        """Note the states of all feeds after one of them changed; read only."""
        ...

    def sink_waits(self, reason: str, wait: timedelta) -> None:
        """Note that a write is tried again after `wait`."""
        ...


class SilentObserver:
    """An observer that does nothing."""

    def polled(self, feed: Feed, outcome: str, took: timedelta) -> None:
        """Do nothing."""

    def appended(self, feed: Feed, articles: int) -> None:
        """Do nothing."""

    def caught_up(self, feed: Feed, articles: int, historical: int) -> None:
        """Do nothing."""

    def oddity(self, feed: Feed, kind: str, count: int) -> None:
        """Do nothing."""

    def health(self, change: FeedHealth) -> None:
        """Do nothing."""

    def states(self, states: dict[str, FeedState]) -> None:
        """Do nothing."""

    def sink_waits(self, reason: str, wait: timedelta) -> None:
        """Do nothing."""
