"""Where a feed lives: a permanent redirect is believed after it was seen often and long enough.

A site that is hacked, or down for a day behind a page of its host, redirects permanently too. So a new
address is believed after 5 sightings over 24 hours, and given up again as soon as it fails while the old one
serves by itself. The feed keeps its URL as its id.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from connectors.feeds.feed import FeedState

_SIGHTINGS = 5
_OVER = timedelta(hours=24)


def address_of(state: FeedState) -> str:
    """Return where to ask: at the believed address; while it fails, every other time where the feed was."""
    return state.url if state.address is None or state.failures % 2 else state.address


def followed(state: FeedState, moved_to: str | None, now: datetime) -> FeedState:
    """Return the state after an answer at `address_of(state)` whether redirected or not."""
    target = moved_to or address_of(state)
    if target == (state.address or state.url):
        return replace(state, moving_to=None, moving_seen=0, moving_since=None)
    if moved_to is None:
        # the old address serves by itself again
        return replace(state, address=None, moving_to=None, moving_seen=0, moving_since=None)
    if target != state.moving_to or state.moving_since is None:
        return replace(state, moving_to=target, moving_seen=1, moving_since=now)
    seen = state.moving_seen + 1
    if seen < _SIGHTINGS or now - state.moving_since < _OVER:
        return replace(state, moving_seen=seen)
    address = None if target == state.url else target
    return replace(state, address=address, moving_to=None, moving_seen=0, moving_since=None)
