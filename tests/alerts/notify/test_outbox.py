"""The outbox: written once, sent by one, kept for ever."""

import sqlite3
import threading
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from alerts.plan import Route, plan
from alerts.receivers.outcome import Delivered, Refused, Retry, Unknown
from alerts.retry import TRANSITIONS, after_attempt
from transforms.sql_store import StoreUnavailableError

DESK = [Route(("desk",))]
LEASE = timedelta(minutes=2)


def deciding(now, on_unknown="resend"):
    return lambda outcome, tries: after_attempt(outcome, tries, now, 1.0, on_unknown)


def record(store, make, *alerts, routes=DESK):
    return store.outbox.record([plan(a, routes, make.start) for a in alerts], make.start)


def take(store, now, owner="me", limit=10, receiver="desk"):
    return store.outbox.take(receiver, owner, now, LEASE, limit, deciding(now))


def send(store, now, outcome, owner="me", on_unknown="resend"):
    [key] = take(store, now, owner)
    assert store.outbox.begin(key, owner, now, LEASE)
    return key, store.outbox.finish(key, owner, outcome, now, deciding(now, on_unknown))


def states(store):
    return {state: n for (_, state), n in store.ledger.counts().states.items()}


def test_an_alert_seen_again_changes_nothing(make, store):
    assert [d.decision for d in record(store, make, make.alert())] == ["planned"]
    assert record(store, make, make.alert()) == []
    assert states(store) == {"pending": 1}


def test_a_second_rule_joins_the_message_that_still_waits(make, store):
    decided = record(
        store, make, make.alert(severity="info"), make.alert(rule="other", summary="Other words")
    )
    assert [d.decision for d in decided] == ["planned", "merged"]
    [key] = take(store, make.start)
    told = store.outbox.begin(key, "me", make.start, LEASE)
    assert "because of: other (critical), docking-anomaly (info)" in told.rendered.text


def test_a_second_rule_joins_a_leased_message_before_its_request(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start)
    record(store, make, make.alert(rule="other"))
    assert len(store.outbox.begin(key, "me", make.start, LEASE).rules) == 2


@pytest.mark.parametrize("outcome", [Delivered(), Unknown("timeout")])
def test_a_second_rule_after_the_message_went_out_is_already_told(make, store, outcome):
    record(store, make, make.alert())
    send(store, make.start, outcome)
    [d] = record(store, make, make.alert(rule="other"))
    assert (d.decision, d.reason) == ("suppressed", "already_told")


def test_a_second_rule_joins_a_message_that_surely_failed(make, store):
    record(store, make, make.alert())
    send(store, make.start, Retry("http-500"))
    [d] = record(store, make, make.alert(rule="other"))
    assert d.decision == "merged"


def test_a_second_rule_after_a_dead_message_says_so(make, store):
    record(store, make, make.alert())
    send(store, make.start, Refused("http-400"))
    [d] = record(store, make, make.alert(rule="other"))
    assert (d.decision, d.reason) == ("suppressed", "earlier_dead")


def test_what_nobody_is_told_is_in_the_ledger(make, store):
    shadow = make.alert(state="shadow", id="on-trial")
    record(store, make, shadow)
    record(store, make, shadow)
    [entry] = store.ledger.ledger_of("on-trial")
    assert (entry.receiver, entry.decision, entry.reason, entry.key) == ("", "suppressed", "shadow", None)
    assert store.ledger.counts().decisions == {("suppressed", "shadow"): 1}


def test_messages_of_one_incident_keep_their_order(make, store):
    versions = [make.alert(of=make.incident(version=v)) for v in (1, 2)]
    record(store, make, *versions, make.alert(of=make.incident("incident-2")))
    first = take(store, make.start)
    assert len(first) == 2
    assert take(store, make.start, "you") == []
    for key in first:
        store.outbox.begin(key, "me", make.start, LEASE)
        store.outbox.finish(key, "me", Retry("http-500"), make.start, deciding(make.start))
    assert take(store, make.start) == []
    later = make.start + timedelta(seconds=3)
    assert take(store, later) == first
    for key in first:
        store.outbox.begin(key, "me", later, LEASE)
        store.outbox.finish(key, "me", Delivered(), later, deciding(later))
    assert len(take(store, later)) == 1


