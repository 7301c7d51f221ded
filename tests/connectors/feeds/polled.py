"""A whole collector but for its loop and its processes: real HTTP to a scripted server, virtual time."""

import socket
from contextlib import asynccontextmanager
from datetime import timedelta
from ipaddress import ip_network

from aiohttp.abc import AbstractResolver

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed, FetchLimits
from connectors.feeds.fetch import Fetcher
from connectors.feeds.hosts import HostGates
from connectors.feeds.reading import read_feed
from tests.connectors.feeds.collector_bench import Counting, MemorySinks, MemoryStates, VirtualTime
from tests.connectors.feeds.scripted_server import scripted_server

# the server has an address of its own, so that 127.0.0.1 stands for what must not be reached
SERVER = "127.0.0.2"
LIMITS = FetchLimits(
    "missionwire-test",
    connect=timedelta(seconds=2),
    read=timedelta(seconds=1),
    total=timedelta(milliseconds=2500),
    allowed_networks=(ip_network(f"{SERVER}/32"),),
)


class Names(AbstractResolver):
    """Answers each name with the addresses given for it, one after the other, the last one for ever."""

    def __init__(self):
        self.addresses = {}

    async def resolve(self, host, port=0, family=socket.AF_INET):
        known = self.addresses.get(host, [])
        if not known:
            raise OSError(None, "no such name")
        address = known.pop(0) if len(known) > 1 else known[0]
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET,
                "proto": socket.IPPROTO_TCP,
                "flags": socket.AI_NUMERICHOST,
            }
        ]

    async def close(self):
        pass


class Polled:
    """One feed at `server`'s /feed, polled whenever it is due."""

    def __init__(self, server, fetcher, names, time, gates, feed, states=None):
        self.server, self.fetcher, self.names, self.time, self.feed = server, fetcher, names, time, feed
        self.gates, self.states = gates, states or MemoryStates()
        self.sinks, self.seen = MemorySinks(), Counting()

        async def read(job):
            return read_feed(job)

        self.collector = Collector(
            [feed],
            fetch=fetcher.fetch,
            read=read,
            sinks=self.sinks.sinks(),
            states=self.states,
            code_version="test",
            observer=self.seen,
            clock=time.clock,
            sleep=time.sleep,
            jitter=lambda: 0.5,
            gates=gates,
        )

    def restarted(self):
        """Return the same feed in a new process, which knows what was stored."""
        again = Polled(self.server, self.fetcher, self.names, self.time, self.gates, self.feed, self.states)
        again.sinks.articles, again.sinks.health = self.sinks.articles, self.sinks.health
        return again

    async def poll(self):
        """Poll when it is due; return the state and how long it is until the next poll."""
        known = self.states.rows.get(self.feed.url)
        if known:
            self.time.now = max(self.time.now, known.next_poll)
        state = await self.collector.poll(self.feed)
        return state, state.next_poll - self.time.now

    async def poll_for(self, duration):
        """Poll whenever it is due, for so long; return the last state."""
        end = self.time.now + duration
        state, _ = await self.poll()
        while state.next_poll <= end:
            state, _ = await self.poll()
        self.time.now = end
        return state


@asynccontextmanager
async def polled(path="/feed", host="", **of_feed):
    names, time = Names(), VirtualTime()
    gates = HostGates(time.clock, time.sleep)
    async with (
        scripted_server(SERVER) as server,
        Fetcher(LIMITS, resolver=names, clock=time.clock, hop=gates.hop) as fetcher,
    ):
        feed = Feed(server.url(path, host), "A", **of_feed)
        one = Polled(server, fetcher, names, time, gates, feed)
        await one.collector.load()
        try:
            yield one
        finally:
            await one.collector.close()
