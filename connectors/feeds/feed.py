"""What a feed is, what we know of it between two polls, and what a fetch may cost."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from transforms.address_rules import Network

MAX_REDIRECTS = 5
State = Literal["ok", "empty", "quiet", "failing", "moved", "gone"]
# What became of the page that an article links to: `taken`, or why the feed's own text stays.
PageOutcome = Literal[
    "taken", "no-link", "over-the-cut", "robots", "robots-unreachable", "fetch-failed", "not-html",
    "no-text", "shorter", "other-text", "read-failed", "out-of-time", "bug",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed to poll; its id is its URL. `publisher` stands for entries that name none themselves.

    With `full_text`, the page that a new article links to is fetched for its text.
    """

    url: str
    publisher: str
    poll_floor: timedelta = timedelta(seconds=60)
    poll_ceiling: timedelta = timedelta(minutes=30)
    full_text: bool = False


@dataclass(frozen=True, slots=True)
class FetchLimits:
    """What a fetch may take and whom it may reach. `user_agent` should name a contact."""

    user_agent: str
    connect: timedelta = timedelta(seconds=10)
    read: timedelta = timedelta(seconds=20)
    total: timedelta = timedelta(seconds=60)
    max_body_bytes: int = 15 * 1024 * 1024
    max_ratio: int = 100
    max_redirects: int = MAX_REDIRECTS
    allowed_networks: tuple[Network, ...] = ()


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is remembered of a feed. Times are aware UTC; `next_poll` is `None` before the first poll.

    `interval` is the learned distance of polls; `body_hash` is that of the last body read as a feed,
    `bad_hash` that of the last body that was none or that no reader could stand; `recent_ids` are ids of what
    was appended lately.
    `body_floor` is the distance of polls that the last body asked for, `stated_floor` the longest one that
    body and headers did. `lies` counts new entries behind a validator that said there were none.
    `address` is where the feed lives now if not at `url`; `moving_to` was seen `moving_seen` times since
    `moving_since`. `last_new` is when a poll last found new entries, `gaps` are the distances of such polls.
    """

    url: str
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    bad_hash: str | None = None
    next_poll: datetime | None = None
    interval: timedelta | None = None
    polls: int = 0
    failures: int = 0
    state: State = "ok"
    since: datetime | None = None
    reason: str = ""
    detail: str = ""
    last_success: datetime | None = None
    last_entry: datetime | None = None
    recent_ids: tuple[str, ...] = ()
    body_floor: timedelta | None = None
    stated_floor: timedelta | None = None
    lies: int = 0
    address: str | None = None
    moving_to: str | None = None
    moving_seen: int = 0
    moving_since: datetime | None = None
    last_new: datetime | None = None
    gaps: tuple[timedelta, ...] = ()
