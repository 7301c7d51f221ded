"""Feed health: a feed's state changed."""

from datetime import datetime
from typing import Literal

import msgspec

FeedState = Literal["ok", "empty", "quiet", "failing", "moved", "gone", "removed", "paused"]
WELL: FeedState = "ok"
FINE: tuple[FeedState, ...] = (WELL, "moved")
NOT_POLLED: tuple[FeedState, ...] = ("removed", "paused")


class FeedHealth(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A change of one feed's state. `reason` is a closed word (`timeout`, `not-a-feed`, `http-404`...)."""

    feed: str
    publisher: str
    state: FeedState
    since: datetime
    reason: str = ""
    detail: str = ""
    schema: int = 1
