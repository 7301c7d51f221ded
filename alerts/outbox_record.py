"""Recording: what is decided about alerts, written once, whoever writes at the same time.

Requires: an alert that is seen again changes nothing; several rules of one incident version make one message;
a receiver is told of an incident version once, even if it is derived again with other ids: after a restart on
other positions the stream may meet the same articles in another order. Then the version's cause differs; and
of a family's missions another may be the week's first, which changes the incidents' ids (`correlate.join`).

How: on PostgreSQL, transactions that touch the same incident go one after the other (an advisory lock for
each, taken in one order), so a later row of an incident never becomes visible before an earlier one, and
looking before writing is no race. A file has one writer at a time anyway.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

import msgspec
from sqlalchemy import Connection, Row, and_, exists, or_, select, text, update

from alerts.notification import Notification
from alerts.outbox_tables import alerts, ledger, notifications
from alerts.plan import Plan, SuppressedBy, merged
from alerts.retry import WAITING
from transforms.records import Alert, encode
from transforms.sql_rows import insert_new

# Longer than any restart looks back, shorter than what a person would call the same news.
TOLD_FOR = timedelta(days=7)
_N = notifications.c
_ONE_AFTER_THE_OTHER = text(
    "SELECT pg_advisory_xact_lock(hashtextextended(i, 7316)) "
    "FROM (SELECT unnest(CAST(:incidents AS text[])) AS i ORDER BY 1) AS incidents"
)


class Decided(NamedTuple):
    """What `record` wrote for one alert and receiver; `receiver` is empty if none wanted it."""

    alert_id: str
    receiver: str
    decision: str
    reason: str


def record(c: Connection, plans: Sequence[Plan], now: datetime) -> list[Decided]:
    """Write the plans inside the transaction; return what was new."""
    if c.dialect.name == "postgresql" and plans:
        incidents = sorted({plan.alert.incident.id for plan in plans})
        c.execute(_ONE_AFTER_THE_OTHER, {"incidents": incidents})
    return [decided for plan in plans for decided in _record(c, plan, now)]


def row_of(c: Connection, key: str) -> Row[Any] | None:
    """Return the notification's row, locked until the transaction ends."""
    return c.execute(select(notifications).where(_N.key == key).with_for_update()).one_or_none()


def _record(c: Connection, plan: Plan, now: datetime) -> list[Decided]:
    alert = plan.alert
    insert_new(
        c,
        alerts,
        ["id"],
        id=alert.id,
        rule=alert.rule,
        incident=alert.incident.id,
        version=alert.incident.version,
        taken_in=now,
        record=encode(alert),
    )
    if plan.suppressed:
        return _enter(c, alert.id, "", None, "suppressed", plan.suppressed, now)
    return [d for n in plan.notifications for d in _record_one(c, alert, n, now)]


def _record_one(c: Connection, alert: Alert, n: Notification, now: datetime) -> list[Decided]:
    known = exists().where(ledger.c.alert == alert.id, ledger.c.receiver == n.receiver)
    if c.scalar(select(known)):
        return []
    told = _told_before(c, n, alert, now)
    if told is None and insert_message(c, n):
        return _enter(c, alert.id, n.receiver, n.key, "planned", "", now)
    row = row_of(c, told or n.key)
    if row is None:
        raise KeyError(n.key)
    # Merging into a message that may have arrived would change words under the same key.
    if told is None and row.state in WAITING and row.unknowns == 0:
        both = merged(msgspec.json.decode(row.message, type=Notification), n)
        c.execute(update(notifications).where(_N.key == n.key).values(message=encode(both)))
        return _enter(c, alert.id, n.receiver, n.key, "merged", "", now)
    why: SuppressedBy = "earlier_dead" if row.state == "dead" else "already_told"
    return _enter(c, alert.id, n.receiver, row.key, "suppressed", why, now)


def _told_before(c: Connection, n: Notification, alert: Alert, now: datetime) -> str | None:
    """Return the key of another young message that says the same, if there is one.

    It is about the same version, or its proof is the same event of the same article. A version number alone
    is not enough: in another order of articles version 2 may be another change, or of another mission.
    """
    if c.scalar(select(exists().where(_N.key == n.key))):
        return None
    version = and_(_N.incident == n.incident_id, _N.version == alert.incident.version)
    near = or_(version, _N.fetched == alert.fetched)
    young = select(_N.key, _N.message).where(_N.receiver == n.receiver, near, _N.created > now - TOLD_FOR)
    for key, message in c.execute(young.order_by(_N.seq.desc())):
        other = msgspec.json.decode(message, type=Notification).alert
        if other is None or _news(other) != _news(alert):
            continue
        if _version(other) == _version(alert) or _proof(other) & _proof(alert):
            return str(key)
    return None


def _version(alert: Alert) -> tuple[str, int]:
    return alert.incident.id, alert.incident.version


def _news(alert: Alert) -> tuple[str | None, str, frozenset[str]]:
    incident = alert.incident
    return incident.mission, incident.status, frozenset(change.kind for change in incident.changes)


def _proof(alert: Alert) -> frozenset[str]:
    """Return the events of the article that caused the version."""
    incident = alert.incident
    return frozenset(r.event_id for r in incident.reports if r.article_id == incident.cause)


def insert_message(c: Connection, n: Notification) -> bool:
    """Write a message down to be sent; tell whether its key was new."""
    alert = n.alert
    return insert_new(
        c,
        notifications,
        ["key"],
        key=n.key,
        receiver=n.receiver,
        incident=n.incident_id,
        version=alert.incident.version if alert else 0,
        state="pending",
        created=n.at,
        fetched=alert.fetched if alert else None,
        published=alert.published if alert else None,
        message=encode(n),
    )


def _enter(
    c: Connection, alert: str, receiver: str, key: str | None, decision: str, reason: str, now: datetime
) -> list[Decided]:
    values = {"key": key, "decision": decision, "reason": reason, "at": now}
    new = insert_new(c, ledger, ["alert", "receiver"], alert=alert, receiver=receiver, **values)
    return [Decided(alert, receiver, decision, reason)] if new else []
