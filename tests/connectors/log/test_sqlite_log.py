"""What is the embedded home's own: faults of disk and file, killed processes, retention, clocks."""

import multiprocessing
import os
import signal
import sqlite3
import threading
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.log.interface import LogError, NewRecord, Partition, TopicSpec
from connectors.log.sqlite_log import SqliteLog
from connectors.log.wakeup import Wakeup, ring_all

DAY = datetime(2030, 1, 1, tzinfo=UTC)
ONLY = Partition("t", 0)
SPAWN = multiprocessing.get_context("spawn")


class Clock:
    def __init__(self):
        self.now = DAY

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def log(tmp_path, clock):
    log = SqliteLog(tmp_path / "log.sqlite", clock, busy=timedelta(milliseconds=50))
    log.ensure_topics([TopicSpec("t")])
    yield log
    log.close()


def append(log, *values, key="k", topic="t"):
    return log.append([NewRecord(topic, key, v.encode()) for v in values])


def held(log, topic="t"):
    return [r.value.decode() for r in log.read({Partition(topic, 0): 0}, max_records=10_000)]


def append_until_killed(path, acknowledged):
    log = SqliteLog(path)
    n = 0
    while True:
        append(log, *(f"{n}-{part}" for part in range(5)))
        acknowledged.send(n)
        n += 1


def test_a_killed_appender_loses_nothing_it_was_told_and_leaves_no_half_batch(tmp_path, log):
    receive, send = SPAWN.Pipe(duplex=False)
    writer = SPAWN.Process(target=append_until_killed, args=(tmp_path / "log.sqlite", send))
    writer.start()
    while receive.recv() < 20:
        pass
    os.kill(writer.pid, signal.SIGKILL)
    writer.join()
    send.close()
    last = 20
    while receive.poll():
        try:
            last = receive.recv()
        except EOFError:
            break
    receive.close()
    found = held(log)
    assert len(found) % 5 == 0
    assert found[: (last + 1) * 5] == [f"{n}-{part}" for n in range(last + 1) for part in range(5)]
    assert append(log, "next") == [(0, len(found))]


def test_a_clock_that_jumps_back_does_not_take_event_time_with_it(log, clock):
    append(log, "a")
    clock.now -= timedelta(hours=1)
    append(log, "b")
    assert [r.appended for r in log.read({ONLY: 0})] == [DAY, DAY]


def test_a_full_disk_is_named_and_passes(tmp_path, log):
    connection = log._connections.get()
    connection.execute(f"PRAGMA max_page_count = {connection.execute('PRAGMA page_count').fetchone()[0]}")
    with pytest.raises(LogError, match=r"log\.sqlite: the disk is full") as full:
        append(log, "x" * 100_000)
    assert full.value.retryable
    connection.execute("PRAGMA max_page_count = 1000000")
    assert append(log, "y") == [(0, 0)]


def test_a_locked_file_is_named_and_passes(tmp_path, log):
    holder = sqlite3.connect(tmp_path / "log.sqlite", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogError, match="another process keeps the file locked") as locked:
        append(log, "a")
    assert locked.value.retryable
    holder.execute("ROLLBACK")
    holder.close()
    assert append(log, "a") == [(0, 0)]


def test_a_file_that_is_no_log_is_refused(tmp_path):
    (tmp_path / "log.sqlite").write_bytes(b"no database" * 1000)
    with pytest.raises(LogError, match="the file is no log"):
        SqliteLog(tmp_path / "log.sqlite")


def test_a_file_of_a_newer_version_is_refused(tmp_path, log):
    log._connections.get().execute("PRAGMA user_version = 99")
    with pytest.raises(LogError, match=r"newer Missionwire \(layout 99"):
        SqliteLog(tmp_path / "log.sqlite")


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LogError, match=r"opening the log .*file/log\.sqlite"):
        SqliteLog(tmp_path / "file" / "log.sqlite")


def test_what_is_too_old_goes_and_its_offsets_are_never_used_again(log, clock):
    log.ensure_topics([TopicSpec("t", retention=timedelta(days=7))])
    append(log, "old", "older")
    clock.now += timedelta(days=8)
    append(log, "new")
    assert log.sweep(clock.now) == 2
    assert held(log) == ["new"]
    assert log.earliest("t") == {ONLY: 2}
    clock.now += timedelta(days=8)
    assert log.sweep(clock.now) == 1
    assert (log.earliest("t"), log.end("t")) == ({ONLY: 3}, {ONLY: 3})
    assert append(log, "next") == [(0, 3)]


def test_what_is_too_much_goes_oldest_first(log, clock):
    log.ensure_topics([TopicSpec("t", retention_bytes=25)])
    append(log, *(f"{n:010}" for n in range(5)))
    assert log.sweep(clock.now) == 3
    assert held(log) == ["0000000003", "0000000004"]


def test_compaction_keeps_the_latest_of_each_key_and_what_was_overtaken_lately(log, clock):
    log.ensure_topics([TopicSpec("t", compacted=True, compact_after=timedelta(hours=1))])
    append(log, "a1", "a2", key="a")
    append(log, "b1", key="b")
    clock.now += timedelta(hours=2)
    append(log, "a3", "a4", key="a")
    assert log.sweep(clock.now) == 2
    assert held(log) == ["b1", "a3", "a4"]
    assert [r.offset for r in log.read({ONLY: 0})] == [2, 3, 4]


def test_sweeping_gives_space_back(tmp_path, log, clock):
    log.ensure_topics([TopicSpec("t", retention=timedelta(days=1))])
    append(log, *("x" * 100_000 for _ in range(20)))
    pages = log._connections.get().execute("PRAGMA page_count").fetchone()[0]
    log.sweep(clock.now + timedelta(days=2))
    assert log._connections.get().execute("PRAGMA page_count").fetchone()[0] < pages / 2


def test_a_reader_that_died_leaves_no_fifo_behind(tmp_path, log):
    orphan = tmp_path / "log.sqlite.waiting" / "1-dead"
    orphan.parent.mkdir()
    os.mkfifo(orphan)
    append(log, "a")
    assert not orphan.exists()


def test_readers_that_come_and_go_are_never_taken_for_dead(tmp_path):
    ended = threading.Event()

    def ring():
        while not ended.is_set():
            ring_all(tmp_path)

    ringers = [threading.Thread(target=ring) for _ in range(2)]
    for ringer in ringers:
        ringer.start()
    try:
        for _ in range(3000):
            Wakeup(tmp_path).close()
    finally:
        ended.set()
        for ringer in ringers:
            ringer.join()
    assert list(tmp_path.iterdir()) == []


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abcdef"), max_size=4), max_size=8), st.integers(1, 4))
def test_reading_in_any_steps_gives_what_was_appended(tmp_path_factory, batches, step):
    log = SqliteLog(tmp_path_factory.mktemp("log") / "log.sqlite", Clock())
    log.ensure_topics([TopicSpec("t", partitions=3)])
    for batch in batches:
        log.append([NewRecord("t", key, key.encode()) for key in batch])
    positions, seen = dict.fromkeys(log.partitions("t"), 0), []
    while found := log.read(positions, max_records=step):
        seen += found
        positions |= {Partition("t", r.partition): r.offset + 1 for r in found}
    log.close()
    for key in "abcdef":
        assert sum(r.key == key for r in seen) == sum(batch.count(key) for batch in batches)
    assert len({(r.partition, r.offset) for r in seen}) == len(seen)
