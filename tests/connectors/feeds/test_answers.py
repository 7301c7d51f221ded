from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.answers import (
    Answer,
    health_change,
    historical_before,
    oddities,
    settle,
    validators,
)
from connectors.feeds.feed import Feed, FeedState
from transforms.records import FeedHealth

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://a.org/feed", "A")
NEW = FeedState(FEED.url)
KNOWN = FeedState(
    FEED.url,
    etag='"1"',
    last_modified="Sun",
    body_hash="aa",
    interval=timedelta(minutes=10),
    polls=3,
    since=NOW - timedelta(days=2),
    last_success=NOW - timedelta(minutes=10),
    last_entry=NOW - timedelta(hours=1),
    recent_ids=("e1", "e2"),
)
FAILING = replace(KNOWN, state="failing", reason="timeout", failures=2)
ENTRIES = Answer("entries", etag='"2"', body_hash="bb", ids=("e3", "e1", "e2"), new=1, newest=NOW)
EMPTY = Answer("entries", body_hash="cc")


def failed(reason, **more):
    return Answer("failed", reason=reason, **more)


@pytest.mark.parametrize(
    ("state", "answer", "then", "wait"),
    [
        (NEW, ENTRIES, ("ok", "", 0), timedelta(seconds=63)),
        (NEW, EMPTY, ("ok", "", 0), timedelta(seconds=63)),
        (KNOWN, EMPTY, ("empty", "", 0), timedelta(minutes=12, seconds=30)),
        (KNOWN, ENTRIES, ("ok", "", 0), timedelta(minutes=8)),
        (KNOWN, Answer("not-modified"), ("ok", "", 0), timedelta(minutes=12, seconds=30)),
        (KNOWN, Answer("unchanged", body_hash="aa"), ("ok", "", 0), timedelta(minutes=12, seconds=30)),
        (KNOWN, failed("timeout"), ("failing", "timeout", 1), timedelta(minutes=5, seconds=15)),
        (KNOWN, failed("not-a-feed"), ("failing", "not-a-feed", 1), timedelta(minutes=5, seconds=15)),
        (KNOWN, failed("http-410"), ("gone", "http-410", 1), timedelta(days=7) * 1.05),
        (
            KNOWN,
            failed("http-429", retry_after=timedelta(hours=1)),
            ("failing", "http-429", 1),
            timedelta(hours=1),
        ),
        (
            KNOWN,
            failed("http-503", retry_after=timedelta(hours=1)),
            ("failing", "http-503", 1),
            timedelta(hours=1),
        ),
        (
            KNOWN,
            failed("http-500", retry_after=timedelta(hours=1)),
            ("failing", "http-500", 1),
            timedelta(minutes=5.25),
        ),
        (FAILING, failed("timeout"), ("failing", "timeout", 3), timedelta(minutes=21)),
        (FAILING, ENTRIES, ("ok", "", 0), timedelta(minutes=8)),
        (
            FAILING,
            Answer("unchanged", body_hash="aa"),
            ("ok", "", 0),
            timedelta(minutes=12, seconds=30),
        ),
        (FAILING, Answer("not-modified"), ("failing", "http-304", 3), timedelta(minutes=21)),
    ],
)
def test_an_answer_decides_state_and_next_poll(state, answer, then, wait):
    after = settle(FEED, state, answer, NOW, 0.5)
    assert (after.state, after.reason, after.failures) == then
    assert after.next_poll - NOW == wait
    assert after.polls == state.polls + 1


def test_a_read_feed_replaces_what_was_remembered_of_its_body():
    after = settle(FEED, KNOWN, ENTRIES, NOW, 0.5)
    assert (after.etag, after.last_modified, after.body_hash) == ('"2"', None, "bb")
    assert after.recent_ids == ("e3", "e1", "e2")
    assert after.last_entry == NOW


def test_a_failure_keeps_what_was_remembered():
    after = settle(FEED, KNOWN, failed("not-a-feed", bad_hash="dd"), NOW, 0.5)
    assert (after.etag, after.body_hash, after.bad_hash) == ('"1"', "aa", "dd")
    assert after.recent_ids == ("e1", "e2")


def test_earlier_ids_stay_remembered_up_to_a_bound():
    many = replace(KNOWN, recent_ids=tuple(f"o{n}" for n in range(300)))
    after = settle(FEED, many, replace(ENTRIES, ids=("n1", "n2")), NOW, 0.5)
    assert after.recent_ids[:3] == ("n1", "n2", "o0")
    assert len(after.recent_ids) == 200
    huge = replace(ENTRIES, ids=tuple(f"n{n}" for n in range(150)))
    assert len(settle(FEED, many, huge, NOW, 0.5).recent_ids) == 300


