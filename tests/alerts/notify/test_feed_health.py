"""Operators are told how feeds are: once when a state has lasted, once when it is over. Nobody else is."""

import asyncio
from datetime import timedelta

import pytest

from alerts.feed_health import message
from alerts.feed_health_teller import FeedHealthTeller
from alerts.notification import Notification
from alerts.outbox_feed_health import FeedHealthBook
from alerts.patience import Patience
from alerts.plan import Route
from tests.alerts.notify.test_notifier import notifier, run
from transforms.records import FeedHealth

HALF_AN_HOUR = timedelta(minutes=30)
URL = "https://a.example/feed"


def health(clock, state, feed=URL, **more):
    return FeedHealth(feed=feed, publisher="Orbit Post", state=state, since=clock(), **more)


@pytest.fixture
def rig(make, clock, store):
    """Return a function that gives changes to a teller and lets a notifier send; `told` is what ops got."""
    topic, ops, subscriber = make.topic(), make.receiver("ops"), make.receiver("desk")
    sending = notifier(make, clock, store, make.topic(), ops, subscriber, routes=(Route(("desk",)),))
    counted = make.counted()
    patience = Patience((), clock.sleep, counted.failed)
    book = FeedHealthBook(store.access)
    teller = FeedHealthTeller(topic.consumer(), book, ("ops",), HALF_AN_HOUR, clock, patience, timedelta(0))

    def step(*changes, **forward):
        topic.append(*changes)
        clock.forward(**forward)
        asyncio.run(teller.step())
        run(sending, clock, seconds=0)

    step.told = lambda: [told.rendered.subject for told in ops.taken]
    step.ops, step.subscriber, step.topic = ops, subscriber, topic
    yield step
    patience.close()


def test_a_quiet_feed_is_told_once_and_once_when_it_is_well(rig, clock):
    rig(health(clock, "ok"))
    rig(health(clock, "quiet", detail="no new entry since yesterday"), minutes=29)
    assert rig.told() == []
    rig(minutes=1)
    rig(minutes=90)
    assert rig.told() == ["[WARNING] feed: 1 quiet"]
    rig(health(clock, "ok"), minutes=31)
    rig(minutes=90)
    assert rig.told() == ["[WARNING] feed: 1 quiet", "[INFO] feed: 1 well again"]
    assert rig.subscriber.taken == []


def test_a_feed_that_stumbles_is_not_told(rig, clock):
    for _ in range(10):
        rig(health(clock, "failing", reason="timeout"), minutes=20)
        rig(health(clock, "ok"), minutes=20)
    assert rig.told() == []


def test_a_feed_that_is_well_from_the_start_is_no_news(rig, clock):
    rig(health(clock, "ok"), minutes=60)
    assert rig.told() == []


def test_a_failure_that_goes_on_for_another_reason_is_told_once(rig, clock):
    for reason in ("timeout", "http-500", "dns", "timeout", "http-500"):
        rig(health(clock, "failing", reason=reason), minutes=11)
    assert rig.told() == ["[WARNING] feed: 1 failing"]
    # as it was when it was told, and since it began to fail
    assert "since 2021-10-05 12:22:00 UTC, dns" in rig.ops.taken[0].rendered.text


def test_a_feed_that_goes_from_one_trouble_to_another_and_back_is_told_once(rig, clock):
    rig(health(clock, "ok"))
    for _ in range(6):
        rig(health(clock, "quiet"), minutes=20)
        rig(health(clock, "failing", reason="timeout"), minutes=20)
    assert rig.told() == ["[WARNING] feed: 1 failing"]
    assert "since 2021-10-05 12:22:00 UTC" in rig.ops.taken[0].rendered.text
    rig(health(clock, "ok"), minutes=31)
    assert rig.told()[1:] == ["[INFO] feed: 1 well again"]


