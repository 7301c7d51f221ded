"""What is polled no longer is said on the log once, by whoever polled it; what comes back begins anew."""

from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.answers import Answer, health_change, settle
from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.feed_leases import FeedLeases
from connectors.feeds.feed_states import FeedStates
from connectors.log.interface import LogError
from pipeline.feed_partings import Partings, of_polled
from tests.cluster.databases import BOTH
from transforms.records import FeedHealth
from transforms.sql_engine import SqlAccess

A, B, C = (Feed(f"https://{name}.example/feed", name.upper()) for name in "abc")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)


@pytest.fixture(params=BOTH)
def access(request, tmp_path):
    path = f"sqlite:///{tmp_path}/feeds.db"
    access = SqlAccess(
        "feed states", path if request.param == "sqlite" else request.getfixturevalue("database_url")
    )
    FeedStates(access).create_tables()
    yield access
    access.close()


class Scene:
    """Feeds that were polled and fail, and what is said of them."""

    def __init__(self, access, *polled):
        self.access, self.states, self.log, self.faults = access, FeedStates(access), [], []
        for feed in polled:
            self.states.save(FeedState(feed.url, polls=9, state="failing", reason="timeout", since=NOON))

    def append(self, changes):
        if self.faults:
            raise self.faults.pop(0)
        self.log += [(change.feed[8], change.state, change.publisher) for change in changes]

    def say(self, *polled, paused=(), joined=(), elsewhere=set):
        partings = Partings(self.states, self.append, lambda: NOON + AN_HOUR, elsewhere)
        partings.say(polled, paused, [feed.url for feed in joined])
        return self.log


def test_what_was_removed_and_what_was_paused_is_said_once(access):
    scene = Scene(access, A, B, C)
    assert scene.say(A, paused=[B]) == [("b", "paused", "B"), ("c", "removed", "")]
    assert len(scene.say(A, paused=[B])) == 2


def test_a_feed_that_was_never_polled_parts_in_silence(access):
    assert Scene(access, A).say(A, paused=[B]) == []


def test_a_feed_that_comes_back_tells_its_state_by_its_next_poll_though_it_is_the_same(access):
    scene = Scene(access, A)
    scene.say(paused=[A])
    stored = scene.states.load()[A.url]
    after = settle(A, stored, Answer("failed", reason="timeout"), NOON + 2 * AN_HOUR, 0.5)
    told = health_change(A, stored, after)
    assert (told.state, told.since) == ("failing", NOON + 2 * AN_HOUR)
    assert after.polls == 10


def test_a_poll_under_way_that_ends_after_a_pause_does_not_keep_its_feed_from_telling_when_it_comes_back(
    access,
):
    scene = Scene(access, A)
    scene.say(paused=[A])
    scene.states.save(FeedState(A.url, polls=10, state="failing", reason="timeout", since=NOON))
    scene.say(A, joined=[A])
    assert scene.states.load()[A.url].since is None


def test_what_a_poll_under_way_finds_of_a_feed_that_has_parted_is_not_the_last_word(access):
    scene = Scene(access, A)
    health = of_polled({B.url}.__contains__, scene.append)
    scene.say(B, paused=[A])
    health([FeedHealth(feed=A.url, publisher="A", state="failing", since=NOON + AN_HOUR)])
    health([FeedHealth(feed=B.url, publisher="B", state="ok", since=NOON + AN_HOUR)])
    assert scene.log == [("a", "paused", "A"), ("b", "ok", "B")]


def test_what_the_log_did_not_take_is_said_again(access):
    scene = Scene(access, A)
    scene.faults = [LogError("appending", "away", retryable=True)]
    with pytest.raises(LogError):
        scene.say()
    assert scene.say() == [("a", "removed", "")]


def test_a_feed_that_another_collector_polls_is_left_to_it(access):
    scene = Scene(access, A, B)
    other = FeedLeases(access, "other", [A.url])
    other.join(NOON)
    other.renew(NOON)
    mine = FeedLeases(access, "mine", [B.url])
    mine.join(NOON)
    mine.renew(NOON)
    assert scene.say(joined=[A], elsewhere=mine.elsewhere) == [("b", "removed", "")]
    assert scene.states.load()[A.url].since == NOON
    other.leave()
    assert scene.say(elsewhere=mine.elsewhere)[1:] == [("a", "removed", "")]
