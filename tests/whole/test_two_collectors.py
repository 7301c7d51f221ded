"""Two collectors share the feeds: one that stands still beyond its leases is replaced, no article is lost."""

from collections import Counter

import pytest

from connectors.log import topics
from pipeline.log_scan import scan
from tests.bench.articles import ordinary, rss
from tests.bench.rig import now
from tests.bench.servers import Feeds
from tests.whole.pair import Pair
from transforms.records import Article, decode

pytestmark = [pytest.mark.slow, pytest.mark.cluster]
PATHS = [f"/wire{n}" for n in range(8)]
SHARES = "SELECT split_part(owner, '.', 1), count(*) FROM feed_leases GROUP BY owner ORDER BY 1"


@pytest.fixture
def feeds():
    with Feeds({path: rss([]) for path in PATHS}) as server:
        yield server


@pytest.fixture
def collectors(servers, feeds):
    with Pair(servers / "collectors", "collect", feeds=[f"{feeds.url}{path}" for path in PATHS]) as pair:
        yield pair


def publish(feeds, count):
    """Let each feed show its first `count` articles."""
    for path in PATHS:
        entries = [(f"https://wire.example{path}/{n}", *ordinary(n), now()) for n in range(count)]
        feeds.bodies[path] = rss(entries)


def appended(pair):
    """Return how often each version of each article is on the log."""
    articles = [decode(Article, record.value) for record in scan(pair.log, topics.ARTICLES)]
    return Counter((article.url, article.id) for article in articles)


def all_appended(pair, count):
    wanted = {f"https://wire.example{path}/{n}" for path in PATHS for n in range(count)}
    pair.until(lambda: {url for url, _ in appended(pair)} == wanted)


def test_a_collector_that_stands_still_is_replaced_and_nothing_is_lost_or_new_twice(collectors, feeds):
    collectors.start("a")
    collectors.start("b", clock_is_off_by_s=3600)
    collectors.until(lambda: collectors.ask(SHARES) == [("a", 4), ("b", 4)])
    publish(feeds, 5)
    all_appended(collectors, 5)

    collectors.members["a"].pause()
    publish(feeds, 10)
    all_appended(collectors, 10)
    assert collectors.ask(SHARES) == [("b", 8)]

    collectors.members["a"].resume()
    publish(feeds, 15)
    collectors.until(lambda: collectors.ask(SHARES) == [("a", 4), ("b", 4)])
    publish(feeds, 20)
    all_appended(collectors, 20)
    collectors.stop()

    found = appended(collectors)
    assert len(found) == 20 * len(PATHS)
    assert collectors.ask("SELECT count(*) FROM feed_collectors") == [(0,)]
