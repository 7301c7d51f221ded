"""The notifier: nothing lost, nothing doubled, whatever breaks and whenever it stops."""

import asyncio
import random
import sqlite3
from datetime import timedelta

import pytest

from alerts.notifier import Notifier
from alerts.plan import Route
from alerts.receivers.outcome import Delivered, Refused, Retry, Unknown
from transforms.records import Alert, decode

DESK = (Route(("desk",)),)


class LogFaultError(Exception):
    def __init__(self, retryable=True):
        super().__init__("the log is busy")
        self.retryable = retryable


class Crash(BaseException):
    """Stands for kill -9: nothing after it runs."""


def notifier(make, clock, store, topic, *receivers, letters=None, counted=None, **more):
    values = {
        "consumer": topic.consumer(),
        "outbox": store.outbox,
        "ledger": store.ledger,
        "routes": DESK,
        "receivers": receivers,
        "dead_letter": (letters if letters is not None else []).append,
        "clock": clock,
        "observer": counted or make.counted(),
        "code_version": "test",
        "alone": True,
        "sleep": clock.sleep,
        "log_faults": (LogFaultError,),
        "jitter": lambda: 1.0,
        "poll_timeout": timedelta(0),
    }
    return Notifier(**(values | more))


async def settle(n, clock, turns=6, **step):
    """Take in and send until the back-offs of a few failures are over."""
    for _ in range(turns):
        while await n.take_in():
            pass
        while await n.send_due():
            pass
        clock.forward(**(step or {"minutes": 3}))


def run(n, clock, **step):
    asyncio.run(settle(n, clock, **step))


def keys(receiver):
    return [told.key for told in receiver.taken]


def incidents(make, count):
    return [make.alert(of=make.incident(f"incident-{i}")) for i in range(count)]


def test_an_alert_becomes_a_message_and_its_latency_is_counted(make, clock, store):
    topic, desk, counted = make.topic(), make.receiver(), make.counted()
    topic.append(make.alert())
    run(notifier(make, clock, store, topic, desk, counted=counted), clock)
    assert [t.rendered.subject for t in desk.taken] == ["[CRITICAL] Soyuz MS-19: docking trouble"]
    assert counted.sent == [("desk", 2.0, 300.0)]
    assert topic.committed == 1


def test_two_rules_on_one_version_send_one_message(make, clock, store):
    topic, desk = make.topic(), make.receiver()
    topic.append(make.alert(), make.alert(rule="other"))
    run(notifier(make, clock, store, topic, desk), clock)
    assert [len(t.rules) for t in desk.taken] == [2]


def test_what_is_not_told_is_counted_with_its_reason(make, clock, store):
    topic, counted = make.topic(), make.counted()
    topic.append(make.alert(state="shadow"))
    run(notifier(make, clock, store, topic, make.receiver(), counted=counted), clock)
    assert counted.hidden == ["shadow"]


def test_what_is_no_alert_becomes_a_dead_letter_with_its_bytes(make, clock, store):
    topic, desk, letters = make.topic(), make.receiver(), []
    topic.append(b"{broken", make.alert())
    run(notifier(make, clock, store, topic, desk, letters=letters), clock)
    [letter] = letters
    assert (letter.stage, letter.reason, letter.value) == ("notify", "not-json", b"{broken")
    assert (letter.position.offset, letter.headers) == (0, {"trace": "t"})
    assert len(desk.taken) == 1


def test_an_alert_that_cannot_be_told_is_a_dead_letter_and_stops_nothing(make, clock, store):
    topic, desk, letters = make.topic(), make.receiver(), []
    odd = [
        make.alert(at=make.start.replace(tzinfo=None)),
        make.alert(published=make.start.replace(tzinfo=None)),
        make.alert(of=make.incident(version=2**70)),
        make.alert(severity="loud"),
    ]
    topic.append(*odd, make.alert())
    n = notifier(make, clock, store, topic, desk, letters=letters)
    run(n, clock)
    assert [letter.reason for letter in letters] == ["wrong-shape"] * 4
    assert len(desk.taken) == 1


def test_a_fault_in_planning_is_a_dead_letter_and_stops_nothing(make, clock, store):
    class BrokenRoute(Route):
        def wants(self, alert):
            if alert.rule == "odd":
                raise RuntimeError("broken")
            return super().wants(alert)

    topic, desk, letters = make.topic(), make.receiver(), []
    topic.append(make.alert(rule="odd"), make.alert())
    run(notifier(make, clock, store, topic, desk, letters=letters, routes=[BrokenRoute(("desk",))]), clock)
    assert [(letter.reason, letter.error) for letter in letters] == [
        ("fault", "cannot plan: RuntimeError: broken")
    ]
    assert len(desk.taken) == 1


