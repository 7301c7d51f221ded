"""One way into a database for every store: a SQLite file, or PostgreSQL through psycopg.

Requires: a caller never waits without end on a server that is gone, a lock or a statement; and no text of
ours shows the address's password. So the limits are set by the server's own settings at connecting, what
the address itself says wins over them, and parameters are left out of messages.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from functools import partial
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import ArgumentError

from transforms.sql_store import TURNED_READ_ONLY, StoreUnavailableError, in_words
from transforms.sqlite_wal import write_ahead

READ_ONLY = "missionwire_read_only"
# Above the threads of any loop, or a loop would wait for itself.
_POOL = {"pool_size": 4, "max_overflow": 28, "pool_timeout": 30, "pool_pre_ping": True}
_LIMITS = "-c statement_timeout=30s -c lock_timeout=10s -c idle_in_transaction_session_timeout=10s"
_CONNECT: dict[str, Any] = {
    "connect_timeout": 10,
    "application_name": "missionwire",
    "keepalives": 1,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 60_000,  # milliseconds
    "target_session_attrs": "read-write",  # after a failover, the server that can be written to
}


class SqlAccess:
    """Transactions of one store. One object serves all threads of a process; writers of a file take turns."""

    def __init__(
        self, store: str, url: str, busy_timeout: timedelta = timedelta(seconds=5), *, durable: bool = True
    ) -> None:
        self.store, self.engine = store, open_engine(url, busy_timeout, durable=durable)
        self.shared = self.engine.dialect.name == "postgresql"
        # The threads of one process wait here without the file's time limit.
        self._turn: Any = nullcontext() if self.shared else threading.Lock()

    @contextmanager
    def write(self, what: str) -> Iterator[Connection]:
        """Give a transaction that is committed at the end, or not at all."""
        with self._turn, in_words(self.store, what), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self, what: str) -> Iterator[Connection]:
        """Give a consistent view that blocks no writer."""
        with in_words(self.store, what), self.engine.connect() as plain:
            yield plain.execution_options(**_reading(self.shared))

    def close(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def open_engine(url: str, busy_timeout: timedelta = timedelta(seconds=5), *, durable: bool = True) -> Engine:
    """Return an engine; on SQLite in WAL mode, with real transactions.

    Without `durable` the last commits to a file may be lost with the machine's power, not with the process.
    `busy_timeout` is how long a statement waits for another process's lock on a SQLite file.
    """
    address = open_address(url)
    if address.get_backend_name() == "sqlite":
        options = {"timeout": busy_timeout.total_seconds()}
        engine = create_engine(address, hide_parameters=True, connect_args=options)
        event.listen(engine, "connect", partial(_prepare_sqlite, durable, busy_timeout))
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    engine = create_engine(address, hide_parameters=True, connect_args=connect_options(address), **_POOL)
    event.listen(engine, "handle_error", _leave_a_standby)
    return engine


def open_address(url: str) -> URL:
    """Return the parts of the address, which print without the password."""
    try:
        return make_url(url)
    except (ArgumentError, ValueError):
        # The library's words may repeat parts of the address.
        why = "its address is none of SQLAlchemy (not shown)"
        raise StoreUnavailableError("database", "open", why, retryable=False) from None


def connect_options(address: URL) -> dict[str, Any]:
    """Return what libpq is told besides the address, which wins where it says something itself."""
    own = address.query
    wanted = {name: value for name, value in _CONNECT.items() if name not in own}
    more = own.get("options", "")
    return wanted | {"options": f"{_LIMITS} {more if isinstance(more, str) else ' '.join(more)}".strip()}


def _leave_a_standby(failure: ExceptionContext) -> None:
    """Have all connections made anew, if the server was the primary before a failover.

    Old sessions would stay, and work for everything but writing; new ones look for the primary.
    """
    if getattr(failure.original_exception, "sqlstate", None) == TURNED_READ_ONLY:
        failure.is_disconnect = True


def _reading(shared: bool) -> dict[str, Any]:
    snapshot = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True} if shared else {}
    return {READ_ONLY: True, **snapshot}


def _prepare_sqlite(
    durable: bool, busy_timeout: timedelta, connection: sqlite3.Connection, _record: Any
) -> None:
    # The driver would begin transactions by itself, late and deferred; `_begin_sqlite` does it.
    connection.isolation_level = None
    write_ahead(connection, busy_timeout)
    synchronous = "synchronous=FULL" if durable else "synchronous=NORMAL"
    for pragma in (synchronous, "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A deferred transaction that turns to writing fails at once if another wrote meanwhile.
    reading = connection.get_execution_options().get(READ_ONLY, False)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