def test_a_trouble_that_was_told_and_becomes_another_for_good_is_told_again(rig, clock):
    rig(health(clock, "failing", reason="timeout"), minutes=31)
    rig(health(clock, "gone", reason="http-410"), minutes=29)
    assert rig.told() == ["[WARNING] feed: 1 failing"]
    rig(minutes=1)
    assert rig.told()[1:] == ["[WARNING] feed: 1 gone"]


def test_a_feed_that_has_moved_and_stumbles_is_told_to_have_moved_and_no_more(rig, clock):
    rig(health(clock, "moved"), minutes=31)
    for _ in range(5):
        rig(health(clock, "failing", reason="timeout"), minutes=20)
        rig(health(clock, "moved"), minutes=20)
    assert rig.told() == ["[INFO] feed: 1 moved"]


@pytest.mark.parametrize("state", ["removed", "paused"])
def test_a_feed_that_is_not_polled_any_more_is_not_told(rig, clock, state):
    rig(health(clock, "failing", reason="timeout"), minutes=20)
    rig(health(clock, state), minutes=90)
    assert rig.told() == []


def test_a_feed_that_fails_when_it_is_polled_again_is_told_when_that_has_lasted(rig, clock):
    rig(health(clock, "failing", reason="timeout"), minutes=20)
    rig(health(clock, "paused"), minutes=90)
    rig(health(clock, "failing", reason="timeout"), minutes=29)
    assert rig.told() == []
    rig(minutes=1)
    assert rig.told() == ["[WARNING] feed: 1 failing"]


def test_a_failure_that_was_told_before_a_pause_is_over_when_the_feed_is_well_after_it(rig, clock):
    rig(health(clock, "failing", reason="timeout"), minutes=31)
    rig(health(clock, "paused"), minutes=90)
    rig(health(clock, "ok"), minutes=31)
    assert rig.told() == ["[WARNING] feed: 1 failing", "[INFO] feed: 1 well again"]


def test_many_feeds_at_once_are_one_message(rig, clock):
    rig(
        *(health(clock, "failing", f"https://{n}.example/feed", reason="dns") for n in range(300)), minutes=31
    )
    assert rig.told() == ["[WARNING] feeds: 300 failing"]
    text = rig.ops.taken[0].rendered.text
    assert "Orbit Post <https://0.example/feed> since 2021-10-05 12:22:00 UTC, dns" in text
    assert "280 more feeds" in text


def test_what_is_older_than_what_is_known_changes_nothing(rig, clock):
    old = health(clock, "failing", reason="timeout")
    clock.forward(minutes=5)
    rig(health(clock, "ok"), old, minutes=60)
    assert rig.told() == []


def test_a_record_that_cannot_be_read_is_passed_over(rig, clock):
    rig(b"nonsense", health(clock, "gone", reason="http-410"), minutes=31)
    assert rig.told() == ["[WARNING] feed: 1 gone"]
    assert rig.topic.committed == 2


def test_words_of_a_feed_bend_nothing(clock):
    told = message(
        [health(clock, "moved", detail="to <!channel>\r\nBcc: x@y.example", reason="")], "ops", clock()
    )
    assert told.rendered.subject == "[INFO] feed: 1 moved"
    assert "\r" not in told.rendered.text
    assert "<!channel>" not in str(told.rendered.slack)
    assert "<!channel>" not in told.rendered.html
    assert told.rendered.payload["feeds"][0]["state"] == "moved"
    assert isinstance(told, Notification)
    assert told.incident_id == "feed-health"


def test_an_alert_without_a_fetch_time_is_planned_beside_messages_about_feeds(rig, make, clock, store):
    rig(health(clock, "gone"), minutes=31)
    topic, ops = make.topic(), make.receiver("ops")
    topic.append(make.alert(fetched=None))
    run(notifier(make, clock, store, topic, ops, routes=(Route(("ops",)),)), clock)
    assert [told.rendered.subject for told in ops.taken] == ["[CRITICAL] Soyuz MS-19: docking trouble"]
