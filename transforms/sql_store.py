"""What the SQL stores have in common: how a time is kept, and the one expected failure.

PostgreSQL names a failure by its SQLSTATE, whatever the server's language; only a connection that never came
about, and SQLite, have nothing but words.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, TypeDecorator
from sqlalchemy.exc import (
    DatabaseError,
    DataError,
    DBAPIError,
    IntegrityError,
    InterfaceError,
    ProgrammingError,
)
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_BUGS = (IntegrityError, ProgrammingError, DataError)


class Why(NamedTuple):
    """What went wrong in our words, and whether waiting may help."""

    said: str
    retryable: bool


_BEHIND = Why("a table or column is missing; run `missionwire database migrate`", retryable=False)
_READ_ONLY = Why("the server is read-only (a standby, or a failover)", retryable=True)
_PASSWORD = Why("the server refuses the user or the password", retryable=False)
_DATABASE = Why("the server does not know the database", retryable=False)
_STARTING = Why("the server is starting up or shutting down", retryable=True)
_CROWDED = Why("the server has too many connections", retryable=True)
_GONE = Why("the server is gone or cannot be reached", retryable=True)
_FULL = Why("the disk is full", retryable=True)
_POOL = Why("no connection was free in time", retryable=True)
TURNED_READ_ONLY = "25006"
_BY_STATE = {
    TURNED_READ_ONLY: _READ_ONLY,
    "25P03": Why("the transaction was idle for too long", retryable=True),
    "28000": _PASSWORD,
    "28P01": _PASSWORD,
    "3D000": _DATABASE,
    "40001": Why("another transaction wrote the same rows", retryable=True),
    "40P01": Why("two transactions waited for each other", retryable=True),
    "42501": Why("the user may not do this", retryable=False),
    "42703": _BEHIND,
    "42P01": _BEHIND,
    "53100": _FULL,
    "53200": Why("the server is out of memory", retryable=True),
    "53300": _CROWDED,
    "55P03": Why("a lock was not free in time", retryable=True),
    "57014": Why("the statement took too long", retryable=True),
    "57P01": _STARTING,
    "57P02": _STARTING,
    "57P03": _STARTING,
    "57P04": _DATABASE,
}
# signs in the server's verdict on a connection; what is not known (another language) counts as gone
_UNCONNECTED = (
    ("password authentication failed", _PASSWORD),
    ("no pg_hba.conf entry", _PASSWORD),
    ("starting up", _STARTING),
    ("shutting down", _STARTING),
    ("not yet accepting", _STARTING),
    ("recovery mode", _STARTING),
    ("too many clients", _CROWDED),
    ("too many connections", _CROWDED),
    ("remaining connection slots", _CROWDED),
    ('role "', _PASSWORD),
    ('database "', _DATABASE),
)
_SQLITE = (
    ("database or disk is full", _FULL),
    ("locked", Why("the database is locked by another process", retryable=True)),
    ("disk i/o error", Why("the disk reports an error", retryable=True)),
    ("no such table", _BEHIND),
    ("no such column", _BEHIND),
    ("has no column", _BEHIND),
    ("readonly", Why("the database is read-only", retryable=False)),
    ("unable to open", Why("the database file cannot be opened", retryable=False)),
    ("not a database", Why("the file is no database", retryable=False)),
    ("malformed", Why("the database file is damaged", retryable=False)),
)


class StoreUnavailableError(Exception):
    """A store cannot be read or written; nothing was changed. `retryable` says whether waiting may help."""

    def __init__(self, store: str, what: str, why: str, *, retryable: bool) -> None:
        super().__init__(f"{store}: {what}: {why}")
        self.store, self.what, self.why, self.retryable = store, what, why, retryable


@contextmanager
def in_words(store: str, what: str) -> Iterator[None]:
    """Turn the database's failures inside the block into `StoreUnavailableError`; its texts may hold data.

    After a commit whose answer was lost the change may have been made all the same: what is written inside
    must bear being written again.
    """
    try:
        yield
    except PoolTimeoutError:
        why = _POOL
    except (DatabaseError, InterfaceError) as e:
        found = reason_of(e)
        if found is None:
            raise
        why = found
    else:
        return
    raise StoreUnavailableError(store, what, why.said, retryable=why.retryable) from None


def reason_of(error: DBAPIError) -> Why | None:
    """Return why the database failed, or `None` if that is a bug of ours."""
    cause = error.orig
    if state := getattr(cause, "sqlstate", None):
        known = _BY_STATE.get(state) or (_GONE if state.startswith("08") else None)
    elif type(cause).__module__.startswith("sqlite3"):
        known = _signed(_SQLITE, cause)
    else:
        known = _unconnected(error)
    if known is None and isinstance(error, _BUGS):
        return None
    return known or Why(f"database error {type(cause).__name__}", retryable=True)


def _unconnected(error: DBAPIError) -> Why | None:
    if isinstance(error, _BUGS):
        return None
    # What follows FATAL is the server's verdict; the words before it may name host and database.
    words = str(error.orig)
    for sign, why in (("session is read-only", _READ_ONLY), ("no password supplied", _PASSWORD)):
        if sign in words:
            return why
    _, _, verdict = words.rpartition("FATAL:")
    return _signed(_UNCONNECTED, verdict) or _GONE


def _signed(signs: tuple[tuple[str, Why], ...], words: object) -> Why | None:
    text = str(words).lower()
    return next((why for sign, why in signs if sign in text), None)


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
