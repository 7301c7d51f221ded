"""The tables of the outbox and ledger; one schema for SQLite and PostgreSQL.

* `alerts`: each alert that was taken in, whole.
* `notifications`: one row per key (incident, version, receiver): the rendered message and its state.
* `ledger`: for each alert and receiver, the decision: planned, merged or suppressed, and by what.
* `attempts`: each attempt to send, with its end.
* `feed_health`: how each feed is, and which state of it receivers were told last.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from transforms.sql_store import Moment

METADATA = MetaData()
_SERIAL = BigInteger().with_variant(Integer, "sqlite")

alerts = Table(
    "alerts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("rule", String(200), nullable=False),
    Column("incident", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("taken_in", Moment, nullable=False),
    Column("record", LargeBinary, nullable=False),
)
notifications = Table(
    "notifications",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("key", String(64), nullable=False, unique=True),
    Column("receiver", String(100), nullable=False),
    Column("incident", String(64), nullable=False),
    Column("version", Integer, nullable=False),
    Column("state", String(10), nullable=False),
    Column("reason", String(200), nullable=False, default=""),
    Column("attempts", Integer, nullable=False, default=0),
    Column("unknowns", Integer, nullable=False, default=0),
    Column("created", Moment, nullable=False),
    Column("next_try", Moment),
    Column("first_try", Moment),
    Column("last_try", Moment),
    Column("settled", Moment),
    Column("lease_owner", String(64)),
    Column("lease_until", Moment),
    Column("fetched", Moment),
    Column("published", Moment),
    Column("dead_lettered", Integer, nullable=False, default=0),
    Column("message", LargeBinary, nullable=False),
    Index("notifications_by_incident", "receiver", "incident", "seq"),
    Index("notifications_by_state", "state", "receiver"),
    Index("notifications_by_fetched", "receiver", "fetched"),
)
ledger = Table(
    "ledger",
    METADATA,
    Column("seq", _SERIAL, primary_key=True, autoincrement=True),
    Column("alert", String(64), ForeignKey("alerts.id"), nullable=False),
    Column("receiver", String(100), nullable=False),
    Column("key", String(64), ForeignKey("notifications.key")),
    Column("decision", String(10), nullable=False),
    Column("reason", String(40), nullable=False, default=""),
    Column("at", Moment, nullable=False),
    UniqueConstraint("alert", "receiver", name="ledger_decides_once"),
)
attempts = Table(
    "attempts",
    METADATA,
    Column("key", String(64), ForeignKey("notifications.key"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("began", Moment, nullable=False),
    Column("ended", Moment),
    Column("outcome", String(10)),
    Column("reason", String(200)),
)
feed_health = Table(
    "feed_health",
    METADATA,
    Column("feed", Text, primary_key=True),
    Column("since", Moment, nullable=False),
    Column("state", String(16), nullable=False),
    Column("told", String(16), nullable=False),
    Column("record", LargeBinary, nullable=False),
)
