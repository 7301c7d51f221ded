"""Builders and fakes for what is told: alerts, a clock that moves on demand, receivers with switches."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import msgspec
import pytest

from alerts.ledger import Ledger
from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.receivers.outcome import Delivered
from tests.cluster.databases import BOTH
from transforms.records import Alert, Change, EventTime, Evidence, Incident, Report, deterministic_id

START = datetime(2021, 10, 5, 12, 22, tzinfo=UTC)


def report(publisher="Orbit Post", quote="docked by hand", url="https://orbit.example/a", **more):
    values = {
        "article_id": f"article of {publisher}",
        "event_id": "event",
        "publisher": publisher,
        "lineage": publisher,
        "status": "occurred",
        "confidence": 0.9,
        "received": START,
        "evidence": Evidence(quote, 0, len(quote)),
        "url": url,
    }
    return Report(**(values | more))


def incident(ident="incident-1", version=1, **more):
    values = {
        "id": ident,
        "version": version,
        "pack": "space",
        "type": "docking_anomaly",
        "occurrence": 1,
        "status": "occurred",
        "changes": (Change("opened"),),
        "cause": "article",
        "at": START,
        "opened": START,
        "reports": (report(),),
        "confidence": 0.9,
        "independent_sources": 1,
        "mission": "Soyuz MS-19",
        "time": EventTime(START, "minute", "explicit"),
    }
    return Incident(**(values | more))


def alert(
    rule="docking-anomaly", severity="critical", summary="Soyuz MS-19: docking trouble", of=None, **more
):
    of = of or incident()
    values = {
        "id": more.get("id") or deterministic_id(of.id, of.version, rule),
        "rule": rule,
        "rule_version": "v1",
        "severity": severity,
        "summary": summary,
        "incident": of,
        "at": START,
        "fetched": START - timedelta(seconds=2),
        "published": START - timedelta(minutes=5),
    }
    return Alert(**(values | more))


class Clock:
    """A time that moves only when it is told to, or when somebody sleeps."""

    def __init__(self):
        self.now = START

    def __call__(self):
        return self.now

    def forward(self, **delta):
        self.now += timedelta(**delta)

    async def sleep(self, seconds):
        self.now += timedelta(seconds=seconds)


class Counted:
    """An observer that keeps what it was told."""

    def __init__(self):
        self.sent, self.hidden, self.faults = [], [], []

    def notified(self, receiver, fetch_to_notify_s, publish_to_notify_s):
        self.sent.append((receiver, fetch_to_notify_s, publish_to_notify_s))

    def suppressed(self, reason):
        self.hidden.append(reason)

    def failed(self, reason, receiver=None):
        self.faults.append(reason)


class FakeReceiver:
    """Takes messages into `taken`; `answers` are used up before the default."""

    concurrency = 4

    def __init__(self, name="desk", answers=(), on_unknown="resend"):
        self.name, self.on_unknown = name, on_unknown
        self.answers, self.taken = list(answers), []

    async def send(self, notification):
        answer = self.answers.pop(0) if self.answers else Delivered()
        if isinstance(answer, BaseException):
            raise answer
        if isinstance(answer, Delivered):
            self.taken.append(notification)
        return answer

    async def close(self):
        self.closed = True


class FakeTopic:
    """A partition with a group's position, which outlives its consumers."""

    def __init__(self):
        self.values, self.committed = [], 0

    def append(self, *records):
        self.values += [r if isinstance(r, bytes) else msgspec.json.encode(r) for r in records]

    def consumer(self):
        return FakeConsumer(self)


class FakeConsumer:
    def __init__(self, topic):
        self.topic, self.position = topic, topic.committed

    def poll(self, *, max_records=500, timeout=timedelta(0)):
        values = list(enumerate(self.topic.values))[self.position : self.position + max_records]
        self.position += len(values)
        return [
            SimpleNamespace(topic="alerts", partition=0, offset=i, value=v, headers=(("trace", b"t"),))
            for i, v in values
        ]

    def commit(self):
        self.topic.committed = self.position


@pytest.fixture
def make():
    return SimpleNamespace(
        alert=alert,
        incident=incident,
        report=report,
        receiver=FakeReceiver,
        topic=FakeTopic,
        counted=Counted,
        start=START,
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture(params=BOTH)
def database(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'outbox.db'}"
    return request.getfixturevalue("database_url")


@pytest.fixture
def open_outbox(database):
    opened = []

    def open_it(**options):
        access = OutboxAccess(database, **options)
        access.create_tables()
        opened.append(access)
        return SimpleNamespace(access=access, outbox=Outbox(access), ledger=Ledger(access))

    yield open_it
    for access in opened:
        access.close()


@pytest.fixture
def store(open_outbox):
    return open_outbox()
