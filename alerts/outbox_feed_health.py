"""Feed health in the outbox's database: how each feed is, and which state receivers were told last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import msgspec
from sqlalchemy import ColumnElement, and_, case, literal, or_, select, update

from alerts.feed_health import message
from alerts.outbox_access import OutboxAccess
from alerts.outbox_record import insert_message
from alerts.outbox_tables import feed_health
from transforms.records import FeedHealth, encode
from transforms.records.feed_health import FINE, NOT_POLLED, WELL
from transforms.sql_rows import insert_new
from transforms.sql_store import Moment

_MOST_AT_ONCE = 500
_H = feed_health.c


class FeedHealthBook:
    """What is known and what was told. Methods may be called from any thread and process."""

    def __init__(self, access: OutboxAccess) -> None:
        self._access = access

    def take_in(self, changes: Sequence[FeedHealth]) -> None:
        """Note how feeds are now; what is older than what is known changes nothing.

        A state lasts from when it began, though its reason changes; a trouble that nobody was told of, though
        it becomes another one.
        """
        with self._access.write("note feed health") as c:
            for change in changes:
                values = {"since": change.since, "state": change.state, "record": encode(change)}
                if insert_new(c, feed_health, ["feed"], feed=change.feed, told=WELL, **values):
                    continue
                since = case((_lasts(change), _H.since), else_=literal(change.since, Moment))
                newer = (_H.feed == change.feed, _H.since <= change.since)
                c.execute(update(feed_health).where(*newer).values(values | {"since": since}))

    def tell(self, receivers: Sequence[str], now: datetime, lasting: timedelta) -> int:
        """Write down a message for each receiver about what has lasted; return how many feeds it names."""
        with self._access.write("tell of feeds") as c:
            news = (_H.state != _H.told, _H.state.not_in(NOT_POLLED))
            due = select(_H.feed, _H.since, _H.record).where(*news, _H.since <= now - lasting)
            rows = c.execute(
                due.order_by(_H.feed).limit(_MOST_AT_ONCE).with_for_update(skip_locked=True)
            ).all()
            if not rows:
                return 0
            changes = [_change(row.record, row.since) for row in rows]
            for receiver in receivers:
                insert_message(c, message(changes, receiver, now))
            told = update(feed_health).where(_H.feed.in_([row.feed for row in rows]))
            c.execute(told.values(told=_H.state))
            return len(rows)


def _lasts(change: FeedHealth) -> ColumnElement[bool]:
    """Return whether a row is in that state already, or in another trouble that is still untold."""
    same = _H.state == change.state
    if change.state in (*FINE, *NOT_POLLED):
        return same
    return or_(same, and_(_H.state.not_in((*FINE, *NOT_POLLED)), _H.told.in_(FINE)))


def _change(record: bytes, since: datetime) -> FeedHealth:
    return msgspec.structs.replace(msgspec.json.decode(record, type=FeedHealth), since=since)
