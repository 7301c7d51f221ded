from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.feed import FeedState
from connectors.feeds.moves import address_of, followed

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
OLD, NEW, OTHER = "https://a.org/feed", "https://b.org/feed", "https://c.org/feed"
STAYED = FeedState(OLD)
MOVED = FeedState(OLD, address=NEW)


def after(state, *sightings, every=timedelta(hours=6)):
    """Return the state after answers that were led to these addresses (`None`: not at all)."""
    for number, moved_to in enumerate(sightings):
        state = followed(state, moved_to, NOW + number * every)
    return state


@pytest.mark.parametrize(
    ("sightings", "every", "address"),
    [
        ([NEW] * 5, timedelta(hours=6), NEW),
        ([NEW] * 4, timedelta(hours=12), None),
        ([NEW] * 5, timedelta(hours=5), None),
        ([NEW] * 50, timedelta(minutes=25), None),
        ([NEW] * 50, timedelta(minutes=30), NEW),
        ([NEW, NEW, None, NEW, NEW, NEW], timedelta(hours=12), None),
        ([NEW, NEW, OTHER, NEW, NEW, NEW], timedelta(hours=12), None),
        ([NEW, OTHER] * 10, timedelta(hours=12), None),
        ([NEW, *[OTHER] * 5], timedelta(hours=6), OTHER),
    ],
)
def test_a_new_address_is_believed_after_five_sightings_over_a_day(sightings, every, address):
    assert after(STAYED, *sightings, every=every).address == address


def test_a_believed_address_is_asked():
    assert address_of(STAYED) == OLD
    assert address_of(MOVED) == NEW


def test_while_the_new_address_fails_the_old_one_is_asked_every_other_time():
    assert [address_of(replace(MOVED, failures=n)) for n in range(4)] == [NEW, OLD, NEW, OLD]


def test_a_feed_that_is_back_where_it_was_has_not_moved():
    assert followed(replace(MOVED, failures=1), None, NOW).address is None


def test_an_old_address_that_still_leads_to_the_new_one_changes_nothing():
    assert followed(replace(MOVED, failures=1), NEW, NOW) == replace(MOVED, failures=1)


def test_a_feed_may_move_on():
    assert after(MOVED, *[OTHER] * 5).address == OTHER


def test_a_feed_that_moves_back_lives_at_its_url():
    assert after(MOVED, *[OLD] * 5).address is None


@given(
    st.lists(st.sampled_from([None, NEW, OTHER]), max_size=30), st.timedeltas(timedelta(0), timedelta(days=2))
)
def test_no_address_is_believed_sooner(sightings, every):
    state = STAYED
    for number, moved_to in enumerate(sightings):
        state = followed(state, moved_to, NOW + number * every)
        if state.address:
            recent = sightings[max(0, number - 4) : number + 1]
            assert number * every >= timedelta(hours=24)
            assert recent == [state.address] * 5
            break
