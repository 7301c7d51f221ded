"""What every home of the log promises. A home joins by a fixture; nothing here knows which one it is."""

import contextlib
import itertools
import multiprocessing
import threading
import uuid
from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.interface import LogError, NewRecord, Partition, TopicSpec
from pipeline.log_scan import scan

LONG, SHORT = timedelta(seconds=30), timedelta(milliseconds=200)
SPAWN = multiprocessing.get_context("spawn")


def new_topic(log, **spec):
    name = f"topic-{uuid.uuid4().hex}"
    log.ensure_topics([TopicSpec(name, **spec)])
    return name


def fill(log, topic, values, **given):
    return log.append([NewRecord(topic, given.get("key", "k"), v.encode()) for v in values])


def values(records):
    return [record.value.decode() for record in records]


def from_start(log, topic, **how):
    return log.read(dict.fromkeys(log.partitions(topic), 0), **how)


def polled(member, count):
    """Return the values of the next `count` records or more, which may come in several polls."""
    found = []
    while len(found) < count:
        records = member.poll(timeout=LONG)
        assert records
        found += values(records)
    return found


def read_to_the_end(log, topic, *members):
    """Let the members read and commit in turns until all of the topic is committed."""
    for member in itertools.cycle(members):
        if log.committed("g", topic) == log.end(topic):
            return
        member.poll(timeout=SHORT)
        with contextlib.suppress(LogError):  # a group may share out anew once more
            member.commit()


def append_elsewhere(opener, arguments, topic, count, key):
    log = opener(*arguments)
    for n in range(count):
        log.append([NewRecord(topic, key, f"{key}{n}".encode())])
    log.close()


def test_a_partition_keeps_the_order_of_appending(log):
    topic = new_topic(log)
    fill(log, topic, "abc")
    fill(log, topic, "de")
    assert values(from_start(log, topic)) == ["a", "b", "c", "d", "e"]


def test_offsets_count_up_from_zero_without_gaps(log):
    topic = new_topic(log)
    assert fill(log, topic, "ab") == [(0, 0), (0, 1)]
    assert fill(log, topic, "c") == [(0, 2)]
    assert log.end(topic) == {Partition(topic, 0): 3}


def test_equal_keys_go_to_one_partition_and_different_ones_spread(log):
    topic = new_topic(log, partitions=4)
    for key in "abcdefgh":
        places = fill(log, topic, "xyz", key=key)
        assert len({partition for partition, _ in places}) == 1
    assert sum(end > 0 for end in log.end(topic).values()) > 1


def test_a_record_comes_back_whole(log):
    topic = new_topic(log, partitions=2)
    headers = (("etag", b"\x00\xff"), ("etag", b"2"))
    log.append([NewRecord(topic, "ключ", b"\x00\xff", headers, partition=1)])
    (record,) = from_start(log, topic)
    assert record[:6] == (topic, 1, 0, "ключ", b"\x00\xff", headers)
    assert record.appended.tzinfo is UTC


def test_a_batch_is_kept_whole_or_not_at_all(log):
    topic = new_topic(log)
    too_large = NewRecord(topic, "k", b"x" * 10, partition=7)
    with pytest.raises(LogError):
        log.append([NewRecord(topic, "k", b"fine"), too_large])
    assert from_start(log, topic) == []
    assert fill(log, topic, "a") == [(0, 0)]


def test_an_oversized_record_is_refused_with_its_key_and_the_limit(home, log):
    topic = new_topic(log)
    with pytest.raises(LogError, match=f"key huge.*limit of {home.max_record_bytes}") as refused:
        log.append([NewRecord(topic, "huge", b"x" * (home.max_record_bytes + 1))])
    assert not refused.value.retryable


def test_an_unknown_topic_is_refused_by_name(log):
    for act in (log.partitions, log.end, log.earliest):
        with pytest.raises(LogError, match="no-such-topic") as refused:
            act("no-such-topic")
        assert not refused.value.retryable


def test_append_time_never_runs_back_within_a_partition(log):
    topic = new_topic(log)
    late, early = datetime(2030, 1, 2, tzinfo=UTC), datetime(2030, 1, 1, tzinfo=UTC)
    log.append([NewRecord(topic, "k", b"1", appended=late), NewRecord(topic, "k", b"2", appended=early)])
    assert [r.appended for r in from_start(log, topic)] == [late, late]


def test_reading_starts_at_the_position_and_keeps_to_the_limit(log):
    topic = new_topic(log)
    fill(log, topic, "abcdef")
    assert values(log.read({Partition(topic, 0): 2}, max_records=3)) == ["c", "d", "e"]


def test_several_partitions_are_merged_by_append_time(log):
    topic = new_topic(log, partitions=2)
    day = datetime(2030, 1, 1, tzinfo=UTC)
    for n, partition in enumerate([1, 0, 0, 1, 0]):
        appended = day + timedelta(seconds=n)
        log.append([NewRecord(topic, "k", b"%d" % n, partition=partition, appended=appended)])
    assert values(from_start(log, topic)) == ["0", "1", "2", "3", "4"]
    assert values(from_start(log, topic, max_records=2)) == ["0", "1"]


def test_a_backlog_is_read_to_its_end_however_uneven_the_partitions_are(log):
    topic = new_topic(log, partitions=2)
    for partition, count in ((0, 5000), (1, 1000)):
        log.append([NewRecord(topic, "k", b"%d" % n, partition=partition) for n in range(count)])
    assert sum(1 for _ in scan(log, topic)) == 6000


