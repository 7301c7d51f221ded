"""What an answer means for a feed: its next state and poll, decided without doing anything.

304 never clears a failure: a failing feed is asked without validators, so an honest server sends
the body, and a 304 to that question is itself a fault. Every 24th poll is unconditional as well,
because validators lie; a feed whose validator hid new entries is never asked conditionally again.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from connectors.feeds import cadence, moves, schedule
from connectors.feeds.feed import Feed, FeedState, State
from connectors.feeds.stated_floors import longest
from transforms.records.feed_health import FeedHealth

_UNCONDITIONAL_EVERY = 24
_OUTAGE = timedelta(hours=24)
FRESH = timedelta(hours=24)
_RECENT_IDS_AT_LEAST = 200
_VALIDATOR_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one poll. `failed` covers every reason; `unchanged` is a body equal to the last.

    `ids` are those of all entries of a feed that was read, in its order; `new` counts the unseen. `floor` is
    the distance of polls that the headers state, `body_floor` that of the body; `moved_to` is where permanent
    redirects alone led to.
    """

    kind: Literal["entries", "unchanged", "not-modified", "failed"]
    reason: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    etag: str | None = None
    last_modified: str | None = None
    body_hash: str | None = None
    bad_hash: str | None = None
    ids: tuple[str, ...] = ()
    new: int = 0
    newest: datetime | None = None
    floor: timedelta | None = None
    body_floor: timedelta | None = None
    moved_to: str | None = None


def validators(state: FeedState) -> tuple[str | None, str | None]:
    """Return the ETag and Last-Modified to send with the next poll, if it is to be conditional."""
    due = state.polls % _UNCONDITIONAL_EVERY == _UNCONDITIONAL_EVERY - 1
    if due or state.lies or state.state in ("failing", "gone"):
        return None, None
    return state.etag, state.last_modified


def historical_before(state: FeedState, now: datetime) -> datetime | None:
    """Return the moment before which entries are history: on a first poll and after a day without one."""
    catching_up = state.last_success is None or now - state.last_success > _OUTAGE
    return now - FRESH if catching_up else None


def settle(feed: Feed, state: FeedState, answer: Answer, now: datetime, jitter: float) -> FeedState:
    """Return the state after an answer, with the time of the next poll."""
    asked = replace(state, polls=state.polls + 1)
    honest = answer.kind != "not-modified" or any(validators(state))
    if answer.kind == "failed" or not honest:
        after = _failed(feed, asked, answer, now, jitter)
    else:
        after = _answered(feed, asked, answer, now, jitter)
    changed = state.since is None or (after.state, after.reason) != (state.state, state.reason)
    return replace(after, since=now) if changed else after


def health_change(feed: Feed, before: FeedState, after: FeedState) -> FeedHealth | None:
    """Return the record of a change of state or reason, or of a first poll; `None` if nothing changed."""
    if after.since is None or after.since == before.since:
        return None
    return FeedHealth(
        feed=feed.url,
        publisher=feed.publisher,
        state=after.state,
        since=after.since,
        reason=after.reason,
        detail=after.detail,
    )


def oddities(feed: Feed, before: FeedState, after: FeedState) -> dict[str, int]:
    """Return what an answer did that was strange but could be lived with, each when it began.

    `lie`: new entries behind an old validator; `floor-capped`: longer intervals are asked for than we keep.
    """
    was, is_now = (schedule.is_capped(feed, state.stated_floor) for state in (before, after))
    counts = {"lie": after.lies - before.lies, "floor-capped": int(is_now and not was)}
    return {kind: count for kind, count in counts.items() if count}


def _answered(feed: Feed, state: FeedState, answer: Answer, now: datetime, jitter: float) -> FeedState:
    interval = schedule.adapted(feed, state.interval, new=answer.new, total=len(answer.ids))
    body_floor = answer.body_floor if answer.kind == "entries" else state.body_floor
    stated = longest(answer.floor, body_floor)
    known = moves.followed(cadence.learned(feed, state, now, new=answer.new > 0), answer.moved_to, now)
    settled = replace(
        known,
        reason="",
        failures=0,
        last_success=now,
        interval=interval,
        next_poll=schedule.after_success(feed, interval, now, jitter, stated),
        body_floor=body_floor,
        stated_floor=stated,
        lies=state.lies + _lied(state, answer),
    )
    named = _named(feed, settled, answer, now)
    return named if answer.kind == "not-modified" else _with_body(named, answer, now)


def _named(feed: Feed, state: FeedState, answer: Answer, now: datetime) -> FeedState:
    """Return the state of a feed that answered, by its name and with the words for it."""
    if _is_empty(state, answer):
        return replace(state, state="empty", detail="no entries any more")
    if cadence.is_quiet(feed, state, now):
        return replace(state, state="quiet", detail=cadence.told(state))
    named: State = "moved" if state.address else "ok"
    return replace(state, state=named, detail=f"to {state.address}" if state.address else "")


def _is_empty(state: FeedState, answer: Answer) -> bool:
    """Tell whether entries are missing where there once were some."""
    if answer.kind == "entries":
        return not answer.ids and bool(state.recent_ids)
    return state.state == "empty"


def _lied(state: FeedState, answer: Answer) -> bool:
    """Tell whether there are new entries although the validator that decides is the one of the last body."""
    if not answer.new or state.body_hash is None:
        return False
    if state.etag or answer.etag:
        return state.etag == answer.etag
    return state.last_modified is not None and state.last_modified == answer.last_modified


def _with_body(state: FeedState, answer: Answer, now: datetime) -> FeedState:
    moments = [moment for moment in (state.last_entry, answer.newest) if moment]
    return replace(
        state,
        etag=_sendable(answer.etag),
        last_modified=_sendable(answer.last_modified),
        # what is empty is read again each time, for an equal body says nothing about entries
        body_hash=None if state.state == "empty" else answer.body_hash,
        bad_hash=None,
        last_entry=min(max(moments), now) if moments else None,
        recent_ids=_recent(answer.ids, state.recent_ids) if answer.kind == "entries" else state.recent_ids,
    )


def _failed(feed: Feed, state: FeedState, answer: Answer, now: datetime, jitter: float) -> FeedState:
    failures = state.failures + 1
    reason = answer.reason or "http-304"
    gone = reason == "http-410"
    wait = answer.retry_after if reason in ("http-429", "http-503") else None
    due = schedule.after_failure(feed, failures, now, jitter, wait)
    return replace(
        state,
        state="gone" if gone else "failing",
        reason=reason,
        detail=answer.detail[:300],
        failures=failures,
        bad_hash=answer.bad_hash or state.bad_hash,
        next_poll=schedule.after_gone(now, jitter) if gone else due,
    )


def _recent(ids: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...]:
    """Return the current ids, then as many earlier ones: some feeds leave an entry out for a while."""
    merged = dict.fromkeys((*ids, *before))
    return tuple(merged)[: max(_RECENT_IDS_AT_LEAST, 2 * len(ids))]


def _sendable(validator: str | None) -> str | None:
    ok = validator and len(validator) <= _VALIDATOR_LENGTH and validator.isprintable() and validator.isascii()
    return validator if ok else None