def test_a_refused_message_becomes_a_dead_letter_once(make, clock, store):
    topic, desk, letters = make.topic(), make.receiver(answers=[Refused("http-400")]), []
    topic.append(make.alert())
    counted = make.counted()
    n = notifier(make, clock, store, topic, desk, letters=letters, counted=counted)
    run(n, clock)
    run(n, clock)
    [letter] = letters
    assert (letter.reason, letter.position) == ("http-400", None)
    assert counted.faults == ["http-400", "refused"]
    assert b"Soyuz MS-19" in letter.value


def test_a_message_is_given_up_after_a_day(make, clock, store):
    topic, letters, counted = make.topic(), [], make.counted()
    desk = make.receiver(answers=[Retry("http-503")] * 1000)
    topic.append(make.alert())
    n = notifier(make, clock, store, topic, desk, letters=letters, counted=counted)
    run(n, clock, turns=120, minutes=16)
    assert counted.faults == ["http-503"] * 91 + ["gave-up"]
    assert [letter.error.split(": ", 1)[1] for letter in letters] == ["gave-up: http-503 after 91 attempts"]


def test_retry_after_is_waited_for_by_every_message_of_the_receiver(make, clock, store):
    topic, desk = make.topic(), make.receiver(answers=[Retry("http-429", timedelta(seconds=7))])
    desk.concurrency = 1
    topic.append(*incidents(make, 3))
    n = notifier(make, clock, store, topic, desk)
    times = []

    async def watch():
        await n.take_in()
        assert await n.send_due() == 1
        while len(desk.taken) < 3:
            await n.send_due()
            times.extend([clock.now] * (len(desk.taken) - len(times)))
            clock.forward(milliseconds=500)

    asyncio.run(watch())
    assert min(times) == make.start + timedelta(seconds=7)


def test_an_unknown_end_is_sent_again_or_held(make, clock, store):
    for name, policy, want in (("desk", "resend", 1), ("mail", "hold", 0)):
        topic, receiver = make.topic(), make.receiver(name, [Unknown("timeout")], policy)
        topic.append(make.alert())
        run(notifier(make, clock, store, topic, receiver, routes=(Route((name,)),)), clock)
        assert len(receiver.taken) == want
        topic.append(make.alert(rule="other"))
    assert store.ledger.counts().states == {("desk", "sent"): 1, ("mail", "unknown"): 1}


def test_a_receiver_with_a_bug_does_not_stop_the_others(make, clock, store, caplog):
    topic, broken, desk = (
        make.topic(),
        make.receiver("hook", [RuntimeError("secret-url")] * 99),
        make.receiver(),
    )
    topic.append(make.alert())
    run(notifier(make, clock, store, topic, broken, desk, routes=(Route(("hook", "desk")),)), clock)
    assert len(desk.taken) == 1
    assert "secret-url" not in caplog.text


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_outbox_is_waited_for(make, clock, open_outbox, database, caplog):
    store = open_outbox(busy_timeout=timedelta(milliseconds=5))
    topic, desk, counted = make.topic(), make.receiver(), make.counted()
    topic.append(make.alert())
    blocker = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    slept = []

    async def sleep(seconds):
        slept.append(seconds)
        if len(slept) == 3:
            blocker.execute("ROLLBACK")

    run(notifier(make, clock, store, topic, desk, counted=counted, sleep=sleep), clock)
    blocker.close()
    assert (slept, counted.faults, len(desk.taken)) == ([1.0, 2.0, 4.0], ["outbox"] * 3, 1)
    assert "the database is locked by another process; next try in 4 s" in caplog.text


def test_a_busy_log_is_waited_for_and_a_broken_one_is_raised(make, clock, store):
    topic, desk = make.topic(), make.receiver()
    topic.append(make.alert())
    n = notifier(make, clock, store, topic, desk)
    faults, commit = [LogFaultError(), LogFaultError()], n.consumer.commit

    def refusing():
        if faults:
            raise faults.pop()
        commit()

    n.consumer.commit = refusing
    run(n, clock)
    assert (topic.committed, len(desk.taken)) == (1, 1)
    faults.append(LogFaultError(retryable=False))
    topic.append(make.alert(rule="other"))
    with pytest.raises(LogFaultError):
        run(n, clock)


def test_it_runs_until_it_is_stopped_and_sends_in_order(make, clock, store):
    topic = make.topic()
    desk = make.receiver(answers=[Retry("http-500"), Unknown("timeout"), Delivered(), Retry("http-503")])
    topic.append(*(make.alert(of=make.incident(version=v)) for v in range(1, 6)))
    n = notifier(make, clock, store, topic, desk)

    async def until_told():
        running = asyncio.ensure_future(n.run())
        async with asyncio.timeout(20):
            while len(desk.taken) < 5:  # noqa: ASYNC110 - the fake receiver has no event to wait for
                await asyncio.sleep(0)
        n.stop()
        await running

    asyncio.run(until_told())
    assert [t.alert.incident.version for t in desk.taken] == [1, 2, 3, 4, 5]
    assert desk.closed


