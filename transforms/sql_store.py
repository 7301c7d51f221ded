"""What the SQL stores have in common: how a time is kept, and the one expected failure."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.exc import InterfaceError, OperationalError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_WHY = (
    ("database or disk is full", "the disk is full"),
    ("locked", "the database is locked by another process"),
    ("readonly", "the database is read-only"),
    ("unable to open", "the database file cannot be opened"),
    ("disk i/o error", "the disk reports an error"),
)


class StoreUnavailableError(Exception):
    """A store cannot be read or written now; nothing was changed, and waiting may help."""

    def __init__(self, store: str, what: str, why: str) -> None:
        super().__init__(f"{store}: {what}: {why}")
        self.store, self.what, self.why, self.retryable = store, what, why, True


@contextmanager
def in_words(store: str, what: str) -> Iterator[None]:
    """Turn the database's failures inside the block into `StoreUnavailableError`; its texts may hold data."""
    try:
        yield
    except (OperationalError, InterfaceError) as e:
        text = str(e.orig).lower()
        why = next((said for sign, said in _WHY if sign in text), f"database error {type(e.orig).__name__}")
        raise StoreUnavailableError(store, what, why) from None


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
