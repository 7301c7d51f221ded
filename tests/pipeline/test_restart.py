"""After a restart the states are rebuilt from the log, and what is written is what an unbroken run writes."""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.feeds.seed_files import Unreadable, read_seed_files
from connectors.log import topics
from connectors.log.interface import NewRecord, Partition, TopicSpec
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.rebuild import rebuild
from transforms.extract_events import extractor_of
from transforms.records import encode

ROOT = Path(__file__).parents[2]
SEEDS = [ROOT / "seeds" / part for part in ("ms19", "launches", "stations", "ordinary")]
RULES = (ROOT / "alerts" / "starter" / "rules.yaml",)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
OUTPUTS = (topics.DISPOSITIONS, topics.INCIDENTS, topics.ALERTS, topics.DEAD_LETTERS)


class Machine:
    """A log with the seeds on it, and the graph run over stretches of it."""

    def __init__(self, folder, partitions=1, *, sharded=False, model=None):
        self.sharded, self.model = sharded, model
        self.location = LogLocation(folder / "log.sqlite")
        self.log = self.location.open()
        names = (topics.ARTICLES, *OUTPUTS)
        self.log.ensure_topics(
            [TopicSpec(name, partitions if name == topics.ARTICLES else 1) for name in names]
        )
        articles = [a for a in read_seed_files(SEEDS) if not isinstance(a, Unreadable)]
        self.log.append([NewRecord(topics.ARTICLES, a.id, encode(a), appended=a.fetched) for a in articles])

    def run(self, start, until):
        plan = Plan(self.location, start, RULES, "test", until=until, model=self.model, sharded=self.sharded)
        run_graph(plan)

    def restart(self, start):
        extractor = extractor_of(None, self.model)
        return rebuild(self.log, start, LONG_AGO, extractor, lambda done, total: None, sharded=self.sharded)

    def written(self, topic):
        return [record.value for record in scan(self.log, topic)]

    def close(self):
        self.log.close()


@pytest.fixture
def machine(tmp_path):
    machines = []

    def make(name, partitions=1, **settings):
        (tmp_path / name).mkdir()
        machines.append(Machine(tmp_path / name, partitions, **settings))
        return machines[-1]

    yield make
    for each in machines:
        each.close()


def at(machine, offset):
    return {Partition(topics.ARTICLES, 0): offset}


@pytest.mark.parametrize("sharded", [False, True], ids=["single", "sharded"])
@pytest.mark.parametrize("cut", [1, 6, 20])
def test_a_restart_between_bundles_changes_nothing_that_is_written(machine, cut, sharded):
    unbroken, broken = machine("unbroken"), machine("broken", sharded=sharded)
    end = sum(unbroken.log.end(topics.ARTICLES).values())
    unbroken.run(at(unbroken, 0), at(unbroken, end))
    broken.run(at(broken, 0), at(broken, cut))
    assert broken.restart(at(broken, cut)).extracted_again == 0
    broken.run(at(broken, cut), at(broken, end))
    for topic in OUTPUTS:
        assert sorted(broken.written(topic)) == sorted(unbroken.written(topic))
    assert broken.written(topics.ALERTS) == unbroken.written(topics.ALERTS)
    assert len(broken.written(topics.ALERTS)) > 10


def test_a_kill_before_the_commit_writes_the_same_records_once_more(machine):
    unbroken, killed = machine("unbroken"), machine("killed")
    end = sum(unbroken.log.end(topics.ARTICLES).values())
    unbroken.run(at(unbroken, 0), at(unbroken, end))
    killed.run(at(killed, 0), at(killed, 20))
    killed.restart(at(killed, 12))
    killed.run(at(killed, 12), at(killed, end))
    for topic in OUTPUTS:
        assert set(killed.written(topic)) == set(unbroken.written(topic))
        assert len(killed.written(topic)) >= len(unbroken.written(topic))


def test_events_of_another_profile_are_found_again(machine, parser_model):
    one = machine("one", model=parser_model)
    one.run(at(one, 0), at(one, 12))
    extracted = [v for v in one.written(topics.DISPOSITIONS) if b'"stage":"extract"' in v]
    assert all(b'"profile":"parser"' in v for v in extracted)
    assert one.restart(at(one, 12)).extracted_again == 0
    one.model = None
    assert one.restart(at(one, 12)).extracted_again == len(extracted) > 0


def test_a_run_commits_what_it_has_written_and_no_more(machine):
    one = machine("one")
    one.run(at(one, 0), at(one, 7))
    assert one.log.committed("process", topics.ARTICLES) == at(one, 7)


@pytest.mark.parametrize("partitions", [4, 16])
def test_more_partitions_give_the_same_incidents_and_alerts(machine, partitions):
    single, spread = machine("single"), machine("spread", partitions)
    for each in (single, spread):
        each.run(each.log.earliest(topics.ARTICLES), each.log.end(topics.ARTICLES))
    for topic in (topics.INCIDENTS, topics.ALERTS):
        assert without_places(spread.written(topic)) == without_places(single.written(topic))


def without_places(values):
    """Return the records sorted, without the one thing that partitions change: where the article lies."""
    return sorted(re.sub(rb'"position":\[[^]]*\]', b"", value) for value in values)
