"""The tables as they were before there were migrations; those that stand already are left as they are."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_SERIAL = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create what is missing."""
    _alerts()
    _notifications()
    _ledger()
    _attempts()
    _feed_states()


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("rule", sa.String(200), nullable=False),
        sa.Column("incident", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("taken_in", sa.BigInteger, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )


def _notifications() -> None:
    op.create_table(
        "notifications",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("key", sa.String(64), nullable=False, unique=True),
        sa.Column("receiver", sa.String(100), nullable=False),
        sa.Column("incident", sa.String(64), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("state", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(200), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("unknowns", sa.Integer, nullable=False),
        sa.Column("created", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("next_try", "first_try", "last_try", "settled")),
        sa.Column("lease_owner", sa.String(64)),
        *(sa.Column(name, sa.BigInteger) for name in ("lease_until", "fetched", "published")),
        sa.Column("dead_lettered", sa.Integer, nullable=False),
        sa.Column("message", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
    by_incident = ["receiver", "incident", "seq"]
    op.create_index("notifications_by_incident", "notifications", by_incident, if_not_exists=True)
    op.create_index("notifications_by_state", "notifications", ["state", "receiver"], if_not_exists=True)


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("seq", _SERIAL, primary_key=True, autoincrement=True),
        sa.Column("alert", sa.String(64), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("receiver", sa.String(100), nullable=False),
        sa.Column("key", sa.String(64), sa.ForeignKey("notifications.key")),
        sa.Column("decision", sa.String(10), nullable=False),
        sa.Column("reason", sa.String(40), nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.UniqueConstraint("alert", "receiver", name="ledger_decides_once"),
        if_not_exists=True,
    )


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("key", sa.String(64), sa.ForeignKey("notifications.key"), primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("began", sa.BigInteger, nullable=False),
        sa.Column("ended", sa.BigInteger),
        sa.Column("outcome", sa.String(10)),
        sa.Column("reason", sa.String(200)),
        if_not_exists=True,
    )


def _feed_states() -> None:
    op.create_table(
        "feed_states",
        sa.Column("url", sa.Text, primary_key=True),
        *(sa.Column(name, sa.Text) for name in ("etag", "last_modified")),
        *(sa.Column(name, sa.String(64)) for name in ("body_hash", "bad_hash")),
        *(sa.Column(name, sa.BigInteger) for name in ("next_poll", "interval")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in ("polls", "failures")),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("since", sa.BigInteger),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        *(sa.Column(name, sa.BigInteger) for name in ("last_success", "last_entry")),
        sa.Column("recent_ids", sa.LargeBinary, nullable=False),
        if_not_exists=True,
    )
