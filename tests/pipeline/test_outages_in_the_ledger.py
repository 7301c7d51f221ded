"""Six hours without answers, be it the host's fault or ours: the ledger has no gap and no overlap."""

import asyncio
from datetime import timedelta
from types import SimpleNamespace

import pytest

from alerts.ledger import Ledger
from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.plan import Route
from connectors.log import topics
from connectors.log.interface import NewRecord
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from tests.alerts.notify.conftest import Clock, Counted, FakeReceiver, FakeTopic
from tests.alerts.notify.test_notifier import notifier, run
from tests.connectors.feeds.collector_bench import KilledError
from tests.connectors.feeds.polled import polled
from tests.connectors.feeds.scripted_server import head
from tests.pipeline.test_cold_start import HOUR, STARTER, feed_of, launch
from transforms.records import Alert, Disposition, decode, encode

pytestmark = pytest.mark.slow
DAY, OUTAGE = range(24), range(8, 14)


class Wire:
    """A feed that has a launch each hour and shows the last twenty; `away` makes its host fail."""

    def __init__(self, one):
        self.one, self.began, self.away = one, one.time.now, False
        one.server.scripts["/feed"] = self.answer

    async def answer(self, writer, asked):
        hours = range((self.one.time.now - self.began) // HOUR + 1)
        body = feed_of(launch(n, self.began + n * HOUR) for n in reversed(hours[-20:]))
        writer.write(head(503, length=0) if self.away else head(200, length=len(body)) + body)

    async def poll_until(self, hour):
        await self.one.poll_for(self.began + hour * HOUR - self.one.time.now)


async def host_fails(one):
    """Poll through six hours in which the host answers 503."""
    wire = Wire(one)
    await wire.poll_until(OUTAGE.start)
    wire.away = True
    await wire.poll_until(OUTAGE.stop)
    wire.away = False
    await wire.poll_until(DAY.stop - 0.1)


async def we_fail(one):
    """Be killed with articles on the log and no state saved, and come back after six hours."""
    wire = Wire(one)
    await wire.poll_until(OUTAGE.start - 0.01)
    one.time.now = wire.began + OUTAGE.start * HOUR
    one.states.broken = KilledError()
    with pytest.raises(KilledError):
        await one.collector.poll(one.feed)
    await one.collector.close()

    one.time.now = wire.began + OUTAGE.stop * HOUR
    one.states.broken = None
    wire.one = one.restarted()
    await wire.one.collector.load()
    await wire.poll_until(DAY.stop - 0.1)
    await wire.one.collector.close()


class Machine:
    """What lies behind a collector, over one log and one outbox: the graph, and the notifier."""

    def __init__(self, folder):
        self.location = LogLocation(folder / "log.sqlite")
        self.desk, self.alerts = FakeReceiver(), FakeTopic()
        self.log = self.location.open()
        self.log.ensure_topics(topics.topic_specs(timedelta(days=400), 10**9, 1))
        self.access = OutboxAccess(f"sqlite:///{folder}/outbox.db")
        self.access.create_tables()
        self.ledger = Ledger(self.access)

    def work(self, articles):
        self.log.append([NewRecord(topics.ARTICLES, a.id, encode(a), appended=a.fetched) for a in articles])
        start, until = self.log.earliest(topics.ARTICLES), self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, start=start, rules=(STARTER,), code_version="test", until=until))
        self.alerts.append(*self.on(topics.ALERTS))
        store = SimpleNamespace(outbox=Outbox(self.access), ledger=self.ledger)
        clock, make = Clock(), SimpleNamespace(counted=Counted)
        run(notifier(make, clock, store, self.alerts, self.desk, routes=(Route(("desk",)),)), clock)

    def on(self, topic):
        return [record.value for record in scan(self.log, topic)]

    def close(self):
        self.access.close()
        self.log.close()


@pytest.fixture
def machine(tmp_path):
    machine = Machine(tmp_path)
    yield machine
    machine.close()


def collected(script):
    async def play():
        async with polled() as one:
            await script(one)
            return one.sinks.articles, [change.state for change in one.sinks.health]

    return asyncio.run(play())


@pytest.mark.parametrize(
    ("script", "states", "repeats"), [(host_fails, ["ok", "failing", "ok"], 0), (we_fail, ["ok"], 1)]
)
def test_the_ledger_has_each_launch_once_through_an_outage_of_six_hours(machine, script, states, repeats):
    articles, told_of_feed = collected(script)
    assert told_of_feed == states
    assert sorted({int(a.url.rsplit("/", 1)[1]) for a in articles}) == list(DAY)
    assert len(articles) == len(DAY) + repeats
    machine.work(articles)

    verdicts = [decode(Disposition, value) for value in machine.on(topics.DISPOSITIONS)]
    judged = [verdict.verdict for verdict in verdicts if verdict.stage == "deduplicate"]
    assert (judged.count("kept"), judged.count("folded")) == (len(DAY), repeats)
    alerts = [decode(Alert, value) for value in machine.on(topics.ALERTS)]
    assert [len(machine.ledger.ledger_of(alert.id)) for alert in alerts] == [1] * len(DAY)
    assert machine.ledger.counts().states == {("desk", "sent"): len(DAY)}
    assert len({told.rendered.subject for told in machine.desk.taken}) == len(machine.desk.taken) == len(DAY)
