from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.feed import Feed
from connectors.feeds.schedule import adapted, after_failure, after_gone, after_success, first_poll

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://a.org/feed", "A")


def minutes(count):
    return timedelta(minutes=count)


def hours(count):
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("position", "after"), [(0, timedelta(0)), (0.5, timedelta(seconds=30)), (0.75, timedelta(seconds=45))]
)
def test_first_polls_are_spread_over_one_floor(position, after):
    assert first_poll(FEED, NOW, position) - NOW == after


@pytest.mark.parametrize(
    ("interval", "new", "total", "then"),
    [
        (None, 20, 20, minutes(1)),
        (minutes(8), 0, 20, minutes(10)),
        (minutes(8), 1, 20, timedelta(minutes=6, seconds=24)),
        (minutes(8), 14, 20, minutes(4)),
        (minutes(8), 20, 20, minutes(4)),
        (minutes(8), 0, 0, minutes(10)),
        (minutes(29), 0, 20, minutes(30)),
        (minutes(1), 20, 20, minutes(1)),
    ],
)
def test_the_interval_follows_the_share_of_new_entries(interval, new, total, then):
    assert adapted(FEED, interval, new=new, total=total) == then


@pytest.mark.parametrize(
    ("failures", "wait"),
    [(1, minutes(5)), (2, minutes(10)), (3, minutes(20)), (9, hours(21) + minutes(20)), (10, hours(24))],
)
def test_failures_back_off_from_five_minutes_doubling_to_a_day(failures, wait):
    assert after_failure(FEED, failures, NOW, 0.0) - NOW == wait


@pytest.mark.parametrize(
    ("asked", "wait"), [(0, minutes(1)), (90, timedelta(seconds=90)), (7200, hours(2)), (10**6, hours(24))]
)
def test_the_servers_own_word_wins_within_a_floor_and_a_day(asked, wait):
    assert after_failure(FEED, 7, NOW, 0.9, timedelta(seconds=asked)) - NOW == wait


def test_a_gone_feed_is_looked_at_weekly():
    assert after_gone(NOW, 0.0) - NOW == timedelta(days=7)
    assert after_gone(NOW, 0.5) - NOW == timedelta(days=7) * 1.05


jitters = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10**7), jitters)
def test_a_healthy_feed_is_always_polled_within_its_bounds(interval_s, jitter):
    wait = after_success(FEED, timedelta(seconds=interval_s), NOW, jitter) - NOW
    assert timedelta(seconds=60) <= wait <= timedelta(minutes=30)


@given(st.integers(1, 10**6), jitters, st.none() | st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_failing_feed_is_never_hammered_and_never_given_up(failures, jitter, asked):
    wait = after_failure(FEED, failures, NOW, jitter, asked) - NOW
    assert timedelta(seconds=60) <= wait <= timedelta(hours=24)


@given(st.timedeltas(timedelta(0), timedelta(days=1)), st.integers(0, 50), st.integers(0, 50))
def test_a_learned_interval_stays_within_the_feeds_bounds(interval, new, more):
    assert timedelta(seconds=60) <= adapted(FEED, interval, new=new, total=new + more) <= minutes(30)
