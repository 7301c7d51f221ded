import asyncio
import gzip
import socket
import zlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import pytest
from aiohttp.abc import AbstractResolver

from connectors.feeds.feed import FetchLimits
from connectors.feeds.fetch import Fetcher, FetchError, FetchResult, next_hop
from tests.connectors.feeds.scripted_server import head, scripted_server

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


def test_an_ipv6_literal_with_a_port_is_fetched_where_it_is_allowed():
    async def run():
        async with scripted_server("::1") as server:
            server.answer("/feed", body=RSS)
            limits = replace(LIMITS, allowed_networks=(ip_network("::1/128"),))
            async with Fetcher(limits) as fetcher:
                return await fetcher.fetch(server.url("/feed", "[::1]")), server.asked[0][1]["host"]

    if not socket.has_ipv6:
        pytest.skip("no IPv6 on this machine")
    try:
        result, host = asyncio.run(run())
    except OSError:
        pytest.skip("no IPv6 on this machine")
    assert result.body == RSS
    assert host.startswith("[::1]:")


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


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP"])
def test_gzip_is_unpacked(coding):
    result, _ = fetch(answering(body=gzip.compress(RSS, mtime=0), Content_Encoding=coding))
    assert result.body == RSS


def test_gzip_in_several_members_is_unpacked():
    packed = gzip.compress(RSS[:20], mtime=0) + gzip.compress(RSS[20:], mtime=0)
    assert fetch(answering(body=packed, Content_Encoding="gzip"))[0].body == RSS


def test_both_kinds_of_deflate_are_unpacked():
    raw = zlib.compressobj(wbits=-15)
    for packed in (zlib.compress(RSS), raw.compress(RSS) + raw.flush()):
        assert fetch(answering(body=packed, Content_Encoding="deflate"))[0].body == RSS


@pytest.mark.parametrize(
    ("body", "coding", "reason"),
    [
        (gzip.compress(RSS, mtime=0)[:-12], "gzip", "truncated"),
        (b"no gzip at all", "gzip", "bad-encoding"),
        (RSS, "br", "bad-encoding"),
        (RSS, "zstd", "bad-encoding"),
        (RSS, "compress", "bad-encoding"),
        (RSS, "gzip, gzip", "bad-encoding"),
    ],
)
def test_a_body_that_cannot_be_unpacked_is_a_failure(body, coding, reason):
    assert fetch(answering(body=body, Content_Encoding=coding))[0].reason == reason


def test_a_gzip_bomb_is_stopped_by_its_ratio():
    bomb = gzip.compress(bytes(12 * 1024 * 1024))
    result, _ = fetch(answering(body=bomb, Content_Encoding="gzip"))
    assert (result.reason, result.detail) == ("too-large", "expands more than 100 : 1")
    assert result.body == b""


def test_a_body_over_the_limit_is_stopped_even_if_it_never_ends():
    async def endless(writer, asked):
        writer.write(head(200))
        while True:
            writer.write(b"x" * 65536)
            await writer.drain()

    limits = replace(LIMITS, max_body_bytes=1_000_000)
    result, _ = fetch(lambda server: server.scripts.update({"/feed": endless}), limits=limits)
    assert (result.reason, result.detail) == ("too-large", "more than 1000000 bytes")


def test_a_body_shorter_than_announced_is_truncated():
    result, _ = fetch(writing(head(200, length=500), RSS))
    assert result.reason == "truncated"


def test_an_empty_body_is_content():
    assert outcome(fetch(answering())[0]) == ("content", "", 200)


def test_silence_after_the_connection_is_a_timeout():
    limits = replace(LIMITS, read=timedelta(milliseconds=100))
    assert fetch(writing(then_wait=True), limits=limits)[0].reason == "timeout"


def test_silence_within_the_body_is_a_timeout():
    limits = replace(LIMITS, read=timedelta(milliseconds=100))
    assert fetch(writing(head(200), b"<rss", then_wait=True), limits=limits)[0].reason == "timeout"


def test_a_slow_drip_ends_with_the_total_time():
    async def drip(writer, asked):
        writer.write(head(200))
        while True:
            writer.write(b"x")
            await writer.drain()
            await asyncio.sleep(0.02)

    limits = replace(LIMITS, total=timedelta(milliseconds=300))
    assert fetch(lambda server: server.scripts.update({"/feed": drip}), limits=limits)[0].reason == "timeout"


@pytest.mark.parametrize("garbage", [b"SSH-2.0-OpenSSH_9\r\n", b"HTTP/1.1 abc\r\n\r\n", b""])
def test_what_is_not_http_is_a_failure(garbage):
    assert fetch(writing(garbage))[0].reason in ("bad-http", "connect")


def test_an_endless_header_is_refused():
    assert fetch(writing(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000))[0].reason == "bad-http"


def test_a_hostile_redirect_target_does_not_leave_the_machine_by_a_proxy(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1/")
    assert fetch(answering(body=RSS))[0].body == RSS
