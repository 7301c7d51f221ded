"""Whom a fetch may reach: addresses, names and targets of redirects."""

import asyncio
from dataclasses import replace

import pytest

from connectors.feeds.fetch import Fetcher, FetchError, FetchResult, next_hop
from tests.connectors.feeds.one_fetch import LIMITS, RSS, FakeResolver, answering, fetch


@pytest.mark.parametrize(
    ("url", "location", "reason"),
    [
        ("https://a.org/f", "http://a.org/f2", "insecure-redirect"),
        ("https://a.org/f", "//user:pass@b.org/", "refused-url"),
        ("https://a.org/f", "file:///etc/passwd", "refused-url"),
        ("https://a.org/f", "gopher://b.org/", "refused-url"),
        ("https://a.org/f", "http://[", "refused-url"),
        ("https://a.org/f", "https://b.org:99999/", "refused-url"),
        ("https://a.org/f", "", "bad-http"),
        ("https://a.org/f", None, "bad-http"),
        ("https://a.org/f", "#x", "redirect-loop"),
    ],
)
def test_a_hop_that_must_not_be_made_is_refused(url, location, reason):
    with pytest.raises(FetchError) as error:
        next_hop(url, location, frozenset({url}), 5)
    assert error.value.reason == reason


def test_a_redirect_to_a_private_address_is_refused():
    result, _ = fetch(answering(302, Location="http://169.254.169.254/latest/meta-data/"))
    assert (result.kind, result.reason) == ("failed", "refused-address")
    assert result.url == "http://169.254.169.254/latest/meta-data/"


@pytest.mark.parametrize(
    ("host", "reason"),
    [
        ("127.0.0.1", "refused-address"),
        ("localhost", "refused-address"),
        ("0x7f.1", "refused-address"),
        ("2130706433", "refused-url"),
        ("0.0.0.0", "refused-address"),
        ("[::1]", "refused-address"),
        ("[::ffff:127.0.0.1]", "refused-address"),
    ],
)
def test_our_own_machine_is_refused_in_every_spelling(host, reason):
    result, asked = fetch(answering(body=RSS), limits=replace(LIMITS, allowed_networks=()), host=host)
    assert (result.reason, asked) == (reason, [])


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("127.0.0.1", "::1"), ("10.0.0.7", "fd00::1")])
def test_a_name_that_resolves_to_a_private_address_is_refused(addresses):
    result, asked = fetch(
        answering(body=RSS),
        limits=replace(LIMITS, allowed_networks=()),
        resolver=FakeResolver(*addresses),
        host="news.example.org",
    )
    assert (result.reason, asked) == ("refused-address", [])


def test_a_name_that_resolves_into_an_allowed_network_is_fetched():
    result, asked = fetch(answering(body=RSS), resolver=FakeResolver("127.0.0.1"), host="news.example.org")
    assert result.body == RSS
    assert asked[0][1]["host"].startswith("news.example.org")


@pytest.mark.parametrize(
    "url", ["ftp://a.org/", "http://u:p@a.org/", "http:///x", "javascript:1", "http://a b/", "http://[::1/"]
)
def test_a_url_that_is_none_of_ours_is_not_asked(url):
    async def run():
        async with Fetcher(LIMITS) as fetcher:
            return await fetcher.fetch(url)

    assert asyncio.run(run()) == FetchResult("failed", url, reason="refused-url")


def test_a_hostile_redirect_target_does_not_leave_the_machine_by_a_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    assert fetch(answering(body=RSS))[0].body == RSS
