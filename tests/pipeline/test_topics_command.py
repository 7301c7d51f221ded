"""`missionwire topics` shows what a real Kafka has otherwise than configured, before it changes it."""

import re
import subprocess
import sys

import pytest

from connectors.log import kafka_topics
from connectors.log.kafka_client import ConfigResource, ConfigResourceType
from connectors.log.location import KafkaLocation
from pipeline import cli
from tests.cluster.kafka import Kafka
from tests.cluster.ports import free_ports
from tests.conftest import running

CONFIG = """\
data_dir: {folder}/data
log:
  partitions: {partitions}
  {kafka}
collect: {{feeds: [{{url: "https://nobody.example/feed", publisher: Nobody}}]}}
receivers: [{{name: screen, kind: terminal}}]
routes: [{{receivers: [screen]}}]
"""


def configuration(folder, broker, partitions=1):
    kafka = f'kafka: {{brokers: ["{broker}"], security: plaintext, replication: 1}}' if broker else ""
    return CONFIG.format(folder=folder, partitions=partitions, kafka=kafka)


@pytest.fixture(scope="module")
def kafka(servers):
    """Return a broker of our own: the topics have the same names everywhere."""
    with running(Kafka(servers / "kafka-topics")) as kafka:
        yield kafka


@pytest.fixture
def asked(tmp_path, capsys):
    """Return a way to run the command, which gives exit code, output and errors."""

    def run(action, brokers, partitions=1):
        config = tmp_path / "missionwire.yaml"
        config.write_text(configuration(tmp_path, brokers, partitions))
        code = cli.main(["topics", *action.split(), "--config", str(config)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


def test_topics_are_shown_made_and_changed(kafka, asked):
    (broker,) = kafka.brokers
    code, out, _ = asked("check", broker, partitions=2)
    assert (code, "articles: missing, should have 2 partitions" in out) == (1, True)

    code, out, err = asked("apply", broker, partitions=2)
    assert (code, err) == (1, "topics: nothing changed; without a terminal to ask, say --yes\n")
    assert asked("check", broker, partitions=2)[0] == 1

    code, out, _ = asked("apply --yes", broker, partitions=2)
    assert (code, out.splitlines()[-1]) == (0, "topics: as configured")
    assert asked("check", broker, partitions=2) == (0, "topics: as configured\n", "")

    an_operators_hand(broker, "incidents", {"retention.ms": "1000", "cleanup.policy": "delete"})
    code, out, _ = asked("check", broker, partitions=3)
    assert code == 1
    assert "articles: partitions is 2, should be 3\n" in out
    assert "incidents: cleanup.policy is delete, should be compact\n" in out
    assert asked("apply --yes", broker, partitions=3)[0] == 0
    assert asked("check", broker, partitions=3)[0] == 0

    code, out, _ = asked("apply --yes", broker, partitions=1)
    assert code == 1
    assert "articles: partitions is 3, should be 1 (cannot be changed here)\n" in out


def an_operators_hand(broker, topic, settings):
    location = KafkaLocation((broker,), 1, "plaintext")
    with kafka_topics.administration(location) as admin:
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, settings)])


def test_a_broker_that_is_away_is_said_in_a_line(tmp_path):
    broker = f"127.0.0.1:{free_ports(1)[0]}"
    config = tmp_path / "missionwire.yaml"
    config.write_text(configuration(tmp_path, broker))
    command = [sys.executable, "-m", "pipeline.cli", "topics", "check", "--config", str(config)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=100)
    assert (done.returncode, done.stdout) == (1, "")
    assert re.fullmatch(rf"missionwire: topics at {broker}: .*no broker answers.*\n", done.stderr)


def test_the_embedded_log_needs_no_topics(asked):
    code, out, _ = asked("apply --yes", None)
    assert (code, "it makes its topics itself" in out) == (0, True)
