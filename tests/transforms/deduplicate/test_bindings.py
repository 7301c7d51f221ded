"""Both bindings give the verdicts of the core on the same articles in the same order, on the runner (I14)."""

from datetime import timedelta

import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord, TopicSpec
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from tests.transforms.deduplicate.invented import history
from transforms.deduplicate import Deduplicator
from transforms.deduplicate.verdict import disposition_of
from transforms.extract.vocabulary import decisive_of
from transforms.records import Disposition, decode, encode

pytestmark = pytest.mark.slow


def verdicts_of_graph(folder, intakes, sharded):
    location = LogLocation(folder / f"{sharded}.sqlite")
    log = location.open()
    names = (topics.ARTICLES, topics.DISPOSITIONS, topics.INCIDENTS, topics.ALERTS, topics.DEAD_LETTERS)
    log.ensure_topics([TopicSpec(name) for name in names])
    log.append([NewRecord(topics.ARTICLES, i.article.id, encode(i.article), appended=i.at) for i in intakes])
    start, until = log.earliest(topics.ARTICLES), log.end(topics.ARTICLES)
    run_graph(Plan(location, start, (), "test", until=until, sharded=sharded))
    found = [decode(Disposition, r.value) for r in scan(log, topics.DISPOSITIONS)]
    log.close()
    return sorted((verdict(d) for d in found if d.stage == "deduplicate"), key=str)


def verdict(disposition):
    return (disposition.at, disposition.article_id, disposition.reason, disposition.of, disposition.detail)


def verdicts_of_core(intakes):
    judge = Deduplicator(decisive_of(None)).judge
    found = [disposition_of(v) for each in intakes for v in judge(each)]
    return sorted((verdict(decode(Disposition, encode(d))) for d in found), key=str)


def test_both_bindings_give_the_verdicts_of_the_core(tmp_path):
    told = [i for seed in range(25) for _, i in history(seed, timedelta(days=1))]
    told = [i._replace(at=i.at.replace(microsecond=0)) for i in sorted(told + told[::7], key=lambda i: i.at)]
    expected = verdicts_of_core(told)
    assert {reason for _, _, reason, _, _ in expected} >= {"new", "update", "duplicate", "repeat", "revision"}
    assert verdicts_of_graph(tmp_path, told, sharded=False) == expected
    assert verdicts_of_graph(tmp_path, told, sharded=True) == expected
