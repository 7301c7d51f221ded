"""No share of a topic runs ahead of the others in event time by more than the slack."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.alignment import Alignment
from connectors.log.interface import NewRecord, Partition, TopicSpec
from connectors.log.sqlite_log import SqliteLog

DAY = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
SLOW, FAST = Partition("articles", 0), Partition("articles", 1)


@pytest.fixture
def log(tmp_path):
    log = SqliteLog(tmp_path / "log.sqlite")
    log.ensure_topics([TopicSpec("articles", 2)])
    for hour in range(48):
        for partition in (SLOW, FAST):
            where = {"partition": partition.partition, "appended": DAY + hour * HOUR}
            log.append([NewRecord("articles", "k", b"", **where)])
    yield log
    log.close()


def aligned(log):
    return Alignment(log, "articles", "g", 6 * HOUR)


def test_a_share_waits_where_the_slowest_is_the_slack_behind(log):
    log.commit("g", {SLOW: 10, FAST: 16})
    alignment = aligned(log)
    assert alignment.allows(DAY + 16 * HOUR)
    assert not alignment.allows(DAY + 16.1 * HOUR)
    log.commit("g", {SLOW: 12})
    assert alignment.allows(DAY + 18 * HOUR)


def test_the_slowest_share_is_always_let_on(log):
    log.commit("g", {SLOW: 10, FAST: 40})
    assert aligned(log).allows(DAY + 10 * HOUR)


def test_a_share_that_has_not_begun_holds_the_others(log):
    log.commit("g", {FAST: 0})
    alignment = aligned(log)
    assert alignment.allows(DAY + 6 * HOUR)
    assert not alignment.allows(DAY + 7 * HOUR)


def test_what_is_done_to_its_end_holds_nobody(log):
    log.commit("g", {SLOW: 48, FAST: 20})
    assert aligned(log).allows(DAY + 20 * HOUR)
    log.commit("g", {FAST: 48})
    assert aligned(log).allows(DAY + 500 * HOUR)


def test_a_partition_whose_records_have_all_gone_holds_nobody(tmp_path):
    log = SqliteLog(tmp_path / "swept.sqlite")
    log.ensure_topics([TopicSpec("articles", 2, retention=6 * HOUR)])
    log.append([NewRecord("articles", "k", b"", partition=0, appended=DAY)])
    log.append([NewRecord("articles", "k", b"", partition=1, appended=DAY + 30 * HOUR)])
    log.sweep(DAY + 31 * HOUR)
    log.commit("g", {SLOW: 0, FAST: 0})
    assert aligned(log).allows(DAY + 30 * HOUR)
    log.close()


def test_the_log_is_asked_a_few_times_in_the_slack_and_not_for_each_record(log):
    asked = []

    class Counting:
        def __getattr__(self, name):
            asked.append(name)
            return getattr(log, name)

    log.commit("g", {SLOW: 48, FAST: 48})
    alignment = Alignment(Counting(), "articles", "g", 6 * HOUR)
    for minute in range(12 * 60):
        assert alignment.allows(DAY + timedelta(minutes=minute))
    assert asked.count("offset_at") <= 5
