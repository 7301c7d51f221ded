"""Retention and compaction of the embedded log, in steps short enough that appends hardly wait."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from sqlite3 import Connection

from connectors.log.sqlite_connection import Connections

_STEP = 500
_FOUND = 20_000
_FREED_PAGES = 500


def sweep(connections: Connections, now_ms: int) -> int:
    """Delete what is too old, too much, or overtaken; return how many records went."""
    gone = 0
    with connections.reading("sweeping") as connection:
        topics = connection.execute(
            "SELECT t.id, p.number, t.retention_ms, t.retention_bytes, t.compacted, t.compact_after_ms"
            " FROM topics t JOIN partitions p ON p.topic = t.id"
        ).fetchall()
    for topic, number, age_ms, size, compacted, compact_after_ms in topics:
        here = (topic, number)
        if age_ms is not None:
            gone += _repeat(connections, partial(_drop_old, here=here, before_ms=now_ms - age_ms))
        if size is not None:
            gone += _drop_excess(connections, here, size)
        if compacted:
            gone += _drop_overtaken(connections, here, now_ms - compact_after_ms)
    _free(connections)
    return gone


def _free(connections: Connections) -> None:
    """Give the file's empty pages back to the disk."""
    with connections.reading("freeing space of") as connection:
        empty = connection.execute("PRAGMA freelist_count").fetchone()[0]
        for _ in range(0, empty, _FREED_PAGES):
            # As a script, because a plain execute takes one step only, which is one page.
            connection.executescript(f"PRAGMA incremental_vacuum({_FREED_PAGES});")


def _repeat(connections: Connections, step: Callable[[Connection], int]) -> int:
    gone = 0
    while True:
        with connections.writing("sweeping") as connection:
            dropped = step(connection)
        gone += dropped
        if dropped < _STEP:
            return gone


def _drop_old(connection: Connection, here: tuple[int, int], before_ms: int) -> int:
    return connection.execute(
        "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records"
        " WHERE topic = ? AND number = ? AND appended < ? ORDER BY appended LIMIT ?)",
        (*here, before_ms, _STEP),
    ).rowcount


def _drop_overtaken(connections: Connections, here: tuple[int, int], before_ms: int) -> int:
    """Drop records older than `before_ms` that have a later record of the same key.

    They are looked for without holding up appends: what is overtaken stays so, and no offset comes back.
    """
    gone = 0
    while True:
        offsets = _overtaken(connections, here, before_ms)
        for start in range(0, len(offsets), _STEP):
            with connections.writing("sweeping") as connection:
                gone += connection.executemany(
                    "DELETE FROM records WHERE topic = ? AND number = ? AND offset = ?",
                    [(*here, offset) for offset in offsets[start : start + _STEP]],
                ).rowcount
        if len(offsets) < _FOUND:
            return gone


def _overtaken(connections: Connections, here: tuple[int, int], before_ms: int) -> list[int]:
    with connections.reading("sweeping") as connection:
        rows = connection.execute(
            "SELECT r.offset FROM records r JOIN (SELECT key, MAX(offset) AS latest FROM records"
            "  WHERE topic = ?1 AND number = ?2 GROUP BY key) k ON k.key = r.key"
            " WHERE r.topic = ?1 AND r.number = ?2 AND r.offset < k.latest AND r.appended < ?3 LIMIT ?4",
            (*here, before_ms, _FOUND),
        ).fetchall()
    return [offset for (offset,) in rows]


def _drop_excess(connections: Connections, here: tuple[int, int], limit_bytes: int) -> int:
    """Drop the oldest records until the rest fits."""
    last = _last_excess(connections, here, limit_bytes)
    return 0 if last is None else _repeat(connections, partial(_drop_upto, here=here, last=last))


def _last_excess(connections: Connections, here: tuple[int, int], limit_bytes: int) -> int | None:
    query = "SELECT offset, LENGTH(value) FROM records WHERE topic = ? AND number = ? ORDER BY offset DESC"
    held = 0
    # Closed, because a select left half way keeps its view of the file, and no write starts from an old one.
    with connections.reading("sweeping") as connection, closing(connection.execute(query, here)) as rows:
        for offset, size in rows:
            held += size
            if held > limit_bytes:
                return int(offset)
    return None


def _drop_upto(connection: Connection, here: tuple[int, int], last: int) -> int:
    return connection.execute(
        "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records"
        " WHERE topic = ? AND number = ? AND offset <= ? ORDER BY offset LIMIT ?)",
        (*here, last, _STEP),
    ).rowcount
