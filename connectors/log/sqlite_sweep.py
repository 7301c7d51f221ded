"""Retention and compaction of the embedded log, in steps short enough that appends hardly wait."""

from collections.abc import Callable
from functools import partial
from sqlite3 import Connection

from connectors.log.sqlite_connection import Connections

_STEP = 500
_FREED_PAGES = 2000


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
            overtaken = partial(_drop_overtaken, here=here, before_ms=now_ms - compact_after_ms)
            gone += _repeat(connections, overtaken)
    if gone:
        with connections.reading("freeing space of") as connection:
            # As a script, because a plain execute takes one step only, which is one page.
            connection.executescript(f"PRAGMA incremental_vacuum({_FREED_PAGES});")
    return gone


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


def _drop_overtaken(connection: Connection, here: tuple[int, int], before_ms: int) -> int:
    """Drop records older than `before_ms` that have a later record of the same key."""
    return connection.execute(
        "DELETE FROM records WHERE rowid IN ("
        " SELECT r.rowid FROM records r JOIN (SELECT key, MAX(offset) AS latest FROM records"
        "  WHERE topic = ?1 AND number = ?2 GROUP BY key) k ON k.key = r.key"
        " WHERE r.topic = ?1 AND r.number = ?2 AND r.offset < k.latest AND r.appended < ?3 LIMIT ?4)",
        (*here, before_ms, _STEP),
    ).rowcount


def _drop_excess(connections: Connections, here: tuple[int, int], limit_bytes: int) -> int:
    """Drop the oldest records until the rest fits."""
    with connections.reading("sweeping") as connection:
        rows = connection.execute(
            "SELECT offset, LENGTH(value) FROM records WHERE topic = ? AND number = ? ORDER BY offset DESC",
            here,
        )
        held, first_dropped = 0, None
        for offset, size in rows:
            held += size
            if held > limit_bytes:
                first_dropped = offset
                break
    if first_dropped is None:
        return 0
    return _repeat(connections, partial(_drop_upto, here=here, last=first_dropped))


def _drop_upto(connection: Connection, here: tuple[int, int], last: int) -> int:
    return connection.execute(
        "DELETE FROM records WHERE rowid IN (SELECT rowid FROM records"
        " WHERE topic = ? AND number = ? AND offset <= ? ORDER BY offset LIMIT ?)",
        (*here, last, _STEP),
    ).rowcount
