"""What the collector tells, counted."""

from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.observer import SilentObserver
from pipeline import metrics

_OUTCOMES = {"entries": "read", "unchanged": "unchanged", "not-modified": "unchanged"}


class CountingObserver(SilentObserver):
    """Counts polls, articles and dead entries, and shows the states of all feeds."""

    def polled(self, feed: Feed, outcome: str, took: timedelta) -> None:  # noqa: ARG002 - the observer's interface
        """Count a poll by its outcome."""
        metrics.POLLS.labels(_OUTCOMES.get(outcome, "failed")).inc()

    def appended(self, feed: Feed, articles: int, dead: int) -> None:  # noqa: ARG002 - the observer's interface
        """Count what a poll brought."""
        metrics.ARTICLES.inc(articles)
        metrics.count_dead("collect", "unreadable-entry", dead)

    def states(self, states: Mapping[str, FeedState]) -> None:
        """Show how many feeds are in each state; one that was never polled is in none."""
        metrics.show_feeds(Counter(s.state for s in states.values() if s.polls or s.failures))
