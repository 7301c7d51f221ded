from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from connectors.feeds.feed import FeedState
from connectors.feeds.feed_states import FeedStates
from tests.cluster.databases import BOTH
from transforms.sql_engine import SqlAccess
from transforms.sql_store import StoreUnavailableError

FULL = FeedState(
    "https://a.org/feed",
    etag='"1"',
    last_modified="Sun",
    body_hash="ab" * 16,
    bad_hash="cd" * 16,
    next_poll=datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC),
    interval=timedelta(minutes=7, microseconds=1),
    polls=5,
    failures=2,
    state="failing",
    since=datetime(2026, 2, 1, tzinfo=UTC),
    reason="timeout",
    detail="é",
    last_success=datetime(2026, 1, 1, tzinfo=UTC),
    last_entry=datetime(1960, 1, 1, tzinfo=UTC),
    recent_ids=("0" * 32, "f" * 32),
    body_floor=timedelta(hours=1),
    stated_floor=timedelta(hours=2),
    lies=3,
    address="https://b.org/feed",
    moving_to="https://c.org/feed",
    moving_seen=4,
    moving_since=datetime(2026, 2, 2, tzinfo=UTC),
    last_new=datetime(2026, 2, 3, tzinfo=UTC),
    gaps=(timedelta(seconds=1), timedelta(days=400)),
)


@pytest.fixture(params=BOTH)
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/feeds.db"
    return request.getfixturevalue("database_url")


def test_a_state_is_read_back_as_it_was_by_another_opener(url):
    store = FeedStates.open(url)
    store.save(FULL)
    store.save(FeedState("https://b.org/"))
    store.close()
    again = FeedStates.open(url)
    assert again.load() == {FULL.url: FULL, "https://b.org/": FeedState("https://b.org/")}
    again.close()


def test_a_later_state_replaces_the_former(url):
    store = FeedStates.open(url)
    store.save(FULL)
    store.save(replace(FULL, failures=3, recent_ids=()))
    assert store.load() == {FULL.url: replace(FULL, failures=3, recent_ids=())}
    store.close()


def test_a_full_disk_is_named_and_can_be_waited_for(tmp_path):
    access = SqlAccess("feed states", f"sqlite:///{tmp_path / 'state.sqlite'}")
    states = FeedStates(access)
    states.create_tables()
    with access.read("size") as connection:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()

    @event.listens_for(access.engine, "begin")
    def limit(connection):
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    with pytest.raises(StoreUnavailableError, match="feed states: save: the disk is full") as full:
        states.save(FeedState("https://a.example/feed", detail="x" * 100_000))
    assert full.value.retryable
    states.close()
