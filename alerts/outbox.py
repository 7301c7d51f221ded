"""The outbox: what is to be sent is written down before anything is sent.

Requires: a notification is sent by one sender at a time, in order per incident and receiver; a crash
at any point loses none, and doubles none unless it fell between a request and its answer.

How: `record` writes decisions and messages in one transaction, known keys ignored. `take` leases rows;
`begin` marks one as `sending`, committed before the request, so that a row found in `sending` after its
lease is one of which nobody knows whether it arrived; `finish` writes the answer. A row that waits
holds back later rows of its incident and receiver. Any call may be made again after a failure: a commit
whose answer was lost is found made.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Connection, Row, and_, case, exists, func, or_, select, update

from alerts.notification import Notification
from alerts.outbox_access import OutboxAccess
from alerts.outbox_record import Decided, record, row_of
from alerts.outbox_tables import attempts, notifications
from alerts.plan import Plan
from alerts.receivers.outcome import Delivered, Outcome, Refused, Retry, Unknown
from alerts.retry import OPEN, TRANSITIONS, WAITING, Next, State, Tries
from transforms.sql_rows import insert_new

Decide = Callable[[Outcome, Tries], Next]
LOST = Unknown("sender-stopped")
_CLOCKS_DIFFER = timedelta(minutes=1)
_N = notifications.c
_WORDS = {Delivered: "delivered", Retry: "retry", Refused: "refused", Unknown: "unknown"}


class Outbox:
    """The notifications of all receivers. Methods may be called from any thread and process."""

    def __init__(self, access: OutboxAccess) -> None:
        self._access = access

    def record(self, plans: Sequence[Plan], now: datetime) -> list[Decided]:
        """Write all plans in one transaction; return what was new, so a repeated plan returns nothing."""
        with self._access.write("record notifications") as c:
            return record(c, plans, now)

    def take(
        self, receiver: str, owner: str, now: datetime, lease: timedelta, limit: int, decide: Decide
    ) -> list[str]:
        """Lease up to `limit` due rows to `owner` and return their keys, at most one for each incident.

        What the owner leased and did not begin is among them: of a lease whose answer was lost nobody knows.
        Rows left in `sending` by a sender whose lease ended are decided first, as of unknown end.
        """
        with self._access.write("take notifications") as c:
            _recover(c, receiver, now, decide)
            due = select(_N.key).where(_N.receiver == receiver, _due(now, owner), _first_of_incident())
            rows = due.order_by(_N.seq).limit(limit).with_for_update(skip_locked=True)
            keys = [row.key for row in c.execute(rows)]
            if keys:
                leased = {"lease_owner": owner, "lease_until": now + lease}
                c.execute(update(notifications).where(_N.key.in_(keys)).values(leased))
        return keys

    def begin(self, key: str, owner: str, now: datetime, lease: timedelta) -> Notification | None:
        """Mark the row as `sending` and return its message; `None` if the lease went to another.

        A row that this owner has marked already is one whose mark was made while its answer was lost.
        """
        with self._access.write("begin sending") as c:
            row = row_of(c, key)
            if row is None or row.lease_owner != owner or row.state not in (*WAITING, "sending"):
                return None
            if row.state == "sending":
                c.execute(update(notifications).where(_N.key == key).values(lease_until=now + lease))
            else:
                _mark(c, row, now, now + lease)
        return msgspec.json.decode(row.message, type=Notification)

    def finish(self, key: str, owner: str, outcome: Outcome, now: datetime, decide: Decide) -> Next:
        """Write the answer to an attempt and what follows; return it."""
        with self._access.write("write the outcome") as c:
            row = row_of(c, key)
            if row is None:
                raise KeyError(key)
            if row.state == "sending" and row.lease_owner == owner:
                return _settle(c, row, outcome, now, decide)
            # The lease ended meanwhile and the row was decided without us: only good news still counts.
            if isinstance(outcome, Delivered) and "sent" in TRANSITIONS[row.state]:
                _move(c, row, "sent", reason="late-answer", settled=now, next_try=None)
                return Next("sent", None, "late-answer")
            return Next(row.state, row.next_try, row.reason)

    def release(self, keys: Sequence[str], owner: str) -> None:
        """Give leased rows back that were not begun."""
        with self._access.write("release notifications") as c:
            mine = and_(_N.key.in_(keys), _N.lease_owner == owner, _N.state.in_(WAITING))
            c.execute(update(notifications).where(mine).values(lease_owner=None, lease_until=None))

    def recover_of(self, receiver: str, now: datetime, decide: Decide) -> int:
        """Break all leases and decide what was being sent; only for a sender that knows it is alone."""
        with self._access.write("recover notifications") as c:
            leased = and_(_N.receiver == receiver, _N.lease_until > now)
            c.execute(update(notifications).where(leased).values(lease_until=now))
            return _recover(c, receiver, now, decide)

    def next_due(self, receiver: str, now: datetime) -> datetime | None:
        """Return when `take` may find something (maybe a moment gone by), or `None` for an empty outbox."""
        first = and_(_N.receiver == receiver, _first_of_incident())
        free = case(
            (_N.lease_until > _N.next_try, _N.lease_until), else_=func.coalesce(_N.next_try, _N.lease_until)
        )
        with self._access.read("look for notifications") as c:
            if c.scalar(select(_N.key).where(_due(now), first).limit(1)):
                return now
            soonest = c.scalar(select(func.min(free)).where(_N.state.in_(OPEN), first))
        return None if soonest is None else max(soonest, now)

    def send_again(self, key: str) -> bool:
        """Put a dead or unknown row back among the waiting, by a person's word; tell whether it was one."""
        with self._access.write("send again") as c:
            row = row_of(c, key)
            if row is None or row.state not in ("dead", "unknown"):
                return False
            fresh = {"reason": "sent-again", "first_try": None, "settled": None, "dead_lettered": 0}
            _move(c, row, "retrying", next_try=None, lease_owner=None, lease_until=None, **fresh)
        return True

    def undelivered(self, limit: int = 100) -> list[Row[Any]]:
        """Return dead rows that are not in the dead letters yet."""
        with self._access.read("look for dead notifications") as c:
            rows = select(notifications).where(_N.state == "dead", _N.dead_lettered == 0).limit(limit)
            return list(c.execute(rows))

    def dead_lettered(self, key: str) -> None:
        """Note that the dead row is in the dead letters."""
        with self._access.write("note a dead letter") as c:
            c.execute(update(notifications).where(_N.key == key).values(dead_lettered=1))


