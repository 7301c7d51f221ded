"""Fetches over IPv6 from a real server at ::1."""

import asyncio
import socket
from dataclasses import replace
from ipaddress import ip_network

import pytest

from connectors.feeds.fetch import Fetcher
from tests.connectors.feeds.one_fetch import LIMITS, RSS, FakeResolver
from tests.connectors.feeds.scripted_server import scripted_server

ALLOWED = replace(LIMITS, allowed_networks=(ip_network("::1/128"), ip_network("127.0.0.0/8")))


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


pytestmark = pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6 loopback")


def fetched(host, *addresses, limits=ALLOWED, location=""):
    """Return the result of one fetch from `host`, and the hosts that the server was asked as."""

    async def run():
        async with scripted_server("::1") as server:
            server.answer("/feed", body=RSS, ETag='"1"')
            server.answer("/old", 301, Location=location.format(port=server.port))
            resolver = FakeResolver(*addresses) if addresses else None
            async with Fetcher(limits, resolver=resolver) as fetcher:
                result = await fetcher.fetch(server.url("/old" if location else "/feed", host))
            return result, [asked["host"].rpartition(":")[0] for _, asked in server.asked]

    return asyncio.run(run())


def test_a_literal_with_a_port_is_fetched_where_it_is_allowed():
    result, asked = fetched("[::1]")
    assert (result.body, result.headers, asked) == (RSS, {"etag": '"1"'}, ["[::1]"])


def test_a_name_with_nothing_but_an_ipv6_address_is_fetched():
    result, asked = fetched("news.example", "::1")
    assert (result.body, asked) == (RSS, ["news.example"])


@pytest.mark.parametrize("addresses", [("127.0.0.1", "::1"), ("::1", "127.0.0.1")])
def test_a_name_whose_server_listens_on_ipv6_alone_is_fetched_there(addresses):
    result, asked = fetched("news.example", *addresses)
    assert (result.body, asked) == (RSS, ["news.example"])


def test_a_redirect_within_ipv6_is_followed():
    result, asked = fetched("[::1]", location="http://[::1]:{port}/feed")
    assert (result.body, asked) == (RSS, ["[::1]"] * 2)
    assert result.moved_to == result.url


@pytest.mark.parametrize(("host", "addresses"), [("[::1]", ()), ("news.example", ("::1",))])
def test_our_own_machine_is_refused_over_ipv6_where_it_is_not_allowed(host, addresses):
    result, asked = fetched(host, *addresses, limits=replace(LIMITS, allowed_networks=()))
    assert (result.reason, asked) == ("refused-address", [])
