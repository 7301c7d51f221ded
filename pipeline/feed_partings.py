"""Says on the log which feeds are polled no longer, so that none of them is told of as failing for ever.

Requires: it is said also of what was removed while nobody ran; a feed that comes back is in a state again by
its next poll, whatever was known of it; a feed that another collector polls is that one's to speak of.

How: a feed whose stored state has a beginning is one that counts as polled. When it is not, that is said and
the beginning forgotten, in this order; so it is said once, or again after a crash. A poll of a feed without a
beginning tells its state as a first poll does. Refused: to say again on the log what a feed's state was
before a pause, which would race with the poll that knows better. A poll under way that ends after its feed
has parted says nothing, or it would have the last word.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain

from connectors.feeds.feed import Feed
from connectors.feeds.feed_states import FeedStates
from transforms.records.feed_health import FeedHealth

Health = Callable[[Sequence[FeedHealth]], object]


@dataclass(frozen=True)
class Partings:
    """Writes to `health`, with times of `clock`; `elsewhere` returns the URLs that other collectors poll."""

    states: FeedStates
    health: Health
    clock: Callable[[], datetime]
    elsewhere: Callable[[], set[str]]

    def say(self, polled: Sequence[Feed], paused: Sequence[Feed], joined: Collection[str]) -> None:
        """Say which feeds are not polled; `joined` came to those that are. Raise what log and store do."""
        others = self.elsewhere()
        gone = self.states.begun() - {feed.url for feed in polled} - others
        if gone:
            still = {feed.url: feed for feed in paused}
            self.health([_parting(url, still.get(url), self.clock()) for url in sorted(gone)])
        self.states.begin_anew(set(chain(gone, joined)) - others)


def of_polled(polls: Callable[[str], bool], health: Health) -> Health:
    """Return `health` for a collector: what it finds of a feed that has parted meanwhile is left out."""

    def append(changes: Sequence[FeedHealth]) -> None:
        if kept := [change for change in changes if polls(change.feed)]:
            health(kept)

    return append


def _parting(url: str, paused: Feed | None, now: datetime) -> FeedHealth:
    if paused:
        return FeedHealth(feed=url, publisher=paused.publisher, state="paused", since=now)
    return FeedHealth(feed=url, publisher="", state="removed", since=now)
