"""What an answer means for a feed: its next state and poll, decided without doing anything.

304 never clears a failure: a failing feed is asked without validators, so an honest server sends
the body, and a 304 to that question is itself a fault. Every 24th poll is unconditional as well,
because validators lie.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from connectors.feeds import schedule
from connectors.feeds.feed import Feed, FeedState, State
from transforms.records.feed_health import FeedHealth

_UNCONDITIONAL_EVERY = 24
_OUTAGE = timedelta(hours=24)
FRESH = timedelta(hours=24)
_RECENT_IDS_AT_LEAST = 200
_VALIDATOR_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Answer:
    """The outcome of one poll. `failed` covers every reason; `unchanged` is a body equal to the last.

    `ids` are those of all entries of a feed that was read, in its order; `new` counts the unseen.
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


def validators(state: FeedState) -> tuple[str | None, str | None]:
    """Return the ETag and Last-Modified to send with the next poll, if it is to be conditional."""
    if state.state in ("failing", "gone") or state.polls % _UNCONDITIONAL_EVERY == _UNCONDITIONAL_EVERY - 1:
        return None, None
    return state.etag, state.last_modified


def historical_before(state: FeedState, now: datetime) -> datetime | None:
    """Return the moment before which entries are history: on a first poll and after a day without one."""
    catching_up = state.last_success is None or now - state.last_success > _OUTAGE
    return now - FRESH if catching_up else None


def settle(feed: Feed, state: FeedState, answer: Answer, now: datetime, jitter: float) -> FeedState:
    """Return the state after an answer, with the time of the next poll."""
    asked = replace(state, polls=state.polls + 1)
    honest = answer.kind != "not-modified" or state.state in ("ok", "empty")
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


def _answered(feed: Feed, state: FeedState, answer: Answer, now: datetime, jitter: float) -> FeedState:
    interval = schedule.adapted(feed, state.interval, new=answer.new, total=len(answer.ids))
    settled = replace(
        state,
        state=_state(state, answer),
        reason="",
        detail="",
        failures=0,
        last_success=now,
        interval=interval,
        next_poll=schedule.after_success(feed, interval, now, jitter),
    )
    return settled if answer.kind == "not-modified" else _with_body(settled, answer)


def _state(state: FeedState, answer: Answer) -> State:
    had_entries = bool(state.recent_ids)
    if answer.kind == "entries":
        return "empty" if had_entries and not answer.ids else "ok"
    return state.state if state.state == "empty" else "ok"


def _with_body(state: FeedState, answer: Answer) -> FeedState:
    moments = [moment for moment in (state.last_entry, answer.newest) if moment]
    return replace(
        state,
        etag=_sendable(answer.etag),
        last_modified=_sendable(answer.last_modified),
        body_hash=answer.body_hash,
        bad_hash=None,
        last_entry=max(moments, default=None),
        recent_ids=_recent(answer.ids, state.recent_ids),
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
