import asyncio
from datetime import timedelta

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
    assert len(gates._slots) == 0
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
