"""Connections to the embedded log's file, and SQLite's errors in the words of the log."""

import errno
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from weakref import WeakSet

from connectors.log.interface import LogError
from transforms.sqlite_wal import write_ahead

LAYOUT = 1
_SCHEMA = """
CREATE TABLE IF NOT EXISTS topics (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    partitions INTEGER NOT NULL,
    retention_ms INTEGER,
    retention_bytes INTEGER,
    compacted INTEGER NOT NULL,
    compact_after_ms INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS partitions (
    topic INTEGER NOT NULL,
    number INTEGER NOT NULL,
    next_offset INTEGER NOT NULL,
    last_appended INTEGER NOT NULL,
    PRIMARY KEY (topic, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS records (
    topic INTEGER NOT NULL,
    number INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    appended INTEGER NOT NULL,
    key TEXT NOT NULL,
    headers BLOB,
    value BLOB NOT NULL,
    PRIMARY KEY (topic, number, offset)
);
CREATE INDEX IF NOT EXISTS records_by_age ON records (topic, number, appended);
CREATE TABLE IF NOT EXISTS commits (
    consumer_group TEXT NOT NULL,
    topic TEXT NOT NULL,
    number INTEGER NOT NULL,
    offset INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, topic, number)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS generations (
    consumer_group TEXT PRIMARY KEY,
    generation INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS members (
    consumer_group TEXT NOT NULL,
    member TEXT NOT NULL,
    topics TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (consumer_group, member)
) WITHOUT ROWID;
"""
_WHY = {
    sqlite3.SQLITE_FULL: ("the disk is full", True),
    sqlite3.SQLITE_BUSY: ("another process keeps the file locked", True),
    sqlite3.SQLITE_LOCKED: ("another process keeps the file locked", True),
    sqlite3.SQLITE_IOERR: ("the disk does not read or write", True),
    sqlite3.SQLITE_READONLY: ("the file may not be written", False),
    sqlite3.SQLITE_CANTOPEN: ("the file cannot be opened", False),
    sqlite3.SQLITE_NOTADB: ("the file is no log", False),
    sqlite3.SQLITE_CORRUPT: ("the file is damaged", False),
}
_PASSING = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE}


@contextmanager
def in_words(what: str, path: Path) -> Iterator[None]:
    """Turn SQLite's and the system's errors into `LogError`: what failed, on which file, and why."""
    try:
        yield
    except sqlite3.Error as e:
        code = getattr(e, "sqlite_errorcode", 0) & 0xFF
        why, retryable = _WHY.get(code, (str(e), False))
        raise LogError(f"{what} {path}", why, retryable=retryable) from e
    except OSError as e:
        why = e.strerror or type(e).__name__
        raise LogError(f"{what} {path}", why, retryable=e.errno in _PASSING) from e


class _Connection(sqlite3.Connection):
    """A thread's connection, closed when the thread has ended and nothing names it any more."""

    def __del__(self) -> None:
        self.close()


class Connections:
    """One connection for each thread; SQLite's own locks order the processes."""

    def __init__(self, path: Path, busy: timedelta) -> None:
        self.path, self._busy = path, busy
        self._local = threading.local()
        self._all: WeakSet[_Connection] = WeakSet()
        with in_words("opening the log", path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._prepare(self.get())

    def get(self) -> sqlite3.Connection:
        """Return this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._local.connection = self._connect()
        return connection

    @contextmanager
    def writing(self, what: str) -> Iterator[sqlite3.Connection]:
        """Give a connection inside one write transaction; all of it or nothing is kept."""
        with in_words(what, self.path):
            connection = self.get()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    @contextmanager
    def reading(self, what: str) -> Iterator[sqlite3.Connection]:
        """Give a connection for one or more selects."""
        with in_words(what, self.path):
            yield self.get()

    def close(self) -> None:
        """Close every thread's connection."""
        while self._all:
            self._all.pop().close()
        self._local = threading.local()

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self.path,
            timeout=self._busy.total_seconds(),
            isolation_level=None,
            check_same_thread=False,
            factory=_Connection,
        )
        connection.execute("PRAGMA synchronous = NORMAL")
        self._all.add(connection)
        return connection

    def _prepare(self, connection: sqlite3.Connection) -> None:
        found = connection.execute("PRAGMA user_version").fetchone()[0]
        if found > LAYOUT:
            raise LogError(
                f"opening the log {self.path}",
                f"written by a newer Missionwire (layout {found}, this one knows {LAYOUT})",
                retryable=False,
            )
        if found == LAYOUT:
            return
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        write_ahead(connection, self._busy)
        connection.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} PRAGMA user_version = {LAYOUT}; COMMIT;")
