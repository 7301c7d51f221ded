"""What becomes of a notification: its states, and the decision after each attempt.

A definite failure is retried with exponential back-off until a day has passed. After an attempt with
an unknown end the choice is between one message too many and none: the default is `resend`, because
a person can ignore a repeat but cannot miss what never came; it is counted, and a stable Message-ID or
Idempotency-Key lets the other side fold it. `hold` leaves the row for a person to decide.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, NamedTuple

from alerts.receivers.outcome import Delivered, Outcome, Refused, Retry, Unknown
from alerts.receivers.settings import OnUnknown

State = Literal["pending", "sending", "retrying", "sent", "dead", "unknown"]

TRANSITIONS: dict[State, frozenset[State]] = {
    "pending": frozenset({"sending"}),
    "sending": frozenset({"sent", "retrying", "dead", "unknown"}),
    "retrying": frozenset({"sending", "sent"}),  # sent: the answer came after the lease had ended
    "unknown": frozenset({"retrying", "sent"}),  # by a person's word, or by a late answer
    "dead": frozenset({"retrying"}),  # by a person's word
    "sent": frozenset(),
}
WAITING: tuple[State, ...] = ("pending", "retrying")
OPEN: tuple[State, ...] = ("pending", "retrying", "sending")


@dataclass(frozen=True)
class RetryLimits:
    """How long to wait between attempts, and when to give up (counted from the first attempt)."""

    first_wait: timedelta = timedelta(seconds=1)
    longest_wait: timedelta = timedelta(minutes=15)
    give_up_after: timedelta = timedelta(hours=24)
    most_attempts: int = 200


class Tries(NamedTuple):
    """The attempts so far, the one just made included."""

    number: int
    first: datetime


class Next(NamedTuple):
    """What follows: a state, for `retrying` the time of the next attempt, and the reason."""

    state: State
    at: datetime | None
    reason: str


def after_attempt(
    outcome: Outcome,
    tries: Tries,
    now: datetime,
    jitter: float,
    on_unknown: OnUnknown,
    limits: RetryLimits = RetryLimits(),
) -> Next:
    """Return what follows an attempt; `jitter` is a number from 0 to 1."""
    match outcome:
        case Delivered(reason):
            return Next("sent", None, reason)
        case Refused(reason):
            return Next("dead", None, reason)
        case Retry(reason, after):
            return _again(
                reason, tries, now, max(back_off(tries.number, jitter, limits), _or_zero(after)), limits
            )
        case Unknown(reason):
            return _after_unknown(
                reason, tries, now, back_off(tries.number, jitter, limits), on_unknown, limits
            )


def back_off(attempts: int, jitter: float, limits: RetryLimits) -> timedelta:
    """Return the wait after the n-th failed attempt: doubled each time, the upper half of it by chance."""
    full = min(limits.first_wait * 2 ** min(attempts, 30), limits.longest_wait)
    return max(limits.first_wait, full * (0.5 + 0.5 * jitter))


def _or_zero(after: timedelta | None) -> timedelta:
    return after if after is not None else timedelta(0)


def _again(reason: str, tries: Tries, now: datetime, wait: timedelta, limits: RetryLimits) -> Next:
    if _exhausted(tries, now, limits):
        return Next("dead", None, f"gave-up: {reason}")
    return Next("retrying", now + wait, reason)


def _after_unknown(
    reason: str, tries: Tries, now: datetime, wait: timedelta, on_unknown: OnUnknown, limits: RetryLimits
) -> Next:
    if on_unknown == "hold" or _exhausted(tries, now, limits):
        return Next("unknown", None, reason)
    return Next("retrying", now + wait, f"unknown: {reason}")


def _exhausted(tries: Tries, now: datetime, limits: RetryLimits) -> bool:
    return tries.number >= limits.most_attempts or now - tries.first >= limits.give_up_after
