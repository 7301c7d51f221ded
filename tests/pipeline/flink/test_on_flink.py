"""The graph on a real Flink over a real Kafka does what it does in this process over SQLite."""

import re
from functools import partial
from operator import attrgetter
from pathlib import Path

import msgspec
import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord, TopicSpec
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from tests.bench.replay_speed import invented
from tests.cluster.kafka import Kafka
from tests.conftest import running
from tests.pipeline.flink.job import Deployment, judged, seeds, until_judged
from transforms.records import Disposition, decode, encode

# several starts and stops of a job, on a machine that does other things too
pytestmark = pytest.mark.timeout(400)
RELEASES = sorted((Path(__file__).parent / "savepoints").iterdir())  # see record_savepoint.py
OUTPUTS = (topics.DISPOSITIONS, topics.INCIDENTS, topics.ALERTS)


@pytest.fixture
def deployed(tmp_path, flink):
    """Return a way to deploy onto a Kafka of the test's own: all deployments have the same topics."""
    made = []
    with running(Kafka(tmp_path / "kafka")) as kafka:

        def deploy(**given):
            made.append(Deployment(tmp_path, kafka, flink, **given))
            return made[-1]

        yield deploy
        for each in made:
            each.command("stop")
            each.close()


def locally(folder, articles, rules):
    """Run the graph over the articles in this process; return what is on each topic."""
    location = LogLocation(folder / "local.sqlite")
    log = location.open()
    log.ensure_topics([TopicSpec(name) for name in (topics.ARTICLES, topics.DEAD_LETTERS, *OUTPUTS)])
    log.append([NewRecord(topics.ARTICLES, a.id, encode(a), appended=a.fetched) for a in articles])
    start, until = log.earliest(topics.ARTICLES), log.end(topics.ARTICLES)
    run_graph(Plan(location, start, rules, "0", until=until))
    return {name: [r.value for r in scan(log, name)] for name in OUTPUTS}


def _holds(wanted, records):
    return len({r.value for r in records}) >= len(wanted)


def test_five_thousand_articles_give_the_same_incidents_and_alerts(tmp_path, deployed):
    articles = sorted(seeds() + invented(5000 - len(seeds())), key=lambda a: a.fetched)
    deployment = deployed()
    deployment.append(articles)
    expected = locally(tmp_path, articles, deployment.settings.rule_paths)
    assert deployment.command("submit", "--afresh")[0] == 0
    for topic in OUTPUTS:
        wanted = set(expected[topic])
        found = deployment.written(topic, partial(_holds, wanted))
        assert {r.value for r in found} == wanted
    assert len(expected[topics.ALERTS]) > 100


def test_a_job_is_stopped_and_goes_on_with_its_state_and_finds_new_partitions(deployed):
    articles = seeds()
    half = len(articles) // 2
    deployment = deployed(partitions=2, parallelism=2)
    deployment.append(articles[:half])
    code, _, words = deployment.command("submit", "--afresh")
    assert (code, "from the beginning of the log" in words) == (0, True)
    deployment.written(topics.DISPOSITIONS, until_judged(half))

    code, said, _ = deployment.command("status")
    assert code == 0
    assert re.search(r"^state +RUNNING$", said, re.MULTILINE)
    assert "submitting" not in deployment.command("submit")[2]

    deployment.configure(partitions=3)
    deployment.append(articles[half:], partition=2)
    deployment.written(topics.DISPOSITIONS, until_judged(len(articles)))

    code, savepoint, words = deployment.command("stop")
    assert code == 0, words
    assert deployment.command("status")[0] == 1
    deployment.configure(partitions=3, parallelism=1)
    again = msgspec.structs.replace(articles[0], id="0" * 32)
    deployment.append([again])
    code, _, words = deployment.command("submit")
    assert (code, savepoint.strip() in words) == (0, True), words
    records = deployment.written(topics.DISPOSITIONS, until_judged(len(articles) + 1))
    assert [(d.verdict, d.reason) for d in map(_disposition, records) if d.article_id == "0" * 32] == [
        ("folded", "repeat")
    ]
    assert len(judged(records)) == len(articles) + 1


# What 0.1.0 remembered of articles has another layout, and is not taken over; what it told of incidents is.
FORGOTTEN = {"0.1.0"}


@pytest.mark.parametrize("release", RELEASES, ids=attrgetter("name"))
def test_a_job_goes_on_from_the_savepoint_of_a_release(deployed, release):
    articles = seeds()
    half = len(articles) // 2
    deployment = deployed(partitions=2, parallelism=2)
    deployment.append(articles[:half])
    deployment.configure()  # a log that knows no time yet, so that the repeat comes as soon as it says
    again = msgspec.structs.replace(articles[0], id="0" * 32)
    deployment.append([again, *articles[half:]])
    code, _, words = deployment.command("submit", "--savepoint", release.as_uri())
    assert code == 0, words
    new = 1 + len(articles) - half
    records = deployment.written(topics.DISPOSITIONS, until_judged(new))
    found = [d for d in map(_disposition, records) if d.article_id == again.id]
    folded = ("kept", "new") if release.name in FORGOTTEN else ("folded", "repeat")
    assert [(d.verdict, d.reason) for d in found if d.stage == "deduplicate"] == [folded]
    assert not [d for d in found if d.verdict == "fired"]
    assert {d.article_id for d in map(_disposition, records) if d.stage == "deduplicate"} == {
        again.id,
        *(a.id for a in articles[half:]),
    }


def _disposition(record):
    return decode(Disposition, record.value)
