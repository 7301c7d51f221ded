"""Machines whose clocks are off agree on the time by the database's server."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from connectors.feeds.feed_leases import METADATA, FeedLeases
from transforms.sql_clock import SharedClock
from transforms.sql_engine import SqlAccess
from transforms.sql_store import StoreUnavailableError

LONG_AGO = datetime(2001, 2, 3, tzinfo=UTC)
URLS = ["https://a.example/feed", "https://b.example/feed"]


@pytest.fixture
def access(database_url):
    access = SqlAccess("clock", database_url)
    yield access
    access.close()


def server_time(access):
    with access.read("look") as c:
        return c.execute(text("SELECT clock_timestamp()")).scalar_one()


def test_a_clock_that_is_off_by_years_tells_the_servers_time(access):
    clock = SharedClock(access, lambda: LONG_AGO)
    assert clock() == LONG_AGO
    before = server_time(access)
    clock.measure()
    assert before <= clock() <= server_time(access)
    assert clock().tzinfo is UTC


def test_that_a_clock_is_off_is_said_once(access, caplog):
    clock = SharedClock(access, lambda: datetime.now(UTC) + timedelta(hours=1))
    clock.measure()
    clock.measure()
    assert caplog.messages == [
        "this machine's clock is off the database server's by 3600 s; the server's counts"
    ]


def test_a_slow_answer_counts_only_if_there_is_no_other(access):
    own = iter([LONG_AGO, LONG_AGO + timedelta(seconds=10)] * 2 + [LONG_AGO] * 4)
    clock = SharedClock(access, lambda: next(own))
    clock.measure()
    first = clock._off
    assert first is not None
    clock.measure()
    assert clock._off == first
    clock.measure()
    assert clock._off > first


def test_a_file_is_of_one_machine(tmp_path):
    access = SqlAccess("clock", f"sqlite:///{tmp_path}/away/none.db")
    clock = SharedClock(access, lambda: LONG_AGO)
    clock.measure()
    assert clock() == LONG_AGO


def test_collectors_whose_clocks_are_hours_apart_do_not_think_each_other_dead(access):
    with access.write("create tables") as c:
        METADATA.create_all(c)
    shares = []
    for owner, hours in (("behind", -3), ("ahead", 3), ("behind", -3), ("ahead", 3)):
        own = LONG_AGO + timedelta(hours=hours)
        clock = SharedClock(access, lambda own=own: own)
        clock.measure()
        leases = FeedLeases(access, owner, URLS)
        if len(shares) < 2:
            leases.join(clock())
        shares.append(leases.renew(clock()))
    assert sorted(map(len, shares[2:])) == [1, 1]
    assert shares[2] | shares[3] == set(URLS)


def test_it_goes_on_while_the_server_is_away(access, monkeypatch):
    clock = SharedClock(access, lambda: LONG_AGO)
    asked = []

    def measure():
        asked.append(1)
        raise StoreUnavailableError("clock", "ask for the time", "the server is gone", retryable=True)

    async def no_pause(_seconds, sleep=asyncio.sleep):
        if len(asked) > 2:
            raise asyncio.CancelledError
        await sleep(0)

    monkeypatch.setattr(clock, "measure", measure)
    monkeypatch.setattr("transforms.sql_clock.asyncio.sleep", no_pause)
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(clock.keep())
    assert len(asked) == 3
