"""Kafka of the local cluster: one broker, killed and started again with what it had."""

import pytest
from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer
from kafka.admin import NewTopic

from tests.cluster.kafka import Kafka
from tests.cluster.part import NotReadyError


@pytest.fixture
def kafka(servers):
    kafka = Kafka(servers / "kafka-to-kill")
    yield kafka
    kafka.stop()


def values(brokers, topic):
    consumer = KafkaConsumer(topic, bootstrap_servers=brokers, auto_offset_reset="earliest", group_id=None)
    try:
        polled = consumer.poll(timeout_ms=30_000)
        return [record.value for records in polled.values() for record in records]
    finally:
        consumer.close()


def test_it_keeps_its_records_and_its_address_over_a_kill(kafka):
    kafka.start()
    brokers, pid = list(kafka.brokers), kafka.pid
    admin = KafkaAdminClient(bootstrap_servers=brokers)
    admin.create_topics([NewTopic("t", 1, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=brokers, acks="all")
    producer.send("t", b"kept").get(timeout=30)
    producer.close()

    kafka.kill()
    assert not kafka.alive()
    kafka.start()

    assert (kafka.brokers, kafka.pid == pid) == (brokers, False)
    assert values(brokers, "t") == [b"kept"]


def test_a_broker_that_cannot_start_shows_the_end_of_its_log(servers):
    kafka = Kafka(servers / "kafka-broken", {"log.cleaner.threads": "-7"})
    kafka.format = lambda: None
    with pytest.raises(
        NotReadyError, match=r"(?s)kafka: ended; the end of .*kafka.log:.*log.cleaner.threads"
    ):
        kafka.start()
    assert not kafka.alive()
