"""Questions to the ledger: why an alert was or was not told, and how much waits."""

from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import func, select

from alerts.outbox_access import OutboxAccess
from alerts.outbox_tables import attempts, ledger, notifications
from alerts.retry import OPEN

_N = notifications.c


class Attempt(NamedTuple):
    """One attempt; `outcome` is `None` while it runs."""

    number: int
    began: datetime
    ended: datetime | None
    outcome: str | None
    reason: str | None


class Entry(NamedTuple):
    """What was decided about one alert and receiver, and what came of it (`state` is empty without a row)."""

    receiver: str
    decision: str
    reason: str
    at: datetime
    key: str | None
    state: str
    state_reason: str
    attempts: tuple[Attempt, ...]


class Counts(NamedTuple):
    """Rows by receiver and state, decisions by word and reason, attempts by outcome."""

    states: dict[tuple[str, str], int]
    decisions: dict[tuple[str, str], int]
    outcomes: dict[str, int]


class Ledger:
    """Reads the outbox's tables; changes nothing."""

    def __init__(self, access: OutboxAccess) -> None:
        self._access = access

    def ledger_of(self, alert_id: str) -> list[Entry]:
        """Return every decision about the alert, with the attempts, in the order of deciding."""
        wanted = (
            select(ledger, _N.state, _N.reason.label("state_reason"))
            .outerjoin(notifications, _N.key == ledger.c.key)
            .where(ledger.c.alert == alert_id)
            .order_by(ledger.c.seq)
        )
        with self._access.read("read the ledger") as c:
            rows = list(c.execute(wanted))
            tries = {row.key: self._attempts(c, row.key) for row in rows if row.key}
        return [
            Entry(
                r.receiver,
                r.decision,
                r.reason,
                r.at,
                r.key,
                r.state or "",
                r.state_reason or "",
                tries.get(r.key, ()),
            )
            for r in rows
        ]

    def counts(self) -> Counts:
        """Count everything that was decided and tried."""
        by_state = select(_N.receiver, _N.state, func.count()).group_by(_N.receiver, _N.state)
        by_decision = select(ledger.c.decision, ledger.c.reason, func.count()).group_by(
            ledger.c.decision, ledger.c.reason
        )
        ended = attempts.c.outcome.is_not(None)
        by_outcome = select(attempts.c.outcome, func.count()).where(ended).group_by(attempts.c.outcome)
        with self._access.read("count notifications") as c:
            states = {(r[0], r[1]): int(r[2]) for r in c.execute(by_state)}
            decisions = {(r[0], r[1]): int(r[2]) for r in c.execute(by_decision)}
            outcomes = {r[0]: int(r[1]) for r in c.execute(by_outcome)}
        return Counts(states, decisions, outcomes)

    def oldest_pending(self, now: datetime) -> timedelta | None:
        """Return the age of the oldest notification that still waits, or `None` if none does."""
        with self._access.read("look at the oldest") as c:
            oldest = c.scalar(select(func.min(_N.created)).where(_N.state.in_(OPEN)))
        return None if oldest is None else max(timedelta(0), now - oldest)

    def waiting_receivers(self) -> set[str]:
        """Return the receivers that something waits for, configured or not."""
        with self._access.read("look at receivers") as c:
            return set(c.scalars(select(_N.receiver).where(_N.state.in_(OPEN)).distinct()))

    @staticmethod
    def _attempts(c: Any, key: str) -> tuple[Attempt, ...]:
        a = attempts.c
        wanted = select(a.number, a.began, a.ended, a.outcome, a.reason).where(a.key == key)
        return tuple(Attempt(*row) for row in c.execute(wanted.order_by(a.number)))
