import asyncio
from datetime import timedelta
from itertools import pairwise

from connectors.feeds.hosts import HostGates
from tests.connectors.feeds.test_collector import VirtualTime


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
