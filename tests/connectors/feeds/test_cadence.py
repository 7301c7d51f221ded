from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.cadence import is_quiet, learned, median_gap, p95_gap, told, was_away
from connectors.feeds.feed import Feed, FeedState

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://a.org/feed", "A")
HOUR = timedelta(hours=1)


def known(*gaps, silent=timedelta(0), **more):
    return FeedState(FEED.url, last_success=NOW, last_new=NOW - silent, gaps=tuple(gaps), **more)


def test_a_first_poll_teaches_nothing():
    new = FeedState(FEED.url)
    assert learned(FEED, new, NOW, new=True) == new


def test_a_gap_is_learned_from_the_second_news_on():
    state = FeedState(FEED.url, last_success=NOW)
    first = learned(FEED, state, NOW + HOUR, new=True)
    assert (first.last_new, first.gaps) == (NOW + HOUR, ())
    second = learned(FEED, replace(first, last_success=NOW + 2 * HOUR), NOW + 3 * HOUR, new=True)
    assert (second.last_new, second.gaps) == (NOW + 3 * HOUR, (2 * HOUR,))


def test_a_poll_without_news_teaches_nothing():
    state = known(HOUR, silent=HOUR)
    assert learned(FEED, state, NOW, new=False) == state


def test_an_outage_of_ours_is_no_gap_of_the_feed():
    state = known(HOUR)
    late = learned(FEED, state, NOW + timedelta(days=2), new=True)
    assert (late.last_new, late.gaps) == (NOW + timedelta(days=2), (HOUR,))


def test_the_last_hundred_gaps_are_kept():
    state = known(*[timedelta(minutes=n) for n in range(100)], silent=HOUR)
    assert learned(FEED, state, NOW, new=True).gaps == (*state.gaps[1:], HOUR)


def test_ten_gaps_make_a_cadence():
    assert (median_gap([HOUR] * 9), p95_gap([HOUR] * 9)) == (None, None)
    gaps = [n * HOUR for n in (5, 3, 1, 2, 4, 9, 7, 8, 6, 10)]
    assert (median_gap(gaps), p95_gap(gaps)) == (5 * HOUR, 10 * HOUR)
    assert p95_gap([HOUR] * 19 + [9 * HOUR]) == HOUR


@pytest.mark.parametrize(
    ("gaps", "silent", "quiet"),
    [
        ([HOUR] * 10, 3 * HOUR, False),
        ([HOUR] * 10, timedelta(hours=3, seconds=1), True),
        ([HOUR] * 9, timedelta(days=30), False),
        # polls half an hour apart cannot tell five minutes from thirty
        ([timedelta(minutes=5)] * 10, timedelta(minutes=90), False),
        ([timedelta(minutes=5)] * 10, timedelta(minutes=91), True),
    ],
)
def test_quiet_is_three_times_the_longest_usual_silence(gaps, silent, quiet):
    assert is_quiet(FEED, known(*gaps, silent=silent), NOW) is quiet


def test_a_feed_that_never_had_news_is_not_quiet():
    assert not is_quiet(FEED, FeedState(FEED.url, last_success=NOW), NOW)


def test_silence_is_told_with_what_was_usual():
    assert told(known(*[HOUR] * 10, silent=4 * HOUR)) == (
        "no new entry since 2026-03-01 08:00 UTC; usual are 1:00:00, at most 1:00:00"
    )


def test_three_polls_missed_are_an_outage():
    assert was_away(FEED, FeedState(FEED.url), NOW)
    assert not was_away(FEED, known(), NOW + timedelta(minutes=90))
    assert was_away(FEED, known(), NOW + timedelta(minutes=91))


@given(st.lists(st.timedeltas(timedelta(0), timedelta(days=90)), min_size=10, max_size=120))
def test_a_cadence_is_one_of_the_gaps_seen(gaps):
    assert median_gap(gaps) in gaps
    assert median_gap(gaps) <= p95_gap(gaps) <= max(gaps)
    assert sum(gap <= p95_gap(gaps) for gap in gaps) >= 0.95 * len(gaps)
