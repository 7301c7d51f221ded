import gzip
import zlib

import brotli
import pytest
from backports import zstd
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.body import BodyError, BodyReader

TEXT = b"<rss version='2.0'><channel><item><title>Liftoff</title></item></channel></rss>" * 50
MEGABYTE = 1024 * 1024


def raw_deflate(data):
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


PACKED = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "deflate": zlib.compress,
    "raw deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstd.compress,
}


def unpacked(coding, packed, step=None, max_bytes=15 * MEGABYTE):
    reader = BodyReader(coding.removeprefix("raw "), max_bytes=max_bytes, max_ratio=100)
    for start in range(0, len(packed), step or max(1, len(packed))):
        reader.feed(packed[start : start + (step or len(packed))])
    return reader.finish()


@pytest.mark.parametrize("coding", PACKED)
@given(data=st.binary(max_size=3000), step=st.integers(1, 700))
def test_what_was_packed_is_unpacked_however_it_arrives(coding, data, step):
    packed = PACKED[coding](data)
    assert unpacked(coding, packed, step) == data


@pytest.mark.parametrize("coding", PACKED)
@pytest.mark.parametrize("step", [None, 1000])
def test_a_bomb_is_stopped_by_its_ratio(coding, step):
    with pytest.raises(BodyError, match="too-large: expands more than 100 : 1"):
        unpacked(coding, PACKED[coding](bytes(12 * MEGABYTE)), step)


def test_an_unpacker_gives_no_more_than_a_little_at_once():
    reader = BodyReader("zstd", max_bytes=MEGABYTE, max_ratio=10**9)
    with pytest.raises(BodyError, match=f"too-large: more than {MEGABYTE} bytes"):
        reader.feed(zstd.compress(bytes(10**9)))
    assert len(reader._body) < 2 * MEGABYTE


@pytest.mark.parametrize("coding", PACKED)
def test_a_body_that_ends_early_is_truncated(coding):
    with pytest.raises(BodyError, match="truncated"):
        unpacked(coding, PACKED[coding](TEXT)[:-6])


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_several_members_in_a_row_are_one_body(coding):
    packed = PACKED[coding](TEXT[:20]) + PACKED[coding](TEXT[20:])
    assert unpacked(coding, packed) == unpacked(coding, packed, 7) == TEXT


@pytest.mark.parametrize("coding", sorted(set(PACKED) - {"br"}))
def test_padding_after_the_end_is_left(coding):
    packed = PACKED[coding](TEXT) + b"\0" * 100
    assert unpacked(coding, packed) == TEXT


def test_a_window_beyond_what_browsers_take_is_refused():
    options = {
        zstd.CompressionParameter.window_log: 27,
        zstd.CompressionParameter.enable_long_distance_matching: 1,
    }
    packer = zstd.ZstdCompressor(options=options)
    with pytest.raises(BodyError, match="bad-encoding"):
        unpacked("zstd", packer.compress(TEXT) + packer.flush())


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_what_is_not_packed_at_all_is_a_bad_encoding(coding):
    with pytest.raises(BodyError, match="bad-encoding"):
        unpacked(coding, TEXT)


@pytest.mark.parametrize("coding", ["gzip", "zstd"])
def test_a_body_of_endless_empty_parts_is_given_up(coding):
    empty = PACKED[coding](b"")
    assert unpacked(coding, empty * 10_000) == b""
    with pytest.raises(BodyError, match="bad-encoding: more than 10000 parts"):
        unpacked(coding, empty * 10_001, 65_536)
