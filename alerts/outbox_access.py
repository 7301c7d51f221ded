"""Transactions on the outbox."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from alerts.outbox_tables import METADATA, READ_ONLY, open_engine
from transforms.sql_store import in_words


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
        with self._turn, in_words("outbox", what), self._engine.begin() as connection:
            yield connection

    @contextmanager
    def read(self, what: str) -> Iterator[Connection]:
        """Give a consistent view that blocks no writer."""
        with in_words("outbox", what), self._engine.connect() as plain:
            yield plain.execution_options(**{READ_ONLY: True})

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def insert_new(connection: Connection, table: Table, unique: list[str], **values: Any) -> bool:
    """Insert a row unless one with the same `unique` columns exists; tell whether it was inserted."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(**values).on_conflict_do_nothing(index_elements=unique)
    return connection.execute(statement).rowcount == 1