@pytest.mark.parametrize("etag", ["x" * 2000, "a\nb", "é", ""])
def test_a_validator_that_cannot_be_sent_back_is_forgotten(etag):
    assert settle(FEED, KNOWN, replace(ENTRIES, etag=etag), NOW, 0.5).etag is None


def test_only_a_healthy_feed_is_asked_conditionally_and_not_every_time():
    assert validators(KNOWN) == ('"1"', "Sun")
    assert validators(FAILING) == (None, None)
    assert validators(replace(KNOWN, polls=23)) == (None, None)
    assert validators(replace(KNOWN, polls=24)) == ('"1"', "Sun")


def test_entries_of_a_first_poll_and_after_an_outage_may_be_history():
    assert historical_before(NEW, NOW) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert historical_before(KNOWN, NOW) is None
    long_ago = replace(KNOWN, last_success=NOW - timedelta(hours=25))
    assert historical_before(long_ago, NOW) == datetime(2026, 2, 28, 12, tzinfo=UTC)
    assert historical_before(replace(KNOWN, last_success=NOW - timedelta(hours=6)), NOW) is None


def test_health_is_told_when_it_changes_and_only_then():
    first = settle(FEED, NEW, ENTRIES, NOW, 0.5)
    assert health_change(FEED, NEW, first) == FeedHealth(feed=FEED.url, publisher="A", state="ok", since=NOW)
    again = settle(FEED, first, Answer("not-modified"), NOW + timedelta(minutes=1), 0.5)
    assert health_change(FEED, first, again) is None
    later = NOW + timedelta(minutes=2)
    broken = settle(FEED, again, failed("dns", detail="no such name"), later, 0.5)
    assert health_change(FEED, again, broken) == FeedHealth(
        feed=FEED.url, publisher="A", state="failing", since=later, reason="dns", detail="no such name"
    )
    worse = settle(FEED, broken, failed("dns"), later + timedelta(minutes=5), 0.5)
    assert worse.since == later
    assert health_change(FEED, broken, worse) is None


HOURS = [timedelta(hours=1)] * 10
LISTED = replace(KNOWN, recent_ids=("e1", "e2"), last_new=NOW - timedelta(minutes=30), gaps=tuple(HOURS))
SILENT = replace(LISTED, last_new=NOW - timedelta(hours=4))
SAME = Answer("unchanged", body_hash="aa")
MOVED = replace(KNOWN, address="https://b.org/feed")


@pytest.mark.parametrize(
    ("state", "answer", "then"),
    [
        (LISTED, SAME, ("ok", "")),
        (SILENT, SAME, ("quiet", "")),
        (SILENT, Answer("not-modified"), ("quiet", "")),
        (SILENT, Answer("entries", ids=("e1", "e2")), ("quiet", "")),
        (SILENT, ENTRIES, ("ok", "")),
        (replace(SILENT, state="quiet"), Answer("not-modified"), ("quiet", "")),
        (replace(SILENT, state="quiet"), failed("dns"), ("failing", "dns")),
        (replace(SILENT, state="failing", failures=3), SAME, ("quiet", "")),
        (SILENT, EMPTY, ("empty", "")),
        (replace(KNOWN, state="empty"), Answer("not-modified"), ("empty", "")),
        (replace(KNOWN, state="empty"), ENTRIES, ("ok", "")),
        (MOVED, SAME, ("moved", "")),
        (MOVED, ENTRIES, ("moved", "")),
        (replace(MOVED, state="failing", failures=2), ENTRIES, ("moved", "")),
        (replace(MOVED, state="failing", failures=1), ENTRIES, ("ok", "")),
        (replace(KNOWN, state="gone", reason="http-410", failures=1), ENTRIES, ("ok", "")),
        (replace(KNOWN, etag=None, last_modified=None), Answer("not-modified"), ("failing", "http-304")),
        (replace(KNOWN, polls=23), Answer("not-modified"), ("failing", "http-304")),
    ],
)
def test_a_feed_has_one_state(state, answer, then):
    after = settle(FEED, state, answer, NOW, 0.5)
    assert (after.state, after.reason) == then


