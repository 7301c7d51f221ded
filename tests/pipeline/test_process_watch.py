"""What the thread beside the graph shows of the log."""

from datetime import timedelta

from connectors.log import topics
from connectors.log.interface import NewRecord, Partition
from connectors.log.sqlite_log import SqliteLog
from pipeline.dead_letter_count import OpenLetters
from pipeline.graph import GROUP
from pipeline.metrics import REGISTRY
from pipeline.process_watch import show_lag


def test_the_lag_counts_what_is_not_judged_and_dead_letters_count_as_long_as_they_are_kept(tmp_path):
    log = SqliteLog(tmp_path / "log.sqlite")
    log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
    log.append([NewRecord(topics.ARTICLES, str(n), b"article") for n in range(5)])
    log.append([NewRecord(topics.DEAD_LETTERS, str(n), b"letter") for n in range(3)])
    log.commit(GROUP, {Partition(topics.ARTICLES, 0): 2})
    show_lag(log, OpenLetters())
    log.close()
    lag = REGISTRY.get_sample_value("missionwire_lag_records", {"topic": topics.ARTICLES})
    assert (lag, REGISTRY.get_sample_value("missionwire_dead_letters")) == (3, 3)
