from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

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
    ("asked", "wait"),
    [
        (0, hours(5) + minutes(20)),
        (1, minutes(1)),
        (90, timedelta(seconds=90)),
        (7200, hours(2)),
        (10**6, hours(24)),
    ],
)
def test_the_servers_own_word_wins_within_a_floor_and_a_day(asked, wait):
    assert after_failure(FEED, 7, NOW, 0.0, timedelta(seconds=asked)) - NOW == wait


def test_a_gone_feed_is_looked_at_weekly():
    assert after_gone(NOW, 0.0) - NOW == timedelta(days=7)
    assert after_gone(NOW, 0.5) - NOW == timedelta(days=7) * 1.05


@pytest.mark.parametrize(
    ("interval", "stated", "soonest", "latest"),
    [
        (minutes(10), None, minutes(9), minutes(11)),
        (minutes(1), None, minutes(1), timedelta(seconds=66)),
        (minutes(30), None, minutes(27), minutes(30)),
        (minutes(1), minutes(20), minutes(20), minutes(22)),
        (minutes(1), hours(5), minutes(30), minutes(30)),
    ],
)
def test_every_interval_is_jittered_within_its_bounds(interval, stated, soonest, latest):
    waits = [after_success(FEED, interval, NOW, jitter, stated) - NOW for jitter in (0.0, 1.0)]
    assert waits == [soonest, latest]


def late_by(rule, news, *, page=30):
    """Return by how many minutes news are late on average, when polls follow `rule(interval, new)`."""
    now, interval, waiting, delays = 0.0, 1.0, list(news), []
    while waiting:
        found = [at for at in waiting if at <= now]
        waiting = waiting[len(found) :]
        delays += [now - at for at in found]
        interval = rule(interval, len(found), page)
        now += interval
    return sum(delays) / len(delays)


def ours(interval, new, page):
    return adapted(FEED, minutes(interval), new=new, total=page) / minutes(1)


def by_share(interval, new, page):
    changed = interval * 1.25 if new < page / 3 else interval * 0.5 if new > page * 2 / 3 else interval
    return min(30, max(1, changed))


def test_the_rule_is_sooner_than_one_by_the_share_of_new_entries():
    gaps = Random(7)
    news = list(accumulate(gaps.expovariate(1 / 10) for _ in range(3000)))
    assert round(late_by(ours, news), 1) == 4.3
    assert round(late_by(by_share, news), 1) == 14.9


jitters = st.floats(0, 1, exclude_max=True)


@given(st.integers(0, 10**7), jitters, st.none() | st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_healthy_feed_is_always_polled_within_its_bounds(interval_s, jitter, stated):
    wait = after_success(FEED, timedelta(seconds=interval_s), NOW, jitter, stated) - NOW
    assert timedelta(seconds=60) <= wait <= timedelta(minutes=30)


@given(st.integers(1, 10**6), jitters, st.none() | st.timedeltas(timedelta(0), timedelta(days=400)))
def test_a_failing_feed_is_never_hammered_and_never_given_up(failures, jitter, asked):
    wait = after_failure(FEED, failures, NOW, jitter, asked) - NOW
    assert timedelta(seconds=60) <= wait <= timedelta(hours=24)


@given(st.timedeltas(timedelta(0), timedelta(days=1)), st.integers(0, 50), st.integers(0, 50))
def test_a_learned_interval_stays_within_the_feeds_bounds(interval, new, more):
    assert timedelta(seconds=60) <= adapted(FEED, interval, new=new, total=new + more) <= minutes(30)
