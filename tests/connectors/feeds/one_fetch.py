"""One fetch from a scripted server."""

import asyncio
import socket
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

from aiohttp.abc import AbstractResolver

from connectors.feeds.feed import FetchLimits
from connectors.feeds.fetch import Fetcher
from tests.connectors.feeds.scripted_server import scripted_server

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
LIMITS = FetchLimits(
    "missionwire-test (+mailto:ops@example.org)",
    connect=timedelta(seconds=2),
    read=timedelta(seconds=2),
    total=timedelta(seconds=5),
    allowed_networks=(ip_network("127.0.0.0/8"),),
)

RSS = b"<rss version='2.0'><channel><item><title>Liftoff</title></item></channel></rss>"


class FakeResolver(AbstractResolver):
    """Answers every name with the given addresses."""

    def __init__(self, *addresses):
        self.addresses = addresses

    async def resolve(self, host, port=0, family=socket.AF_INET):
        return [
            {
                "hostname": host,
                "host": address,
                "port": port,
                "family": socket.AF_INET6 if ":" in address else socket.AF_INET,
                "proto": socket.IPPROTO_TCP,
                "flags": socket.AI_NUMERICHOST,
            }
            for address in self.addresses
        ]

    async def close(self):
        pass


def fetch(prepare, *, limits=LIMITS, resolver=None, path="/feed", host="127.0.0.1", **validators):
    """Run one fetch against a server that `prepare` scripted; return its result and what was asked."""

    async def run():
        async with scripted_server() as server:
            prepare(server)
            async with Fetcher(limits, resolver=resolver, clock=lambda: NOW) as fetcher:
                return await fetcher.fetch(server.url(path, host), **validators), server.asked

    return asyncio.run(run())


def answering(status=200, body=b"", **headers):
    return lambda server: server.answer("/feed", status, body, **headers)


def writing(*pieces, then_wait=False):
    """Script a server that writes the pieces and perhaps never ends."""

    async def script(writer, asked):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        if then_wait:
            await asyncio.Event().wait()

    return lambda server: server.scripts.update({"/feed": script})


def outcome(result):
    return result.kind, result.reason, result.status
