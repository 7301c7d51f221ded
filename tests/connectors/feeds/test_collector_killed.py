"""kill -9 between any two steps of a poll: nothing is lost, and what comes twice is the same record."""

import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest

from connectors.feeds.feed_states import FeedStates
from connectors.log import topics
from connectors.log.location import LogLocation
from pipeline.log_scan import scan
from tests.connectors.feeds.collector_child import FEED, PAGE, POLLS
from transforms.deduplicate import Deduplicator
from transforms.extract.vocabulary import decisive_of
from transforms.intake import Intake
from transforms.records import Article, DeadLetter, FeedHealth, Position, decode

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[3]
POINTS = [
    f"{when}-{name}"
    for name in ("fetch", "read", "articles", "letters", "health", "save")
    for when in ("before", "after")
]


def run(folder, point):
    line = [sys.executable, "-m", "tests.connectors.feeds.collector_child", str(folder), point]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)


def opened(folder):
    log = LogLocation(folder / "log.sqlite").open()
    log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
    return log


def on(log, topic, kind):
    return [decode(kind, record.value) for record in scan(log, topic)]


def kept(articles):
    """Return the ids that go on to extraction."""
    deduplicator, kept = Deduplicator(decisive_of(None)), []
    for offset, article in enumerate(articles):
        intake = Intake(article, Position(topics.ARTICLES, 0, offset), article.fetched)
        judged = deduplicator.judge(intake)[0]
        kept += [article.id] if judged.fold.kept else []
    return kept


@pytest.mark.parametrize("point", POINTS)
def test_a_collector_killed_at_any_step_loses_nothing_and_doubles_nothing(tmp_path, point):
    log = opened(tmp_path)
    assert run(tmp_path, point).returncode == -signal.SIGKILL
    ended = run(tmp_path, "none")
    assert ended.returncode == 0, ended.stderr

    articles = on(log, topics.ARTICLES, Article)
    assert {article.title for article in articles} == {f"Entry {n}" for n in range(2 * POLLS)}
    # one version of each, and a second record of it at most for what was under way
    assert len({article.id for article in articles}) == 2 * POLLS
    assert len(articles) - 2 * POLLS <= 6
    once = [article for n, article in enumerate(articles) if article.id not in {a.id for a in articles[:n]}]
    assert kept(articles) == kept(once) != []

    letters = {letter.id: letter.value for letter in on(log, topics.DEAD_LETTERS, DeadLetter)}
    assert sorted(letter[:6] for letter in letters.values()) == [PAGE[:6], b'{"titl']

    states = FeedStates(FeedStates.access_to(f"sqlite:///{tmp_path}/state.sqlite"))
    [state] = states.load().values()
    states.close()
    told = on(log, topics.FEED_HEALTH, FeedHealth)
    assert (state.state, told[-1].state, told[-1].feed) == ("ok", "ok", FEED.url)
    log.close()