def test_the_offset_of_a_time_is_the_first_at_or_after_it(log):
    topic = new_topic(log)
    day = datetime(2030, 1, 1, tzinfo=UTC)
    log.append([NewRecord(topic, "k", b"x", appended=day + timedelta(hours=n)) for n in range(3)])
    only = Partition(topic, 0)
    assert log.offset_at(topic, day) == {only: 0}
    assert log.offset_at(topic, day + timedelta(minutes=1)) == {only: 1}
    assert log.offset_at(topic, day + timedelta(days=1)) == {only: 3}


def test_a_waiting_read_is_woken_by_an_append_of_another_process(home, log):
    topic = new_topic(log)
    other = SPAWN.Process(target=append_elsewhere, args=(*home.opener(), topic, 1, "far"))
    other.start()
    assert values(from_start(log, topic, timeout=LONG)) == ["far0"]
    other.join()
    assert other.exitcode == 0


def test_a_read_without_records_ends_with_its_timeout(log):
    assert from_start(log, new_topic(log), timeout=timedelta(milliseconds=20)) == []


def test_an_interrupt_ends_a_wait_and_all_later_ones(log):
    topic = new_topic(log)
    found = []
    reader = threading.Thread(target=lambda: found.append(from_start(log, topic, timeout=LONG)))
    reader.start()
    log.interrupt()
    reader.join(timeout=10)
    assert found == [[]]
    assert log.interrupted
    assert from_start(log, topic, timeout=LONG) == []
    fill(log, topic, "a")
    assert values(from_start(log, topic, timeout=LONG)) == ["a"]


def test_two_processes_appending_at_once_leave_no_gap_and_keep_their_order(home, log):
    topic = new_topic(log)
    writers = [
        SPAWN.Process(target=append_elsewhere, args=(*home.opener(), topic, 50, key)) for key in ("a", "b")
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    found = from_start(log, topic)
    assert [r.offset for r in found] == list(range(100))
    for key in "ab":
        assert [v for v in values(found) if v[0] == key] == [f"{key}{n}" for n in range(50)]


def test_positions_of_a_group_are_read_back_by_another_process(home, log):
    topic = new_topic(log, partitions=2)
    assert log.committed("g", topic) == {}
    log.commit("g", {Partition(topic, 0): 5})
    log.commit("g", {Partition(topic, 0): 7, Partition(topic, 1): 1})
    assert home.open().committed("g", topic) == {Partition(topic, 0): 7, Partition(topic, 1): 1}
    assert log.committed("other", topic) == {}


def test_a_consumer_starts_at_the_earliest_record_and_goes_on_where_it_committed(home, log):
    topic = new_topic(log)
    fill(log, topic, "abc")
    first = log.subscribe("g", [topic])
    assert values(first.poll(max_records=2)) == ["a", "b"]
    first.commit()
    assert values(first.poll()) == ["c"]
    first.close()
    assert values(home.open().subscribe("g", [topic]).poll()) == ["c"]


def test_two_members_share_the_partitions_and_miss_nothing(home, log):
    topic = new_topic(log, partitions=4)
    one, two = log.subscribe("g", [topic]), home.open().subscribe("g", [topic])
    one.poll()
    for n in range(4):
        log.append([NewRecord(topic, "k", b"%d" % n, partition=n)])
    shares = [polled(member, 2) for member in (one, two)]
    assert sorted(map(len, shares)) == [2, 2]
    assert sorted(shares[0] + shares[1]) == ["0", "1", "2", "3"]


def test_a_member_that_leaves_hands_over_what_it_did_not_commit(home, log):
    topic = new_topic(log, partitions=2)
    for n in range(2):
        log.append([NewRecord(topic, "k", b"%d" % n, partition=n)])
    one, two = log.subscribe("g", [topic]), home.open().subscribe("g", [topic])
    one.poll()
    two.poll()
    one.close()
    read_to_the_end(log, topic, two)


def test_a_member_that_dies_is_replaced_and_its_late_commit_refused(home, log):
    topic = new_topic(log)
    fill(log, topic, "a")
    dead = log.subscribe("g", [topic])
    assert values(dead.poll()) == ["a"]
    home.let_leases_expire()
    heir = home.open().subscribe("g", [topic])
    assert values(heir.poll()) == ["a"]
    with pytest.raises(LogError, match="moved") as refused:
        dead.commit()
    assert refused.value.retryable
    heir.commit()
    assert log.committed("g", topic) == {Partition(topic, 0): 1}


def test_more_partitions_are_found_without_a_new_topic(home, log):
    topic = new_topic(log)
    fill(log, topic, "a")
    log.ensure_topics([TopicSpec(topic, partitions=3)])
    log.ensure_topics([TopicSpec(topic, partitions=2)])
    assert len(home.open().partitions(topic)) == 3
    assert values(from_start(log, topic)) == ["a"]


def test_offsets_cover_partitions_that_another_process_added(home, log):
    name = new_topic(log, partitions=1)
    assert log.earliest(name) == log.end(name) == {Partition(name, 0): 0}
    home.open().ensure_topics([TopicSpec(name, partitions=3)])
    assert log.earliest(name) == log.end(name) == {Partition(name, n): 0 for n in range(3)}


def test_a_commit_of_what_moved_is_refused_once_and_holds_nobody_up(home, log):
    topic = new_topic(log, partitions=2)
    for n in range(2):
        log.append([NewRecord(topic, "k", b"%d" % n, partition=n)])
    one = log.subscribe("g", [topic])
    polled(one, 2)
    two = home.open().subscribe("g", [topic])
    polled(two, 1)
    with pytest.raises(LogError, match="moved"):
        one.commit()
    one.commit()
    read_to_the_end(log, topic, one, two)
