"""Feeds shared by several collectors: one polls each, shares are fair, the dead are replaced."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from connectors.feeds.feed import FeedState
from connectors.feeds.feed_leases import METADATA, FeedLeases
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.sinks import LeaseLostError
from tests.cluster.databases import BOTH
from transforms.sql_engine import SqlAccess

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
URLS = [f"https://{i:02}.example/feed" for i in range(10)]


@pytest.fixture(params=BOTH)
def collector(request, tmp_path):
    """Return a function that makes a collector's leases and states on one database."""
    url = (
        f"sqlite:///{tmp_path}/feeds.db"
        if request.param == "sqlite"
        else request.getfixturevalue("database_url")
    )
    opened = []

    def make(owner, urls=URLS, *, joined=True):
        access = SqlAccess("feed states", url)
        opened.append(access)
        with access.write("create tables") as c:
            METADATA.create_all(c)
        leases = FeedLeases(access, owner, urls)
        if joined:
            leases.join(NOW)
        return SimpleNamespace(leases=leases, renew=leases.renew, states=FeedStates(access, leases.holds))

    yield make
    for access in opened:
        access.close()


def after(seconds):
    return NOW + timedelta(seconds=seconds)


def test_a_collector_alone_holds_every_feed(collector):
    assert collector("a").renew(NOW) == set(URLS)


def test_one_that_comes_gets_its_fair_share_and_no_feed_has_two(collector):
    a = collector("a")
    a.renew(NOW)
    b = collector("b")
    assert b.renew(after(1)) == set()
    kept = a.renew(after(10))
    assert len(kept) == 5
    assert b.renew(after(11)) == set(URLS) - kept
    c = collector("c")
    for second in (20, 30):
        shares = [one.renew(after(second)) for one in (a, b, c)]
    assert sorted(len(share) for share in shares) == [2, 4, 4]
    assert set().union(*shares) == set(URLS)


def test_shares_do_not_move_without_need(collector):
    a, b = collector("a"), collector("b")
    shares = [a.renew(NOW), b.renew(NOW)]
    assert [len(share) for share in shares] == [5, 5]
    assert [a.renew(after(10)), b.renew(after(10))] == shares


def test_what_is_being_polled_is_not_given_back(collector):
    a = collector("a")
    a.renew(NOW)
    collector("b")
    assert a.renew(after(10), URLS[:7]) == set(URLS[:7])


def test_the_feeds_of_one_that_died_are_taken_over_within_a_minute(collector):
    a, b = collector("a"), collector("b")
    orphaned, kept = a.renew(NOW), b.renew(NOW)
    assert b.renew(after(29)) == kept
    assert b.renew(after(30)) == kept | orphaned


def test_the_feeds_of_one_that_left_are_free_at_once(collector):
    a, b = collector("a"), collector("b")
    a.renew(NOW)
    b.renew(NOW)
    a.leases.leave()
    assert b.renew(after(1)) == set(URLS)


def test_one_that_was_given_up_begins_again_with_nothing(collector):
    a = collector("a")
    a.renew(NOW)
    b = collector("b")
    assert b.renew(after(40)) == set(URLS)
    assert a.renew(after(41)) == set()
    assert len(b.renew(after(42))) == 5
    assert len(a.renew(after(43))) == 5


def test_one_that_was_late_but_not_given_up_goes_on(collector):
    a = collector("a")
    a.renew(NOW)
    assert a.renew(after(300)) == set(URLS)


def test_a_save_after_the_lease_was_lost_is_refused(collector):
    a, b = collector("a"), collector("b")
    [url, *_] = sorted(a.renew(NOW))
    a.states.save(FeedState(url, polls=1))
    b.renew(after(40))
    b.states.save(FeedState(url, polls=2))
    with pytest.raises(LeaseLostError, match=f"feed {url}: another collector polls it now"):
        a.states.save(FeedState(url, polls=3))
    assert b.states.load_of([url, "https://unknown.example"])[url].polls == 2


def test_a_commit_whose_answer_was_lost_is_found_made(collector):
    a = collector("a")
    a.renew(NOW)
    a.leases.held.clear()
    assert a.renew(after(10)) == set(URLS)


def test_feeds_that_only_another_collector_knows_are_left_to_it(collector):
    more = [f"https://{i:04}.other.example/feed" for i in range(1200)]
    a = collector("a", more)
    b = collector("b", URLS)
    b.renew(NOW)
    a.leases.leave()
    assert b.renew(after(1)) == set(URLS)


def test_a_feed_that_was_added_gets_an_owner_and_one_that_was_removed_loses_his(collector):
    a, b = collector("a", URLS[:8]), collector("b", URLS[:8])
    shares = [a.renew(NOW), b.renew(NOW)]
    removed = min(shares[0])
    changed = [url for url in URLS if url != removed]
    a.leases.change(changed)
    assert a.renew(after(1)) == shares[0] - {removed} | {*URLS[8:]}
    b.leases.change(changed)
    assert b.renew(after(2)) == shares[1]
    with pytest.raises(LeaseLostError):
        a.states.save(FeedState(removed))


@pytest.mark.parametrize("collector", [BOTH[1]], indirect=True)
def test_what_another_is_taking_is_passed_over(collector):
    a, b = collector("a"), collector("b")
    with a.leases.access.write("take") as c:
        c.exec_driver_sql(f"UPDATE feed_leases SET owner = 'a' WHERE url < '{URLS[3]}'")
        assert b.renew(NOW) == set(URLS[3:8])
    assert a.renew(NOW) == {*URLS[:3], *URLS[8:]}
