import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.hosts import HostGates, host_of

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class VirtualTime:
    def __init__(self):
        self.now = START

    def clock(self):
        return self.now

    async def sleep(self, duration):
        self.now += duration
        await asyncio.sleep(0)


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def gates(time):
    return HostGates(time.clock, time.sleep)


def test_a_redirect_waits_for_its_hosts_turn(gates, time):
    async def run():
        async with gates.turn("a.org"):
            pass
        return await gates.hop("https://a.org/feed"), time.now, await gates.hop("https://b.org/"), time.now

    assert asyncio.run(run()) == (None, START + SECOND, None, START + SECOND)


def test_a_redirect_to_a_host_that_wants_silence_is_not_followed(gates):
    gates.hold("a.org", START + timedelta(minutes=5))
    assert asyncio.run(gates.hop("https://a.org/feed")) == timedelta(minutes=5)


def test_two_polls_that_redirect_to_each_others_hosts_both_end(gates):
    async def poll(first, second):
        async with gates.turn(first):
            await gates.hop(f"https://{second}/")

    async def run():
        polls = [poll(*pair) for pair in (("a.org", "b.org"), ("b.org", "a.org")) * 4]
        await asyncio.wait_for(asyncio.gather(*polls), 5)

    asyncio.run(run())


def test_silence_ends(gates, time):
    gates.hold("a.org", START + SECOND)
    gates.hold("a.org", START)
    assert gates.held_until("a.org") == START + SECOND
    time.now += SECOND
    assert gates.held_until("a.org") is None


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://A.org:8443/x", "a.org"),
        ("http://[2001:db8::1]:81/", "2001:db8::1"),
        ("http://[", ""),
    ],
)
def test_the_host_is_that_of_the_url_whatever_the_port(url, host):
    assert host_of(url) == host
