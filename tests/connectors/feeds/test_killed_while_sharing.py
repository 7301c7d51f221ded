"""kill -9 of a collector that holds leases while it fetches pages: another goes on within a minute."""

import asyncio
import signal
import subprocess
import sys
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.feeds.feed_leases import METADATA
from connectors.feeds.feed_states import FeedStates
from connectors.log import topics
from connectors.log.location import LogLocation
from pipeline.log_scan import scan
from tests.connectors.feeds.pages import TEXT
from tests.connectors.feeds.sharing_child import FEEDS, START, Member, database, titles_of
from transforms.records import Article, decode

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
URLS = {feed.url for feed in FEEDS}
A_MINUTE, TEN_SECONDS = timedelta(minutes=1), timedelta(seconds=10)


@pytest.fixture
def folder(tmp_path):
    log = LogLocation(tmp_path / "log.sqlite").open()
    log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
    log.close()
    access = database(tmp_path)
    with access.write("create tables") as c:
        METADATA.create_all(c)
    access.close()
    return tmp_path


def killed(folder, point):
    line = [sys.executable, "-m", "tests.connectors.feeds.sharing_child", str(folder), point]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL, done.stderr


def taken_over(second):
    """Renew the leases of `second` as it would, until it holds all feeds; return how long that took."""
    second.leases.join(START)
    while second.leases.renew(second.at) != URLS:
        second.at += TEN_SECONDS
    return second.at - START


def on_the_log(folder):
    log = LogLocation(folder / "log.sqlite").open()
    articles = [decode(Article, record.value) for record in scan(log, topics.ARTICLES)]
    log.close()
    return articles


@pytest.mark.parametrize(("point", "before", "twice"), [("page", "a", ""), ("save", "ab", "b")])
def test_another_collector_takes_over_within_a_minute_and_nothing_is_lost_or_new_twice(
    folder, point, before, twice
):
    killed(folder, point)
    assert [a.title for a in on_the_log(folder)] == [title for name in before for title in titles_of(name)]
    second = Member(folder, "second")
    assert taken_over(second) <= A_MINUTE
    asyncio.run(second.poll(second.leases.held))

    articles = on_the_log(folder)
    wanted = Counter(title for name in "ab" + twice for title in titles_of(name))
    assert Counter(article.title for article in articles) == wanted
    # what comes twice is the same record, which deduplication ends
    assert len({article.id for article in articles}) == 8
    assert {article.text for article in articles} == {TEXT}
    access = database(folder)
    assert {url: (s.state, s.polls) for url, s in FeedStates(access).load().items()} == {
        FEEDS[0].url: ("ok", 2),
        FEEDS[1].url: ("ok", 1),
    }
    access.close()
