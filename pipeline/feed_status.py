"""How the feeds are, as a table for people and as records for programs."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from connectors.feeds.cadence import median_gap, p95_gap
from connectors.feeds.feed import Feed, FeedState
from transforms.printable import printable

_HEAD = ("STATE", "SINCE", "LAST ENTRY", "CADENCE", "NEXT POLL", "WHY", "FEED")
_LONGEST = (7, 16, 16, 24, 16, 60, 300)


class FeedRow(msgspec.Struct, kw_only=True):
    """One feed of the configuration. `state` is the collector's, or `paused`, or `new` before a poll."""

    url: str
    publisher: str
    state: str
    since: datetime | None = None
    reason: str = ""
    detail: str = ""
    failures: int = 0
    last_success: datetime | None = None
    last_entry: datetime | None = None
    usual_gap_s: float | None = None
    p95_gap_s: float | None = None
    poll_interval_s: float | None = None
    next_poll: datetime | None = None


def rows(
    feeds: Iterable[Feed], states: Mapping[str, FeedState], paused: Mapping[str, datetime]
) -> list[FeedRow]:
    """Return a row for each feed, in their order."""
    return [_row(feed, states.get(feed.url) or FeedState(feed.url), paused.get(feed.url)) for feed in feeds]


def table(found: Sequence[FeedRow], now: datetime) -> str:
    """Return the rows as aligned columns, safe to print, and a line that counts the states."""
    cells = [_HEAD, *(_cells(row, now) for row in found)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(_HEAD))]
    lines = ["  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip() for line in cells]
    return "\n".join([*lines, "", _counted(found)])


def _row(feed: Feed, state: FeedState, paused: datetime | None) -> FeedRow:
    never = not state.polls and not state.failures
    return FeedRow(
        url=feed.url,
        publisher=feed.publisher,
        state="paused" if paused else "new" if never else state.state,
        since=paused or state.since,
        reason=state.reason,
        detail=state.detail,
        failures=state.failures,
        last_success=state.last_success,
        last_entry=state.last_entry,
        usual_gap_s=_seconds(median_gap(state.gaps)),
        p95_gap_s=_seconds(p95_gap(state.gaps)),
        poll_interval_s=_seconds(state.interval),
        next_poll=None if paused else state.next_poll,
    )


def _cells(row: FeedRow, now: datetime) -> tuple[str, ...]:
    texts = (
        row.state, _moment(row.since), _moment(row.last_entry), _cadence(row), _until(row, now),
        _why(row), row.url,
    )  # fmt: skip
    return tuple(printable(text, limit) or "-" for text, limit in zip(texts, _LONGEST, strict=True))


def _why(row: FeedRow) -> str:
    failed = f"{row.failures} times: " if row.failures > 1 else ""
    return f"{failed}{row.reason} {row.detail}".strip() if row.reason or row.detail else ""


def _cadence(row: FeedRow) -> str:
    if row.usual_gap_s is None or row.p95_gap_s is None:
        return ""
    return f"{_span(row.usual_gap_s)}, at most {_span(row.p95_gap_s)}"


def _seconds(duration: timedelta | None) -> float | None:
    return None if duration is None else duration.total_seconds()


def _until(row: FeedRow, now: datetime) -> str:
    if row.state == "paused":
        return ""
    if row.next_poll is None or row.next_poll <= now:
        return "due"
    return f"in {_span((row.next_poll - now) / timedelta(seconds=1))}"


def _moment(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""


def _span(seconds: float) -> str:
    for unit, name in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * unit:
            return f"{seconds / unit:.0f} {name}"
    return f"{seconds:.0f} s"


def _counted(found: Sequence[FeedRow]) -> str:
    names = dict.fromkeys(row.state for row in found)
    counts = ", ".join(f"{sum(row.state == name for row in found)} {name}" for name in names)
    return f"{len(found)} feeds: {counts}; times are UTC"