def test_a_dead_message_lets_the_next_of_its_incident_pass(make, store):
    record(store, make, *(make.alert(of=make.incident(version=v)) for v in (1, 2)))
    send(store, make.start, Refused("http-400"))
    send(store, make.start, Delivered())
    assert states(store) == {"dead": 1, "sent": 1}


def test_a_leased_message_is_not_taken_by_another_until_the_lease_ends(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start, "first")
    assert take(store, make.start, "second") == []
    assert take(store, make.start + LEASE, "second") == [key]
    assert store.outbox.begin(key, "first", make.start + LEASE, LEASE) is None


def test_a_released_message_can_be_taken_at_once(make, store):
    record(store, make, make.alert())
    keys = take(store, make.start, "first")
    store.outbox.release(keys, "first")
    assert take(store, make.start, "second") == keys


def test_a_message_left_in_the_middle_is_counted_unknown_and_sent_again(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start, "first")
    store.outbox.begin(key, "first", make.start, LEASE)
    assert take(store, make.start + timedelta(seconds=60), "second") == []
    after = make.start + LEASE
    assert take(store, after, "second") == []  # decided now, due after its back-off
    assert take(store, after + timedelta(seconds=2), "second") == [key]
    assert store.ledger.counts().outcomes == {"unknown": 1}


def test_a_held_message_waits_for_a_person(make, store):
    record(store, make, make.alert())
    key, following = send(store, make.start, Unknown("timeout"), on_unknown="hold")
    assert following.state == "unknown"
    assert take(store, make.start + timedelta(days=1)) == []
    assert store.outbox.send_again(key)
    assert take(store, make.start) == [key]
    assert not store.outbox.send_again(key)


def test_an_answer_after_the_lease_still_counts_if_it_is_good(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start, "slow")
    store.outbox.begin(key, "slow", make.start, LEASE)
    take(store, make.start + LEASE, "other")
    late = store.outbox.finish(key, "slow", Delivered(), make.start + LEASE, deciding(make.start))
    assert (late.state, late.reason) == ("sent", "late-answer")
    assert take(store, make.start + timedelta(hours=1)) == []


def test_a_late_refusal_changes_nothing(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start, "slow")
    store.outbox.begin(key, "slow", make.start, LEASE)
    take(store, make.start + LEASE, "other")
    late = store.outbox.finish(key, "slow", Refused("http-400"), make.start + LEASE, deciding(make.start))
    assert late.state == "retrying"


def test_a_clock_that_jumps_back_delays_nothing_for_ever(make, store):
    record(store, make, make.alert())
    send(store, make.start, Retry("http-500"))
    assert len(take(store, make.start - timedelta(hours=1))) == 1


def test_a_back_off_holds_for_a_sender_whose_clock_is_a_little_behind(make, store):
    record(store, make, make.alert())
    send(store, make.start, Retry("http-429", timedelta(minutes=10)))
    for behind, found in ((timedelta(seconds=59), 0), (timedelta(seconds=61), 1)):
        now = make.start - behind
        assert store.outbox.next_due("desk", now) == (now if found else make.start + timedelta(minutes=10))
        assert len(take(store, now, "behind")) == found


def test_the_ledger_tells_what_became_of_an_alert(make, store):
    record(store, make, make.alert(id="alert-1"))
    send(store, make.start, Retry("http-500"))
    key, _ = send(store, make.start + timedelta(seconds=5), Delivered())
    [entry] = store.ledger.ledger_of("alert-1")
    assert (entry.receiver, entry.decision, entry.state, entry.key) == ("desk", "planned", "sent", key)
    assert [(a.number, a.outcome, a.reason) for a in entry.attempts] == [
        (1, "retry", "http-500"),
        (2, "delivered", ""),
    ]


def test_the_oldest_that_waits_has_its_age(make, store):
    assert store.ledger.oldest_pending(make.start) is None
    record(store, make, make.alert())
    assert store.ledger.oldest_pending(make.start + timedelta(minutes=3)) == timedelta(minutes=3)
    assert store.ledger.waiting_receivers() == {"desk"}


def test_the_time_to_look_again_is_known(make, store):
    assert store.outbox.next_due("desk", make.start) is None
    record(store, make, *(make.alert(of=make.incident(version=v)) for v in (1, 2)))
    assert store.outbox.next_due("desk", make.start) == make.start
    send(store, make.start, Retry("http-429", timedelta(seconds=7)))
    assert store.outbox.next_due("desk", make.start) == make.start + timedelta(seconds=7)
    take(store, make.start + timedelta(seconds=7))
    assert store.outbox.next_due("desk", make.start) == make.start + timedelta(seconds=7) + LEASE


