import asyncio
from datetime import timedelta
from itertools import pairwise

import pytest

from connectors.feeds.hosts import HostGates, host_of
from tests.connectors.feeds.collector_bench import VirtualTime

SECOND = timedelta(seconds=1)


@pytest.fixture
def time():
    return VirtualTime()


@pytest.fixture
def gates(time):
    return HostGates(time.clock, time.sleep)


def test_a_redirect_waits_for_its_hosts_turn(gates, time):
    start = time.now

    async def run():
        async with gates.turn("a.org"):
            pass
        return await gates.hop("https://a.org/feed"), time.now, await gates.hop("https://b.org/"), time.now

    assert asyncio.run(run()) == (None, start + SECOND, None, start + SECOND)


def test_a_redirect_to_a_host_that_wants_silence_is_not_followed(gates, time):
    gates.hold("a.org", time.now + timedelta(minutes=5))
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
    start = time.now
    gates.hold("a.org", start + SECOND)
    gates.hold("a.org", start)
    assert gates.held_until("a.org") == start + SECOND
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


def test_hosts_that_nobody_asks_any_more_are_forgotten():
    time = VirtualTime()
    gates = HostGates(time.clock, time.sleep)

    async def run():
        gates.hold("silent.example", time.now + timedelta(days=1))
        for n in range(5000):
            async with gates.turn(f"h{n}.example"):
                time.now += timedelta(milliseconds=10)

    asyncio.run(run())
    assert len(gates._next_start) < 1100
    assert len(gates._gates) == 0
    assert gates.held_until("silent.example") is not None


def test_a_host_keeps_its_gap_though_others_are_forgotten():
    time = VirtualTime()
    gates = HostGates(time.clock, time.sleep)

    async def run():
        for n in range(1500):
            async with gates.turn(f"h{n}.example"):
                pass
        async with gates.turn("h1499.example"):
            pass

    asyncio.run(run())
    assert time.slept == [timedelta(seconds=1)]


def starts_of(count, sleep, time):
    gates, starts = HostGates(time.clock, sleep), []

    async def one():
        async with gates.turn("a.example"):
            starts.append(time.now)

    async def run():
        await asyncio.gather(*(one() for _ in range(count)))

    asyncio.run(run())
    return starts


def test_waking_late_does_not_shorten_the_next_gap():
    time, late = VirtualTime(), [timedelta(milliseconds=900), timedelta(0)] * 4

    async def sleep(duration):
        await time.sleep(duration + late.pop())

    starts = starts_of(6, sleep, time)
    assert min(later - sooner for sooner, later in pairwise(starts)) == timedelta(seconds=1)


def test_a_clock_that_is_set_back_holds_no_host_up():
    time = VirtualTime()
    gates = HostGates(time.clock, time.sleep)

    async def run():
        async with gates.turn("a.example"):
            time.now -= timedelta(hours=1)
        async with gates.turn("a.example"):
            pass

    asyncio.run(run())
    assert time.slept == [timedelta(seconds=1)]
