"""What the collector tells, counted; and how fresh its feeds are.

A label for each feed would make as many series as there are feeds, so freshness is two numbers: how many
feeds are stale, and when any of them last gave a good answer. Both need a look at all feeds. That is not
done at each poll (100,000 feeds are polled 50 times a second) but when somebody reads the metrics.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.observer import SilentObserver
from pipeline import metrics

_OUTCOMES = {"entries": "read", "unchanged": "unchanged", "not-modified": "unchanged"}
_WAITED_FOR = {"StoreUnavailableError": "feed_states"}
_LOOK_EVERY = timedelta(seconds=1)
STALE_POLLS = 3
# A feed that is polled every minute is not stale after the first failure, which waits for 5 minutes.
SHORTEST_INTERVAL = timedelta(minutes=10)


def utc_now() -> datetime:
    """Return the time of the wall clock."""
    return datetime.now(UTC)


class Freshness(NamedTuple):
    """Feeds by state, how many are stale, and when one last gave a good answer (`None`: never)."""

    states: Counter[str]
    stale: int
    newest_poll: datetime | None


class CountingObserver(SilentObserver):
    """Counts polls, articles and waits, and shows the states and freshness of all feeds."""

    def __init__(self, clock: Callable[[], datetime] = utc_now) -> None:
        self._clock = clock
        self._states: Mapping[str, FeedState] = {}
        self._looked: datetime | None = None

    def polled(self, feed: Feed, outcome: str, took: timedelta) -> None:  # noqa: ARG002 - the observer's interface
        """Count a poll by its outcome."""
        metrics.POLLS.labels(_OUTCOMES.get(outcome, "failed")).inc()

    def appended(self, feed: Feed, articles: int) -> None:  # noqa: ARG002 - the observer's interface
        """Count the articles that a poll brought; dead letters are counted by reason as they are written."""
        if articles:
            metrics.ARTICLES.inc(articles)
            metrics.NEWEST_ARTICLE.set_moment(self._clock())

    def caught_up(self, feed: Feed, articles: int, historical: int) -> None:  # noqa: ARG002 - as above
        """Count what came too late to be told."""
        metrics.HISTORICAL.inc(historical)

    def oddity(self, feed: Feed, kind: str, count: int) -> None:  # noqa: ARG002 - as above
        """Count what was strange."""
        metrics.count_oddity(kind, count)

    def states(self, states: Mapping[str, FeedState]) -> None:
        """Remember where the states of all feeds are, to look at them when the metrics are read."""
        if states is not self._states:
            self._states = states
            metrics.before_reading(self.look)

    def sink_waits(self, reason: str, wait: timedelta) -> None:  # noqa: ARG002 - the observer's interface
        """Count a write that is tried again."""
        metrics.count_wait(_WAITED_FOR.get(reason, "log"))

    def look(self) -> None:
        """Show the feeds as they are now, unless that was done a moment ago. Called from any thread."""
        now = self._clock()
        if self._looked is None or abs(now - self._looked) >= _LOOK_EVERY:
            self._looked = now
            metrics.show_feeds(*freshness(self._states, now))


def freshness(states: Mapping[str, FeedState], now: datetime) -> Freshness:
    """Return the freshness of the feeds; one that was never polled is in no state."""
    # The copy is taken in one step, while the collector goes on in its own thread.
    polled = [state for state in tuple(states.values()) if state.polls or state.failures]
    successes = [state.last_success for state in polled if state.last_success]
    return Freshness(
        Counter(state.state for state in polled),
        sum(is_stale(state, now) for state in polled),
        max(successes, default=None),
    )


def is_stale(state: FeedState, now: datetime) -> bool:
    """Tell whether a feed gave no good answer for three of its polls; one that is gone is not waited for."""
    if state.state == "gone":
        return False
    if state.last_success is None:
        return state.failures >= STALE_POLLS
    interval = max(state.interval or SHORTEST_INTERVAL, SHORTEST_INTERVAL)
    return now - state.last_success > STALE_POLLS * interval
