"""A broker that is killed or held still, while it is written to and read from: a wait, and nothing lost."""

import contextlib
import gc
import logging
import random
import threading
from collections import deque
from datetime import timedelta

import pytest

from connectors.log import kafka_client
from connectors.log.interface import LogError, NewRecord, Partition
from connectors.log.kafka_client import ConfigResource, ConfigResourceType
from connectors.log.kafka_log import KafkaLog
from connectors.log.kafka_topics import administration
from connectors.log.location import KafkaLocation
from connectors.log.patience import append_patiently
from pipeline.log_scan import scan
from tests.cluster.kafka import Kafka
from tests.conftest import running
from tests.connectors.log.test_contract import LONG, fill, new_topic, values
from tests.connectors.log.test_kafka_security import LEFT_OPEN

pytestmark = [pytest.mark.usefixtures("servers"), pytest.mark.filterwarnings(LEFT_OPEN)]

SHORT = timedelta(milliseconds=50)
BATCH = 20
ALL = [str(n) for n in range(2000)]


@pytest.fixture(scope="module")
def kafka(tmp_path_factory):
    with running(Kafka(tmp_path_factory.mktemp("kafka"))) as kafka:
        yield kafka


@pytest.fixture
def log(kafka, monkeypatch):
    monkeypatch.setattr(kafka_client, "REQUEST_S", 4)
    log = KafkaLog(KafkaLocation(tuple(kafka.brokers), 1, "plaintext"))
    yield log
    log.close()
    gc.collect()


def killed(kafka):
    kafka.kill()
    kafka.start()


def held_still(kafka):
    """Hold the broker still until somebody has given up waiting for it once."""
    gave_up, words = threading.Event(), logging.getLogger("missionwire.log")
    watcher = logging.Handler()
    watcher.emit = lambda _: gave_up.set()
    words.addHandler(watcher)
    with silent(kafka):
        assert gave_up.wait(LONG.total_seconds())
    words.removeHandler(watcher)


@contextlib.contextmanager
def silent(kafka):
    """Hold the broker still for the block."""
    kafka.pause()
    try:
        yield
    finally:
        kafka.resume()


def patiently(act, *what, **how):
    """Return what it gives, asked again while it says that waiting may help."""
    while True:
        try:
            return act(*what, **how)
        except LogError as e:
            if not e.retryable:
                raise


class Writer(threading.Thread):
    """Appends all values in batches; `half` is set when half of them are there."""

    def __init__(self, log, topic):
        super().__init__(daemon=True)
        self.log, self.topic, self.half = log, topic, threading.Event()

    def run(self):
        for first in range(0, len(ALL), BATCH):
            records = [NewRecord(self.topic, "k", value.encode()) for value in ALL[first : first + BATCH]]
            append_patiently(self.log, records, SHORT)
            if first == len(ALL) // 2:
                self.half.set()


@pytest.mark.parametrize("fault", [killed, held_still])
def test_what_is_written_through_a_fault_is_all_there_and_in_order(kafka, log, fault):
    topic = new_topic(log)
    writer = Writer(log, topic)
    writer.start()
    assert writer.half.wait(LONG.total_seconds())
    fault(kafka)
    writer.join(2 * LONG.total_seconds())
    assert not writer.is_alive()
    # an append that failed may have been kept, and came again
    assert list(dict.fromkeys(read_to_end(log, topic))) == ALL


def read_to_end(log, topic, found=()):
    (end,) = patiently(log.end, topic).values()
    found = list(found)
    while len(found) < end:
        found += values(patiently(log.read, {Partition(topic, 0): len(found)}, timeout=LONG))
    return found


def test_a_reader_goes_on_where_it_was_after_the_broker_was_killed(kafka, log):
    topic = new_topic(log)
    fill(log, topic, ALL)
    first = log.read({Partition(topic, 0): 0}, max_records=100, timeout=LONG)
    killed(kafka)
    assert read_to_end(log, topic, values(first)) == ALL


def test_a_member_gets_each_record_through_a_killed_broker_and_can_commit(kafka, log):
    topic = new_topic(log)
    fill(log, topic, ALL)
    member = log.subscribe("group", [topic])
    found = values(member.poll(max_records=100, timeout=LONG))
    member.commit()
    killed(kafka)
    patiently(fill, log, topic, ["last"])
    while "last" not in found:
        found += values(patiently(member.poll, timeout=LONG))
    assert list(dict.fromkeys(found)) == [*ALL, "last"]
    patiently(member.commit)
    assert patiently(log.committed, "group", topic) == log.end(topic)


def test_a_log_can_be_closed_while_the_broker_is_silent(kafka, log):
    topic = new_topic(log)
    fill(log, topic, "a")
    log.subscribe("group", [topic]).poll(timeout=LONG)
    with silent(kafka):
        closing = threading.Thread(target=log.close, daemon=True)
        closing.start()
        closing.join(LONG.total_seconds())
        assert not closing.is_alive()


def test_half_of_a_topic_does_not_pass_for_the_whole_when_the_broker_falls_silent(kafka, log):
    topic = new_topic(log)
    large = random.Random(1).randbytes(kafka_client.FETCH_BYTES)
    log.append([NewRecord(topic, "k", large) for _ in range(8)])  # more than is fetched ahead
    records = scan(log, topic)
    next(records)
    with silent(kafka), pytest.raises(LogError, match=topic):
        deque(records)


def test_a_silent_broker_is_named_and_worth_another_try(kafka, log):
    topic = new_topic(log)
    fill(log, topic, "a")
    why = f"appending to {topic} at {kafka.brokers[0]}: .*no broker answers"
    with silent(kafka), pytest.raises(LogError, match=why) as failed:
        fill(log, topic, "b")
    assert failed.value.retryable


def test_a_record_that_the_brokers_find_too_large_is_refused_for_good(log):
    topic = new_topic(log)
    with administration(log.location) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, {"max.message.bytes": "2000"})])
    with pytest.raises(LogError, match=f"{topic}.*TooLarge.*refused by the brokers") as refused:
        log.append([NewRecord(topic, "k", random.Random(1).randbytes(4000))])
    assert not refused.value.retryable
