"""The collector's memory in SQL: one row for each feed, written after its articles are on the log."""

from collections.abc import Callable, Collection
from dataclasses import fields
from datetime import timedelta
from itertools import islice
from struct import pack, unpack
from typing import Any, Self

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.types import TypeDecorator

from connectors.feeds.feed import FeedState
from connectors.feeds.sinks import LeaseLostError
from transforms.sql_engine import SqlAccess
from transforms.sql_rows import insert_or_update
from transforms.sql_store import Moment

_BUSY = timedelta(seconds=10)
_BATCH = 500
_MICROSECOND, _SECOND = timedelta(microseconds=1), timedelta(seconds=1)


class _Duration(TypeDecorator[timedelta]):
    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: timedelta | None, dialect: Any) -> Any:  # noqa: ARG002
        return None if value is None else value // _MICROSECOND

    def process_result_value(self, value: Any, dialect: Any) -> timedelta | None:  # noqa: ARG002
        return None if value is None else value * _MICROSECOND


class _Ids(TypeDecorator[tuple[str, ...]]):
    """Ids of 32 hex digits, packed to 16 bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[str, ...] | None, dialect: Any) -> bytes:  # noqa: ARG002
        return bytes.fromhex("".join(value or ()))

    def process_result_value(self, value: Any, dialect: Any) -> tuple[str, ...]:  # noqa: ARG002
        digits = bytes(value or b"").hex()
        return tuple(digits[start : start + 32] for start in range(0, len(digits), 32))


class _Durations(TypeDecorator[tuple[timedelta, ...]]):
    """Durations to the second, packed to 4 bytes each."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: tuple[timedelta, ...] | None, dialect: Any) -> bytes:  # noqa: ARG002
        seconds = [min(max(0, each // _SECOND), 2**32 - 1) for each in value or ()]
        return pack(f">{len(seconds)}I", *seconds)

    def process_result_value(self, value: Any, dialect: Any) -> tuple[timedelta, ...]:  # noqa: ARG002
        data = bytes(value or b"")
        return tuple(each * _SECOND for each in unpack(f">{len(data) // 4}I", data))


METADATA = MetaData()
FEED_STATES = Table(
    "feed_states",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("etag", Text),
    Column("last_modified", Text),
    Column("body_hash", String(64)),
    Column("bad_hash", String(64)),
    Column("next_poll", Moment),
    Column("interval", _Duration),
    Column("polls", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Moment),
    Column("reason", String(64), nullable=False),
    Column("detail", Text, nullable=False),
    Column("last_success", Moment),
    Column("last_entry", Moment),
    Column("recent_ids", _Ids, nullable=False),
    Column("body_floor", _Duration),
    Column("stated_floor", _Duration),
    Column("lies", Integer, nullable=False, server_default="0"),
    Column("address", Text),
    Column("moving_to", Text),
    Column("moving_seen", Integer, nullable=False, server_default="0"),
    Column("moving_since", Moment),
    Column("last_new", Moment),
    Column("gaps", _Durations, nullable=False, server_default=""),
)
_FIELDS = tuple(field.name for field in fields(FeedState))


class FeedStates:
    """Load and save feed states; each save is one transaction and may be called from any thread.

    `fence` says inside the transaction whether the feed is still ours to save.
    """

    def __init__(self, access: SqlAccess, fence: Callable[[Connection, str], bool] | None = None) -> None:
        self._access, self._fence = access, fence

    @staticmethod
    def access_to(database_url: str) -> SqlAccess:
        """Return the way into the database at an SQLAlchemy URL; a last save that is lost repeats a poll."""
        return SqlAccess("feed states", database_url, _BUSY, durable=False)

    @classmethod
    def open(cls, database_url: str) -> Self:
        """Open the store at an SQLAlchemy URL and create its table if it is missing."""
        states = cls(cls.access_to(database_url))
        states.create_tables()
        return states

    def create_tables(self) -> None:
        """Create the tables that are missing."""
        with self._access.write("create tables") as c:
            METADATA.create_all(c)

    def load(self) -> dict[str, FeedState]:
        """Return all states by feed URL."""
        with self._access.read("load") as c:
            rows = c.execute(FEED_STATES.select()).mappings().all()
        return {row["url"]: FeedState(**{name: row[name] for name in _FIELDS}) for row in rows}

    def load_of(self, urls: Collection[str]) -> dict[str, FeedState]:
        """Return the states of these feeds, as far as there are any."""
        left, found = iter(urls), dict[str, FeedState]()
        while batch := list(islice(left, _BATCH)):
            with self._access.read("load") as c:
                rows = c.execute(FEED_STATES.select().where(FEED_STATES.c.url.in_(batch))).mappings().all()
            found |= {row["url"]: FeedState(**{name: row[name] for name in _FIELDS}) for row in rows}
        return found

    def save(self, state: FeedState) -> None:
        """Store one state in place of the feed's former one; raise `LeaseLostError` if that is not ours."""
        values = {name: getattr(state, name) for name in _FIELDS}
        with self._access.write("save") as c:
            if self._fence is not None and not self._fence(c, state.url):
                raise LeaseLostError(state.url)
            insert_or_update(c, FEED_STATES, ["url"], values)

    def begun(self) -> set[str]:
        """Return the URLs of feeds whose state has a beginning: all that were polled but for `begin_anew`."""
        with self._access.read("load") as c:
            urls = FEED_STATES.select().with_only_columns(FEED_STATES.c.url)
            return set(c.scalars(urls.where(FEED_STATES.c.since.is_not(None))))

    def begin_anew(self, urls: Collection[str]) -> None:
        """Forget since when these feeds are in their states: the next poll of each tells its state afresh."""
        left = iter(urls)
        while batch := list(islice(left, _BATCH)):
            with self._access.write("begin anew") as c:
                c.execute(FEED_STATES.update().where(FEED_STATES.c.url.in_(batch)).values(since=None))

    def close(self) -> None:
        """Close all connections."""
        self._access.close()
