"""A receiver is told of an incident version once, and a lost answer of the database changes nothing."""

from datetime import timedelta

import pytest

from alerts.outbox_record import record as record_in
from alerts.plan import Route, plan
from alerts.receivers.outcome import Delivered, Refused, Retry, Unknown
from tests.alerts.notify.conftest import report
from tests.alerts.notify.test_outbox import DESK, LEASE, deciding, record, send, states, take
from transforms.records.incident import Change


def derived_again(make, **more):
    """Return the alert as the stream derives it after a restart: another cause, hence other ids."""
    return make.alert(of=make.incident(cause="deadline"), id="derived again", **more)


@pytest.mark.parametrize("outcome", [None, Delivered(), Retry("http-500"), Unknown("timeout")])
def test_a_version_that_is_derived_again_with_another_cause_is_already_told(make, store, outcome):
    record(store, make, make.alert())
    key = outcome and send(store, make.start, outcome)[0]
    [d] = record(store, make, derived_again(make))
    assert (d.decision, d.reason) == ("suppressed", "already_told")
    [entry] = store.ledger.ledger_of("derived again")
    assert key in (None, entry.key)
    assert sum(states(store).values()) == 1
    assert record(store, make, derived_again(make)) == []


def test_after_a_dead_message_a_version_that_is_derived_again_says_so(make, store):
    record(store, make, make.alert())
    send(store, make.start, Refused("http-400"))
    [d] = record(store, make, derived_again(make))
    assert (d.decision, d.reason) == ("suppressed", "earlier_dead")


def test_another_receiver_and_another_version_are_told_all_the_same(make, store):
    record(store, make, make.alert())
    for alert, routes in (
        (derived_again(make), [Route(("night",))]),
        (make.alert(of=make.incident(version=2, cause="deadline")), DESK),
    ):
        assert [d.decision for d in record(store, make, alert, routes=routes)] == ["planned"]


@pytest.mark.parametrize("other", [{"status": "scrubbed"}, {"changes": (Change("slipped"),)}])
def test_another_change_under_the_same_version_number_is_news(make, store, other):
    record(store, make, make.alert())
    again = make.alert(of=make.incident(cause="deadline", **other), id="another order")
    assert [d.decision for d in record(store, make, again)] == ["planned"]


def of_article(name, **more):
    return {"cause": name, "reports": (report(article_id=name, event_id=f"event of {name}"),), **more}


def test_the_same_event_of_the_same_article_is_told_once_whatever_incident_it_opens(make, store):
    record(store, make, make.alert(of=make.incident("the week's first", **of_article("a"))))
    again = make.alert(of=make.incident("of that name", **of_article("a")))
    [d] = record(store, make, again)
    assert (d.decision, d.reason) == ("suppressed", "already_told")


@pytest.mark.parametrize("other", [of_article("b"), {"cause": "a", "reports": (report(event_id="second"),)}])
def test_another_event_is_told_though_it_was_fetched_at_once_with_a_told_one(make, store, other):
    record(store, make, make.alert(of=make.incident("first", **of_article("a"))))
    assert [d.decision for d in record(store, make, make.alert(of=make.incident("second", **other)))] == [
        "planned"
    ]


def test_another_mission_under_the_id_of_a_told_one_is_news(make, store):
    record(store, make, make.alert(of=make.incident(**of_article("a"))))
    other = make.incident(**of_article("b", mission="Soyuz MS-20"))
    assert [d.decision for d in record(store, make, make.alert(of=other, id="other"))] == ["planned"]


def test_a_week_later_the_same_version_is_news_again(make, store):
    record(store, make, make.alert())
    again = [plan(derived_again(make), DESK, make.start)]
    almost = make.start + timedelta(days=7) - timedelta(seconds=1)
    with store.access.write("look") as c:
        assert record_in(c, again, almost)[0].reason == "already_told"
        c.rollback()
    assert store.outbox.record(again, make.start + timedelta(days=7))[0].decision == "planned"


def test_a_mark_whose_answer_was_lost_is_made_again(make, store):
    record(store, make, make.alert())
    [key] = take(store, make.start)
    told = store.outbox.begin(key, "me", make.start, LEASE)
    assert store.outbox.begin(key, "me", make.start + LEASE / 2, LEASE) == told
    assert store.outbox.begin(key, "you", make.start, LEASE) is None
    assert take(store, make.start + LEASE, "you") == []
    store.outbox.finish(key, "me", Delivered(), make.start + LEASE, deciding(make.start))
    assert store.ledger.counts().outcomes == {"delivered": 1}


def test_a_lease_whose_answer_was_lost_is_had_again_at_once(make, store):
    record(store, make, *(make.alert(of=make.incident(f"incident-{i}")) for i in range(3)))
    keys = take(store, make.start, limit=2)
    assert take(store, make.start, limit=2) == keys
    assert len(take(store, make.start, "you")) == 1
    store.outbox.begin(keys[0], "me", make.start, LEASE)
    assert take(store, make.start, limit=2) == keys[1:]