def _move(c: Connection, row: Row[Any], state: State, **values: Any) -> None:
    if state not in TRANSITIONS[row.state]:
        raise ValueError(f"notification {row.key}: {row.state} cannot become {state}")
    c.execute(update(notifications).where(_N.key == row.key).values(state=state, **values))


def _mark(c: Connection, row: Row[Any], now: datetime, until: datetime) -> None:
    number, first = row.attempts + 1, row.first_try or now
    _move(c, row, "sending", attempts=number, first_try=first, last_try=now, lease_until=until)
    insert_new(c, attempts, ["key", "number"], key=row.key, number=number, began=now)


def _settle(c: Connection, row: Row[Any], outcome: Outcome, now: datetime, decide: Decide) -> Next:
    following = decide(outcome, Tries(row.attempts, row.first_try or now))
    done = None if following.state == "retrying" else now
    _move(
        c,
        row,
        following.state,
        reason=following.reason,
        next_try=following.at,
        settled=done,
        unknowns=row.unknowns + isinstance(outcome, Unknown),
        lease_owner=None,
        lease_until=None,
    )
    this = and_(attempts.c.key == row.key, attempts.c.number == row.attempts)
    ended = {"ended": now, "outcome": _WORDS[type(outcome)], "reason": outcome.reason}
    c.execute(update(attempts).where(this).values(ended))
    return following


def _recover(c: Connection, receiver: str, now: datetime, decide: Decide) -> int:
    left = select(notifications).where(_N.receiver == receiver, _N.state == "sending", _N.lease_until <= now)
    rows = list(c.execute(left.with_for_update(skip_locked=True)))
    for row in rows:
        _settle(c, row, LOST, now, decide)
    return len(rows)


def _due(now: datetime, owner: str = "") -> ColumnElement[bool]:
    """Select waiting rows whose time has come; a last try in the future means that the clock was set back.

    Not so within a minute: that may be the clock of another sender.
    """
    come = or_(_N.next_try.is_(None), _N.next_try <= now, _N.last_try > now + _CLOCKS_DIFFER)
    free = or_(_N.lease_until.is_(None), _N.lease_until <= now, _N.lease_owner == owner)
    return and_(_N.state.in_(WAITING), come, free)


def _first_of_incident() -> ColumnElement[bool]:
    earlier = notifications.alias("earlier")
    return ~exists().where(
        earlier.c.receiver == _N.receiver,
        earlier.c.incident == _N.incident,
        earlier.c.seq < _N.seq,
        earlier.c.state.in_(OPEN),
    )
