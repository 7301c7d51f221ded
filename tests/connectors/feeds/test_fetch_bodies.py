"""What becomes of bodies: codings, sizes, and ends that never come."""

import asyncio
import gzip
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.connectors.feeds.one_fetch import LIMITS, RSS, answering, fetch, outcome, writing
from tests.connectors.feeds.scripted_server import head


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