def test_two_senders_send_each_message_once(make, open_outbox):
    stores = [open_outbox(busy_timeout=timedelta(seconds=30)) for _ in range(2)]
    record(stores[0], make, *(make.alert(of=make.incident(f"incident-{i}")) for i in range(60)))
    sent = {"a": [], "b": []}

    def work(store, owner):
        while keys := take(store, make.start, owner, limit=3):
            for key in keys:
                assert store.outbox.begin(key, owner, make.start, LEASE)
                sent[owner].append(key)
                store.outbox.finish(key, owner, Delivered(), make.start, deciding(make.start))

    threads = [threading.Thread(target=work, args=pair) for pair in zip(stores, sent, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = sent["a"] + sent["b"]
    assert len(everything) == len(set(everything)) == 60
    assert states(stores[0]) == {"sent": 60}


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_locked_database_is_said_and_changes_nothing(make, open_outbox, database):
    store = open_outbox(busy_timeout=timedelta(milliseconds=10))
    blocker = sqlite3.connect(database.removeprefix("sqlite:///"), isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailableError, match="the database is locked by another process"):
        record(store, make, make.alert())
    blocker.execute("ROLLBACK")
    blocker.close()
    assert [d.decision for d in record(store, make, make.alert())] == ["planned"]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_full_disk_is_said_and_writes_nothing(make, open_outbox, database):
    store = open_outbox()
    with store.access.write("limit") as c:
        pages = c.exec_driver_sql("PRAGMA page_count").scalar()
        c.exec_driver_sql(f"PRAGMA max_page_count={pages}")
    many = [make.alert(of=make.incident(f"incident-{i}")) for i in range(20)]
    with pytest.raises(StoreUnavailableError, match="the disk is full"):
        record(store, make, *many)
    assert store.ledger.counts().states == {}


def test_an_impossible_step_is_a_bug(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start)
    with pytest.raises(KeyError):
        store.outbox.finish("no such key", "me", Delivered(), make.start, deciding(make.start))
    store.outbox.begin(key, "me", make.start, LEASE)
    with pytest.raises(ValueError, match="sending cannot become pending"):
        store.outbox.finish(key, "me", Delivered(), make.start, lambda *_: _Pending)


class _Pending:
    state, at, reason = "pending", None, ""


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["take", "begin", "delivered", "retry", "refused", "unknown", "again", "record"]),
        st.sampled_from(["me", "you"]),
        st.integers(0, 200),
    ),
    max_size=25,
)
ANSWERS = {
    "delivered": Delivered(),
    "retry": Retry("http-500"),
    "refused": Refused("http-400"),
    "unknown": Unknown("timeout"),
}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(STEPS)
def test_no_order_of_steps_makes_an_illegal_transition(make, open_outbox, steps):
    store = open_outbox()
    with store.access.write("empty") as c:
        for table in ("attempts", "ledger", "notifications", "alerts"):
            c.exec_driver_sql(f"DELETE FROM {table}")
    record(store, make, make.alert())
    now, before = make.start, "pending"
    for step, owner, seconds in steps:
        now += timedelta(seconds=seconds)
        key, state = _only(store)
        _do(store, make, step, owner, key, now)
        after = _only(store)[1]
        assert after == state or after in _reachable(state)
        before = after
    assert before in TRANSITIONS


def _reachable(state):
    """A step may recover and decide in one: two transitions."""
    return TRANSITIONS[state] | {further for near in TRANSITIONS[state] for further in TRANSITIONS[near]}


def _only(store):
    with store.access.read("look") as c:
        return tuple(c.exec_driver_sql("SELECT key, state FROM notifications").one())


def _do(store, make, step, owner, key, now):
    if step == "take":
        take(store, now, owner)
    elif step == "begin":
        store.outbox.begin(key, owner, now, LEASE)
    elif step == "again":
        store.outbox.send_again(key)
    elif step == "record":
        record(store, make, make.alert(), make.alert(rule="other"))
    else:
        store.outbox.finish(key, owner, ANSWERS[step], now, deciding(now))
