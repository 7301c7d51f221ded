import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import pytest

from connectors.feeds.fetch import Fetcher
from tests.connectors.feeds.one_fetch import LIMITS, RSS, FakeResolver, answering, fetch, outcome, writing


def test_a_feed_is_fetched_with_its_headers():
    result, asked = fetch(answering(body=RSS, ETag='"v1"', Content_Type="application/rss+xml", X_Other="1"))
    assert outcome(result) == ("content", "", 200)
    assert result.body == RSS
    assert result.headers == {"etag": '"v1"', "content-type": "application/rss+xml"}
    assert asked[0][1]["user-agent"] == "missionwire-test (+mailto:ops@example.org)"
    assert asked[0][1]["accept-encoding"] == "gzip, deflate, br, zstd"
    assert "cookie" not in asked[0][1]


def test_validators_make_the_request_conditional():
    result, asked = fetch(answering(304), etag='"v1"', last_modified="Sun, 01 Mar 2026 10:00:00 GMT")
    assert outcome(result) == ("not-modified", "", 304)
    assert asked[0][1]["if-none-match"] == '"v1"'
    assert asked[0][1]["if-modified-since"] == "Sun, 01 Mar 2026 10:00:00 GMT"


@pytest.mark.parametrize("status", [204, 300, 400, 401, 403, 404, 410, 418, 500, 502, 503])
def test_another_status_is_a_failure_with_its_number(status):
    result, _ = fetch(answering(status))
    assert outcome(result) == ("failed", f"http-{status}", status)
    assert result.retry_after is None


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        ("120", timedelta(minutes=2)),
        ("Sun, 01 Mar 2026 12:10:00 GMT", timedelta(minutes=10)),
        ("Sun, 01 Mar 2020 12:10:00 GMT", timedelta(0)),
        ("99999999999", timedelta(hours=24)),
        ("soon", None),
    ],
)
def test_retry_after_is_read_in_both_forms_and_clamped(value, wait):
    result, _ = fetch(answering(429, Retry_After=value))
    assert (result.reason, result.retry_after) == ("http-429", wait)


def test_permanent_redirects_are_followed_and_reported():
    def script(server):
        server.answer("/feed", 301, Location="/b")
        server.answer("/b", 308, Location=server.url("/c#top"))
        server.answer("/c", body=RSS)

    result, asked = fetch(script, etag='"v1"')
    assert result.body == RSS
    assert result.moved_to == result.url
    assert result.url.endswith("/c")
    assert [path for path, _ in asked] == ["/feed", "/b", "/c"]
    assert asked[2][1]["if-none-match"] == '"v1"'


def test_a_temporary_redirect_on_the_way_is_no_move():
    def script(server):
        server.answer("/feed", 301, Location="/b")
        server.answer("/b", 302, Location="/c")
        server.answer("/c", body=RSS)

    result, _ = fetch(script)
    assert (result.kind, result.moved_to) == ("content", None)


def test_a_redirect_in_a_circle_ends():
    def script(server):
        server.answer("/feed", 302, Location="/b")
        server.answer("/b", 302, Location="/feed")

    assert fetch(script)[0].reason == "redirect-loop"


def test_the_sixth_redirect_is_one_too_many():
    def script(server):
        server.answer("/feed", 302, Location="/1")
        for hop in range(1, 9):
            server.answer(f"/{hop}", 302, Location=f"/{hop + 1}")

    result, asked = fetch(script)
    assert result.reason == "too-many-redirects"
    assert len(asked) == 6


def test_a_name_without_an_address_is_a_dns_failure():
    class Nowhere(FakeResolver):
        async def resolve(self, host, port=0, family=socket.AF_INET):
            raise OSError(None, "no such name")

    assert fetch(answering(), resolver=Nowhere(), host="no.example.org")[0].reason == "dns"


def test_a_closed_port_is_a_connect_failure():
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]

    async def run():
        async with Fetcher(LIMITS) as fetcher:
            return await fetcher.fetch(f"http://127.0.0.1:{port}/")

    assert asyncio.run(run()).reason == "connect"


def test_a_server_without_tls_is_a_tls_failure():
    async def greet(reader, writer):
        writer.write(b"220 this is no TLS\r\n" * 10)
        writer.close()

    async def run():
        server = await asyncio.start_server(greet, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with server, Fetcher(LIMITS) as fetcher:
            return await fetcher.fetch(f"https://127.0.0.1:{port}/")

    assert asyncio.run(run()).reason == "tls"


def test_silence_after_the_connection_is_a_timeout():
    limits = replace(LIMITS, read=timedelta(milliseconds=100))
    assert fetch(writing(then_wait=True), limits=limits)[0].reason == "timeout"


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 abc\r\n\r\n", b""])
def test_what_is_not_http_is_a_failure(garbage):
    assert fetch(writing(garbage))[0].reason in ("bad-http", "connect")


def test_an_endless_header_is_refused():
    assert fetch(writing(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000))[0].reason == "bad-http"
