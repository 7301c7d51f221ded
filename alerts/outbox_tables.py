"""The tables of the outbox and ledger; one schema for SQLite and PostgreSQL.

* `alerts`: each alert that was taken in, whole.
* `notifications`: one row per key (incident, version, receiver): the rendered message and its state.
* `ledger`: for each alert and receiver, the decision: planned, merged or suppressed, and by what.
* `attempts`: each attempt to send, with its end.
"""

import sqlite3
from datetime import timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    UniqueConstraint,
    create_engine,
    event,
)

from transforms.sql_store import Moment

READ_ONLY = "missionwire_read_only"
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


def open_engine(url: str, busy_timeout: timedelta) -> Engine:
    """Return an engine; on SQLite in WAL mode, durable at each commit, with real transactions."""
    if not url.startswith("sqlite"):
        return create_engine(url, hide_parameters=True, pool_pre_ping=True)
    options = {"timeout": busy_timeout.total_seconds()}
    engine = create_engine(url, hide_parameters=True, connect_args=options)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: sqlite3.Connection, _record: Any) -> None:
    # The driver would begin transactions by itself, late and deferred; `_begin_sqlite` does it.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that turns to writing fails at once if another wrote meanwhile.
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
