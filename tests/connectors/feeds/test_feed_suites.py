"""Thousands of feeds from the test suites of others: each gives articles, rejections or a clean no."""

import tarfile
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

import msgspec
import pytest

from connectors.feeds.reading import Harvest, ReadingJob, Unread, read_feed

SUITES = Path(__file__).parents[3].parent / "shared" / "data" / "feed-suites.tar.xz"
FETCHED = datetime(2026, 11, 1, tzinfo=UTC)


def sampled_bodies():
    with tarfile.open(SUITES) as archive:
        for member in archive:
            # one file in ten, the same ones every time
            if member.isfile() and member.name.count("/") > 1 and crc32(member.name.encode()) % 10 == 0:
                yield member.name, archive.extractfile(member).read()


@pytest.mark.skipif(not SUITES.is_file(), reason=f"{SUITES.name} is not beside the repository")
def test_every_file_is_read_or_cleanly_refused():
    articles = unread = 0
    for name, body in sampled_bodies():
        url = "https://example.org/feed"
        result = read_feed(ReadingJob(feed=url, publisher="E", url=url, body=body, fetched=FETCHED))
        assert msgspec.msgpack.decode(msgspec.msgpack.encode(result), type=Harvest | Unread) == result, name
        assert not isinstance(result, Unread) or result.reason == "not-a-feed", name
        articles += len(result.articles) if isinstance(result, Harvest) else 0
        unread += isinstance(result, Unread)
    assert articles > 400
    assert unread > 50