def test_a_stop_waits_for_the_attempt_under_way(make, clock, store):
    topic, desk = make.topic(), make.receiver()
    topic.append(make.alert())
    n = notifier(make, clock, store, topic, desk)

    async def stop_in_the_middle():
        under_way, let_go, send = asyncio.Event(), asyncio.Event(), desk.send

        async def slow(notification):
            under_way.set()
            await let_go.wait()
            return await send(notification)

        desk.send = slow
        running = asyncio.ensure_future(n.run())
        await under_way.wait()
        n.stop()
        let_go.set()
        await running

    asyncio.run(stop_in_the_middle())
    assert store.ledger.counts().states == {("desk", "sent"): 1}
    assert store.ledger.counts().outcomes == {"delivered": 1}


def test_a_due_message_that_another_process_has_locked_is_not_asked_for_without_a_pause(make, clock, store):
    topic, slept, wake = make.topic(), [], asyncio.Event()
    topic.append(make.alert())

    async def sleep(seconds):
        slept.append(seconds)

    n = notifier(make, clock, store, topic, make.receiver(), sleep=sleep)

    async def nothing_found():
        await n.take_in()
        await n._senders["desk"].wait_for_more(wake, timedelta(seconds=5))

    asyncio.run(nothing_found())
    assert slept == [0.2]


def test_what_waits_for_a_receiver_that_is_gone_is_said_at_start(make, clock, store, caplog):
    topic = make.topic()
    topic.append(make.alert())
    gone = notifier(make, clock, store, topic, make.receiver("mail"), routes=(Route(("mail",)),))
    asyncio.run(gone.take_in())
    asyncio.run(notifier(make, clock, store, topic, make.receiver()).recover())
    assert "notifications wait for receiver mail, which is not configured" in caplog.text


POINTS = ("before-write", "before-commit", "before-send", "before-mark", "after-mark")


def crash_at(n, point, countdown, desk):
    """Make the notifier die when it comes to the point for the n-th time."""

    def crashing(call, *, after=False):
        def wrapped(*arguments, **named):
            result = call(*arguments, **named) if after else None
            countdown[0] -= 1
            if countdown[0] < 0:
                raise Crash(point)
            return result if after else call(*arguments, **named)

        return wrapped

    outbox, consumer = n.outbox, n.consumer
    if point == "before-write":
        outbox.record = crashing(outbox.record)
    if point == "before-commit":
        consumer.commit = crashing(consumer.commit)
    if point == "before-send":
        outbox.begin = crashing(outbox.begin)
    if point == "before-mark":
        outbox.finish = crashing(outbox.finish)
    if point == "after-mark":
        outbox.finish = crashing(outbox.finish, after=True)


@pytest.mark.parametrize("point", POINTS)
@pytest.mark.parametrize("run_number", range(10))
def test_a_crash_loses_nothing_and_doubles_only_what_nobody_can_know(
    make, clock, open_outbox, point, run_number
):
    topic, desk = make.topic(), make.receiver()
    desk.concurrency = 1
    topic.append(*incidents(make, 6))
    want = {decode(Alert, value).incident.id for value in topic.values}
    countdown = [random.Random(run_number).randrange(6) if point not in POINTS[:2] else 0]
    first = notifier(make, clock, open_outbox(), topic, desk)
    crash_at(first, point, countdown, desk)
    with pytest.raises(BaseException, match=point):
        run(first, clock)
    store = open_outbox()
    second = notifier(make, clock, store, topic, desk)
    asyncio.run(second.recover())
    run(second, clock)
    assert {t.incident_id for t in desk.taken} == want
    doubled = len(keys(desk)) - len(set(keys(desk)))
    counts = store.ledger.counts()
    assert doubled == (1 if point == "before-mark" else 0)
    assert counts.outcomes.get("unknown", 0) == doubled
    assert counts.states == {("desk", "sent"): 6}
    assert topic.committed == 6


def test_with_others_about_a_crashed_message_waits_for_its_lease(make, clock, open_outbox):
    topic, desk = make.topic(), make.receiver()
    topic.append(make.alert())
    first = notifier(make, clock, open_outbox(), topic, desk, alone=False)
    crash_at(first, "before-mark", [0], desk)
    with pytest.raises(BaseException, match="before-mark"):
        run(first, clock)
    second = notifier(make, clock, open_outbox(), topic, desk, alone=False)
    clock.now = make.start + timedelta(seconds=119)
    asyncio.run(second.send_due())
    assert len(desk.taken) == 1
    run(second, clock)
    assert len(desk.taken) == 2