def test_a_quiet_feed_says_since_when_and_what_is_usual():
    after = settle(FEED, SILENT, SAME, NOW, 0.5)
    assert after.since == NOW
    assert after.detail == "no new entry since 2026-03-01 08:00 UTC; usual are 1:00:00, at most 1:00:00"
    assert settle(FEED, after, SAME, NOW + timedelta(minutes=5), 0.5).since == NOW


def test_a_move_that_is_believed_is_told_with_its_address():
    moving = replace(
        KNOWN, moving_to="https://b.org/feed", moving_seen=4, moving_since=NOW - timedelta(hours=24)
    )
    after = settle(FEED, moving, replace(SAME, moved_to="https://b.org/feed"), NOW, 0.5)
    assert (after.state, after.detail, after.address) == (
        "moved",
        "to https://b.org/feed",
        "https://b.org/feed",
    )


@pytest.mark.parametrize(
    ("before", "answer", "lies"),
    [
        (KNOWN, replace(ENTRIES, etag='"1"'), 1),
        (KNOWN, replace(ENTRIES, etag='"1"', last_modified="Mon"), 1),
        (KNOWN, ENTRIES, 0),
        (KNOWN, replace(ENTRIES, etag=None, last_modified="Sun"), 0),
        (KNOWN, replace(ENTRIES, etag='"1"', new=0), 0),
        (replace(KNOWN, etag=None), replace(ENTRIES, etag=None, last_modified="Sun"), 1),
        (replace(KNOWN, etag=None), replace(ENTRIES, etag=None, last_modified="Mon"), 0),
        (replace(KNOWN, etag=None, last_modified=None), replace(ENTRIES, etag=None), 0),
        (NEW, replace(ENTRIES, etag=None), 0),
    ],
)
def test_new_entries_behind_the_validator_of_old_ones_are_a_lie(before, answer, lies):
    after = settle(FEED, before, answer, NOW, 0.5)
    assert after.lies == lies
    assert oddities(FEED, before, after) == ({"lie": 1} if lies else {})


def test_who_lied_once_is_never_asked_conditionally_again():
    assert validators(replace(KNOWN, lies=1)) == (None, None)


@pytest.mark.parametrize(
    ("before", "answer", "stated", "wait"),
    [
        (KNOWN, replace(SAME, floor=timedelta(minutes=20)), timedelta(minutes=20), timedelta(minutes=21)),
        (KNOWN, replace(SAME, floor=timedelta(minutes=2)), timedelta(minutes=2), timedelta(minutes=12.5)),
        (KNOWN, replace(SAME, floor=timedelta(hours=9)), timedelta(hours=9), timedelta(minutes=30)),
        (
            KNOWN,
            replace(ENTRIES, floor=timedelta(minutes=2), body_floor=timedelta(minutes=20)),
            timedelta(minutes=20),
            timedelta(minutes=21),
        ),
        # what the last body asked for holds until there is another
        (
            replace(KNOWN, body_floor=timedelta(minutes=20)),
            Answer("not-modified"),
            timedelta(minutes=20),
            timedelta(minutes=21),
        ),
        (replace(KNOWN, body_floor=timedelta(minutes=20)), ENTRIES, None, timedelta(minutes=8)),
    ],
)
def test_a_stated_floor_wins_up_to_the_ceiling(before, answer, stated, wait):
    after = settle(FEED, before, answer, NOW, 0.5)
    assert after.stated_floor == stated
    assert after.next_poll - NOW == wait


def test_a_stated_floor_over_the_ceiling_is_reported_when_it_begins():
    hour = replace(SAME, floor=timedelta(hours=1))
    capped = settle(FEED, KNOWN, hour, NOW, 0.5)
    assert oddities(FEED, KNOWN, capped) == {"floor-capped": 1}
    again = settle(FEED, capped, replace(SAME, floor=timedelta(minutes=50)), NOW, 0.5)
    assert oddities(FEED, capped, again) == {}
    assert oddities(FEED, again, settle(FEED, again, SAME, NOW, 0.5)) == {}


def test_an_unchanged_body_keeps_all_ids_of_a_long_feed():
    many = replace(KNOWN, recent_ids=tuple(f"o{n}" for n in range(900)))
    assert settle(FEED, many, SAME, NOW, 0.5).recent_ids == many.recent_ids


def test_an_entry_from_the_future_does_not_lie_ahead_in_what_is_remembered():
    after = settle(FEED, KNOWN, replace(ENTRIES, newest=NOW + timedelta(hours=20)), NOW, 0.5)
    assert after.last_entry == NOW
