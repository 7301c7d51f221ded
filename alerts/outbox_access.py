"""Transactions on the outbox, and its one expected failure: the database cannot be used right now."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import InterfaceError, OperationalError

from alerts.outbox_tables import METADATA, READ_ONLY, open_engine

_WHY = (
    ("database or disk is full", "the disk is full"),
    ("locked", "the database is locked by another process"),
    ("readonly", "the database is read-only"),
    ("unable to open", "the database file cannot be opened"),
    ("disk i/o error", "the disk reports an error"),
)


class OutboxUnavailableError(Exception):
    """The outbox cannot be read or written now; nothing was changed, and waiting may help."""

    def __init__(self, what: str, why: str) -> None:
        super().__init__(f"outbox: {what}: {why}")
        self.what, self.why, self.retryable = what, why, True


class OutboxAccess:
    """Opens transactions. One object serves all threads of a process; writers take turns."""

    def __init__(self, url: str, busy_timeout: timedelta = timedelta(seconds=5)) -> None:
        self._engine = open_engine(url, busy_timeout)
        self._turn = threading.Lock()

    def create_tables(self) -> None:
        """Create the tables that are missing."""
        with self.write("create tables") as c:
            METADATA.create_all(c)

    @contextmanager
    def write(self, what: str) -> Iterator[Connection]:
        """Give a transaction that is committed at the end, or not at all."""
        with self._turn, _named(what), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self, what: str) -> Iterator[Connection]:
        """Give a consistent view that blocks no writer."""
        with _named(what), self._engine.connect() as plain:
            yield plain.execution_options(**{READ_ONLY: True})

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def insert_new(connection: Connection, table: Table, unique: list[str], **values: Any) -> bool:
    """Insert a row unless one with the same `unique` columns exists; tell whether it was inserted."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    return connection.execute(statement).rowcount == 1


@contextmanager
def _named(what: str) -> Iterator[None]:
    try:
        yield
    except (OperationalError, InterfaceError) as e:
        text = str(e.orig).lower()
        why = next((said for sign, said in _WHY if sign in text), f"database error {type(e.orig).__name__}")
        raise OutboxUnavailableError(what, why) from None
