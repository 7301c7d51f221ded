"""Writing a row that may be there already, in the words that SQLite and PostgreSQL share."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite


def insert_new(connection: Connection, table: Table, unique: Sequence[str], **values: Any) -> bool:
    """Insert a row unless one with the same `unique` columns exists; tell whether it was inserted.

    On PostgreSQL this waits for another transaction that is inserting the same row.
    """
    statement = _insert(connection, table).values(**values).on_conflict_do_nothing(index_elements=unique)
    # Told by the row itself: where the database makes up a key, the count of rows says nothing.
    return connection.execute(statement.returning(table.c[unique[0]])).first() is not None


def insert_missing(
    connection: Connection, table: Table, unique: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> None:
    """Insert the rows of which there is none with the same `unique` columns, in one statement."""
    statement = _insert(connection, table).values(list(rows))
    connection.execute(statement.on_conflict_do_nothing(index_elements=unique))


def insert_or_update(
    connection: Connection, table: Table, unique: Sequence[str], values: Mapping[str, Any]
) -> None:
    """Insert a row, or give the one with the same `unique` columns these values."""
    others = {name: value for name, value in values.items() if name not in unique}
    statement = _insert(connection, table).values(**values)
    connection.execute(statement.on_conflict_do_update(index_elements=unique, set_=others))


def _insert(connection: Connection, table: Table) -> Any:
    return (postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert)(table)
