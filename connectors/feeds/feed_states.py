"""The collector's memory in SQL: one row for each feed, written after its articles are on the log."""

from dataclasses import fields
from datetime import timedelta
from typing import Any, Self

from sqlalchemy import (
    BigInteger,
    Column,
    Engine,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    event,
)  # fmt: skip
from sqlalchemy.types import TypeDecorator

from connectors.feeds.feed import FeedState
from transforms.sql_store import Moment, in_words

_MICROSECOND = timedelta(microseconds=1)


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
)
_FIELDS = tuple(field.name for field in fields(FeedState))


class FeedStates:
    """Load and save feed states; each save is one transaction and may be called from any thread."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        with in_words("feed states", "create tables"):
            METADATA.create_all(engine)

    @classmethod
    def open(cls, database_url: str) -> Self:
        """Open the store at an SQLAlchemy URL; a SQLite file may be shared with other processes."""
        engine = create_engine(database_url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", _share_file)
        return cls(engine)

    def load(self) -> dict[str, FeedState]:
        """Return all states by feed URL."""
        with in_words("feed states", "load"), self._engine.connect() as connection:
            rows = connection.execute(FEED_STATES.select()).mappings().all()
        return {row["url"]: FeedState(**{name: row[name] for name in _FIELDS}) for row in rows}

    def save(self, state: FeedState) -> None:
        """Store one state in place of the feed's former one."""
        values = {name: getattr(state, name) for name in _FIELDS}
        with in_words("feed states", "save"), self._engine.begin() as connection:
            update = FEED_STATES.update().where(FEED_STATES.c.url == state.url).values(**values)
            if connection.execute(update).rowcount == 0:
                connection.execute(FEED_STATES.insert().values(**values))

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()


def _share_file(connection: Any, _: object) -> None:
    for pragma in ("journal_mode = WAL", "busy_timeout = 10000", "synchronous = NORMAL"):
        connection.execute(f"PRAGMA {pragma}")
