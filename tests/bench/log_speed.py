"""Measure the embedded log with four processes on one file: two append, two read.

    python -m tests.bench.log_speed [--seconds 5]

Printed: appends/s in batches of 2 kB records, reads/s from the beginning, and the same inserts and selects
by bare sqlite3 as a baseline, with ratios; then the time from append to the return of a blocking poll (p50,
p99), between two processes while two others append and read at the rates that are the target.
"""

import argparse
import multiprocessing
import sqlite3
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from connectors.log.interface import NewRecord, Partition, TopicSpec
from connectors.log.sqlite_log import SqliteLog

SIZE, BATCH = 2000, 100
APPENDS_PER_S, READS_PER_S = 5000, 10_000
TOPIC = Partition("t", 0)


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=5)
    seconds = parser.parse_args(arguments).seconds
    with tempfile.TemporaryDirectory() as folder:
        log = SqliteLog(Path(folder) / "log.sqlite")
        log.ensure_topics([TopicSpec("t"), TopicSpec("paced")])
        appended, read = _crowd(Path(folder) / "log.sqlite", seconds)
        waits = _waits(log, Path(folder) / "log.sqlite", seconds)
        bare_appended, bare_read = _bare(Path(folder) / "bare.sqlite", seconds)
        log.close()
    for what, ours, bare in (("appends", appended, bare_appended), ("reads", read, bare_read)):
        print(f"{what}/s, two processes {ours:9.0f}; bare sqlite3, one {bare:9.0f}; ratio {ours / bare:.2f}")
    for name, share in (("p50", 0.5), ("p99", 0.99)):
        print(f"append to poll {name} {waits[int(len(waits) * share)] * 1e3:.1f} ms")
    return 0


def _crowd(path: Path, seconds: float) -> tuple[float, float]:
    """Return appends/s and reads/s of two processes each, at the same time."""
    context = multiprocessing.get_context("spawn")
    counts: multiprocessing.Queue = context.Queue()
    gate = context.Barrier(4)
    people = [
        context.Process(target=act, args=(path, seconds, None, gate, counts))
        for act in (_append, _append, _read, _read)
    ]
    for person in people:
        person.start()
    found = [counts.get() for _ in people]
    for person in people:
        person.join()
    return tuple(sum(n for kind, n in found if kind == which) / seconds for which in ("append", "read"))


def _keep_to(rate: float | None, done: int, start: float) -> None:
    """Sleep if more was done since `start` than the rate allows."""
    if rate is not None:
        time.sleep(max(0.0, done / rate - (time.monotonic() - start)))


def _append(path: Path, seconds: float, rate: float | None, gate, counts) -> None:
    log, batch, n = SqliteLog(path), [NewRecord("t", "k", b"x" * SIZE)] * BATCH, 0
    gate.wait()
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        _keep_to(rate, n, start)
        log.append(batch)
        n += BATCH
    counts.put(("append", n))


def _read(path: Path, seconds: float, rate: float | None, gate, counts) -> None:
    log, n, offset = SqliteLog(path), 0, 0
    gate.wait()
    start = time.monotonic()
    while time.monotonic() < start + seconds:
        _keep_to(rate, n, start)
        found = log.read({TOPIC: offset}, timeout=timedelta(milliseconds=100))
        n += len(found)
        offset = found[-1].offset + 1 if len(found) == 500 else 0
    counts.put(("read", n))


def _waits(log: SqliteLog, path: Path, seconds: float) -> list[float]:
    """Return how long records of another process took to reach a blocked poll, beside two busy processes."""
    context = multiprocessing.get_context("spawn")
    counts: multiprocessing.Queue = context.Queue()
    gate = context.Barrier(4)
    others = [
        context.Process(target=_pace, args=(path, seconds, gate)),
        context.Process(target=_append, args=(path, seconds, APPENDS_PER_S, gate, counts)),
        context.Process(target=_read, args=(path, seconds, READS_PER_S, gate, counts)),
    ]
    for other in others:
        other.start()
    gate.wait()
    waits, offset, only = [], 0, Partition("paced", 0)
    while found := log.read({only: offset}, timeout=timedelta(seconds=3)):
        waits += [time.time() - float(record.value) for record in found]
        offset = found[-1].offset + 1
    for other in others:
        other.join()
    return sorted(waits)


def _pace(path: Path, seconds: float, gate) -> None:
    log = SqliteLog(path)
    gate.wait()
    for _ in range(int(seconds * 100)):
        log.append([NewRecord("paced", "k", repr(time.time()).encode())])
        time.sleep(0.01)


def _bare(path: Path, seconds: float) -> tuple[float, float]:
    """Return inserts/s and selects/s of one process with sqlite3 alone."""
    db = sqlite3.connect(path, isolation_level=None)
    db.executescript(
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; CREATE TABLE r (o INTEGER PRIMARY KEY, v BLOB);"
    )
    inserted, end = 0, time.monotonic() + seconds / 2
    while time.monotonic() < end:
        db.execute("BEGIN IMMEDIATE")
        db.executemany("INSERT INTO r (v) VALUES (?)", [(b"x" * SIZE,)] * BATCH)
        db.execute("COMMIT")
        inserted += BATCH
    selected, at, end = 0, 0, time.monotonic() + seconds / 2
    while time.monotonic() < end:
        rows = db.execute("SELECT o, v FROM r WHERE o > ? ORDER BY o LIMIT 500", (at,)).fetchall()
        selected += len(rows)
        at = rows[-1][0] if rows else 0
    db.close()
    return inserted / (seconds / 2), selected / (seconds / 2)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
