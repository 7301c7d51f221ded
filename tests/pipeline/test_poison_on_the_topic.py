"""A record that nobody can read, amid what a collector wrote: its partition goes on, and it is kept whole."""

import asyncio
from datetime import timedelta

import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord, Partition
from connectors.log.location import LogLocation
from pipeline.collect import sinks
from pipeline.graph import GROUP, Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from tests.connectors.feeds.polled import polled
from tests.pipeline.test_cold_start import HOUR, STARTER, feed_of, launch
from transforms.records import Alert, DeadLetter, Position, decode

pytestmark = pytest.mark.slow
ONE = Partition(topics.ARTICLES, 0)


@pytest.fixture
def location(tmp_path):
    location = LogLocation(tmp_path / "log.sqlite")
    log = location.open()
    log.ensure_topics(topics.topic_specs(timedelta(days=400), 10**9, 1))
    log.close()
    return location


def collect(*published):
    """Return what a collector finds of these launches, those of the last hours."""

    async def run():
        async with polled() as one:
            one.server.answer("/feed", body=feed_of(launch(n, one.time.now - n * HOUR) for n in published))
            await one.poll()
            return one.sinks.articles

    return asyncio.run(run())


@pytest.mark.parametrize(
    ("poison", "reason"),
    [(b'{"id": \xff', "not-json"), (b"[]", "wrong-shape"), (b'{"schema": 99}', "newer-schema")],
)
def test_a_poison_record_stops_neither_its_partition_nor_what_comes_after_it(location, poison, reason):
    before, after = collect(1, 2), collect(3, 4)
    log = location.open()
    sinks(log).articles(before)
    log.append([NewRecord(topics.ARTICLES, "poison", poison, headers=(("from", b"a stranger"),))])
    sinks(log).articles(after)
    run_graph(Plan(location, {ONE: 0}, (STARTER,), "test", until={ONE: 5}))

    alerts = [decode(Alert, record.value) for record in scan(log, topics.ALERTS)]
    assert sorted(alert.incident.mission for alert in alerts) == [f"Starlink 1-{n}" for n in (2, 3, 4, 5)]
    [letter] = [decode(DeadLetter, record.value) for record in scan(log, topics.DEAD_LETTERS)]
    assert (letter.stage, letter.reason, letter.value) == ("decode", reason, poison)
    assert letter.position == Position(topics.ARTICLES, 0, 2)
    assert letter.headers == {"from": "a stranger"}
    assert log.committed(GROUP, topics.ARTICLES) == {ONE: 5}
    log.close()
