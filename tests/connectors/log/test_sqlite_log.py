"""What is the embedded home's own: faults of disk and file, killed processes, retention, clocks."""

import errno
import gc
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
from connectors.log.sqlite_connection import in_words
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


@pytest.mark.parametrize(
    ("code", "passes"), [(errno.ENOSPC, True), (errno.EMFILE, True), (errno.ENOTDIR, False)]
)
def test_a_fault_of_the_system_says_whether_waiting_may_help(tmp_path, code, passes):
    with pytest.raises(LogError, match=os.strerror(code)) as fault, in_words("waiting at", tmp_path):
        raise OSError(code, os.strerror(code))
    assert fault.value.retryable is passes


def test_an_append_that_cannot_wake_readers_has_happened_all_the_same(tmp_path, log):
    (tmp_path / "log.sqlite.waiting").write_text("not a folder")
    assert append(log, "a") == [(0, 0)]
    assert held(log) == ["a"]
    with pytest.raises(LogError, match=r"waiting at .*log\.sqlite\.waiting"):
        log.read({ONLY: 1}, timeout=timedelta(seconds=30))


def test_threads_that_have_ended_keep_no_connection(log):
    for _ in range(20):
        reader = threading.Thread(target=log.end, args=("t",))
        reader.start()
        reader.join()
    gc.collect()
    assert len(log._connections._all) == 1


def test_partitions_added_by_another_process_are_used_by_all(tmp_path, log, clock):
    other = SqliteLog(tmp_path / "log.sqlite", clock)
    member = other.subscribe("g", ["t"])
    append(other, "before")
    log.ensure_topics([TopicSpec("t", partitions=4)])
    assert [append(one, "x", key="k0") for one in (log, other)] == [[(3, 0)], [(3, 1)]]
    assert len(other.partitions("t")) == 4
    assert sorted(r.value for r in member.poll()) == [b"before", b"x", b"x"]
    other.close()


def test_a_dead_member_is_replaced_although_the_clock_was_set_back(tmp_path, log, clock):
    log.ensure_topics([TopicSpec("t", partitions=2)])
    log.append([NewRecord("t", "k", b"x", partition=n) for n in range(2)])
    log.subscribe("g", ["t"])
    clock.now -= timedelta(hours=1)
    heir = log.subscribe("g", ["t"])
    assert {r.partition for r in heir.poll()} == {0, 1}
    heir.commit()
    assert log.committed("g", "t") == {ONLY: 1, Partition("t", 1): 1}


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


def test_appends_between_the_steps_of_a_sweep_do_not_end_it(tmp_path, log, clock):
    log.ensure_topics([TopicSpec("t", retention_bytes=20)])
    append(log, *("x" * 10 for _ in range(1500)))
    other = SqliteLog(tmp_path / "log.sqlite", clock)
    begun = []

    def append_first(statement):
        if statement.startswith("BEGIN"):
            begun.append(append(other, "late"))

    log._connections.get().set_trace_callback(append_first)
    assert log.sweep(clock.now) == 1498
    log._connections.get().set_trace_callback(None)
    assert len(begun) == 3
    assert held(log) == ["x" * 10, "x" * 10, "late", "late", "late"]
    other.close()


def test_compaction_keeps_the_latest_of_each_key_and_what_was_overtaken_lately(log, clock):
    log.ensure_topics([TopicSpec("t", compacted=True, compact_after=timedelta(hours=1))])
    append(log, "a1", "a2", key="a")
    append(log, "b1", key="b")
    clock.now += timedelta(hours=2)
    append(log, "a3", "a4", key="a")
    assert log.sweep(clock.now) == 2
    assert held(log) == ["b1", "a3", "a4"]
    assert [r.offset for r in log.read({ONLY: 0})] == [2, 3, 4]


def test_a_busy_key_is_compacted_in_one_sweep(log, clock):
    log.ensure_topics([TopicSpec("t", compacted=True)])
    append(log, *map(str, range(20_600)))
    assert log.sweep(clock.now + timedelta(hours=2)) == 20_599
    assert held(log) == ["20599"]


def test_sweeping_gives_space_back(tmp_path, log, clock):
    log.ensure_topics([TopicSpec("t", retention=timedelta(days=1))])
    append(log, *("x" * 100_000 for _ in range(200)))
    pages = log._connections.get().execute("PRAGMA page_count").fetchone()[0]
    log.sweep(clock.now + timedelta(days=2))
    assert log._connections.get().execute("PRAGMA page_count").fetchone()[0] < pages / 50


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
