"""What the SQL stores have in common: how a time is kept, and the one expected failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.exc import DatabaseError, DataError, IntegrityError, InterfaceError, ProgrammingError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# sign in the database's words, ours, and whether waiting may help
_WHY = (
    ("database or disk is full", "the disk is full", True),
    ("locked", "the database is locked by another process", True),
    ("disk i/o error", "the disk reports an error", True),
    ("readonly", "the database is read-only", False),
    ("unable to open", "the database file cannot be opened", False),
    ("not a database", "the file is no database", False),
    ("malformed", "the database file is damaged", False),
)
_BUGS = (IntegrityError, ProgrammingError, DataError)


class StoreUnavailableError(Exception):
    """A store cannot be read or written; nothing was changed. `retryable` says whether waiting may help."""

    def __init__(self, store: str, what: str, why: str, *, retryable: bool) -> None:
        super().__init__(f"{store}: {what}: {why}")
        self.store, self.what, self.why, self.retryable = store, what, why, retryable


@contextmanager
def in_words(store: str, what: str) -> Iterator[None]:
    """Turn the database's failures inside the block into `StoreUnavailableError`; its texts may hold data."""
    try:
        yield
    except _BUGS:
        raise
    except (DatabaseError, InterfaceError) as e:
        text = str(e.orig).lower()
        unknown = (f"database error {type(e.orig).__name__}", True)
        why, retryable = next(((said, may) for sign, said, may in _WHY if sign in text), unknown)
        raise StoreUnavailableError(store, what, why, retryable=retryable) from None


class Moment(TypeDecorator[datetime]):
    """An aware UTC time as microseconds since 1970, which every database orders alike."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> int | None:  # noqa: ARG002
        """Return the stored form."""
        return None if value is None else (value - _EPOCH) // timedelta(microseconds=1)

    def process_result_value(self, value: int | None, dialect: Any) -> datetime | None:  # noqa: ARG002
        """Return the time."""
        return None if value is None else _EPOCH + timedelta(microseconds=value)
