"""A topic is read up to its end, or it is said that it was not."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.log.interface import LogError, NewRecord, TopicSpec
from connectors.log.sqlite_log import SqliteLog
from pipeline.log_scan import scan

NOW = datetime(2030, 1, 1, tzinfo=UTC)


class ForgetfulLog(SqliteLog):
    """Has records, and gives none, as a client does whose broker is silent."""

    def read(self, *_, **__):
        return []


@pytest.fixture
def topic(tmp_path):
    log = SqliteLog(tmp_path / "log.sqlite", lambda: NOW)
    log.ensure_topics([TopicSpec("news", retention=timedelta(hours=1))])
    log.append([NewRecord("news", "k", b"%d" % n) for n in range(3)])
    yield log
    log.close()


def test_what_retention_has_taken_is_passed_over(topic):
    start = topic.earliest("news")
    topic.sweep(NOW + timedelta(hours=2))
    assert list(scan(topic, "news", start, topic.end("news"))) == []


def test_records_that_do_not_come_are_missed_aloud(topic, tmp_path):
    log = ForgetfulLog(tmp_path / "log.sqlite")
    with pytest.raises(
        LogError, match="news, partition 0 at 0: no records come, and it goes on to 3"
    ) as failed:
        list(scan(log, "news"))
    assert failed.value.retryable
    log.close()


def test_a_stop_ends_it_without_a_word(topic, tmp_path):
    log = ForgetfulLog(tmp_path / "log.sqlite")
    log.interrupt()
    assert list(scan(log, "news")) == []
    log.close()
