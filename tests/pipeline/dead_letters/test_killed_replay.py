"""A replay that dies between its effect and its mark is done again, and nothing comes twice of it."""

import signal
import subprocess
import sys

import pytest

from connectors.feeds.reading import Unread
from connectors.log import topics
from connectors.log.interface import NewRecord
from pipeline.log_scan import scan
from tests.bench.articles import launch
from tests.bench.load import record
from tests.pipeline.dead_letters.shop import BODY, NOON, collected, keep, letter, polled
from tests.pipeline.dead_letters.test_replaying import break_extraction
from transforms.records import Alert, DeadLetter, Disposition
from transforms.records.disposition import Position

CHILD = """
import os, signal, sys
from pipeline import cli, dead_letters

def die(log, mark):
    os.kill(os.getpid(), signal.SIGKILL)

dead_letters.put_mark = die
cli.main(sys.argv[1:])
"""


def killed_replay(shop):
    """Replay all letters in a process that is killed where it would mark the first."""
    words = ["dead-letters", "replay", "--all", "--config", str(shop.config)]
    ended = subprocess.run([sys.executable, "-c", CHILD, *words], check=False)
    assert ended.returncode == -signal.SIGKILL
    assert len(shop.dead_letters("list")[1].splitlines()) == 1


def verdicts(shop, stage):
    return [found.verdict for found in shop.found(topics.DISPOSITIONS, Disposition) if found.stage == stage]


def break_once(shop, monkeypatch):
    """Have extraction fail on an article, and return its letter."""
    shop.log.append([record("https://a.example/1", *launch(7))])
    with monkeypatch.context() as broken:
        break_extraction(broken)
        shop.process()
    (kept,) = shop.found(topics.DEAD_LETTERS, DeadLetter)
    return kept


@pytest.mark.parametrize("sharded", [False, True], ids=["single", "sharded"])
def test_an_article_that_waits_to_be_extracted_is_not_put_back_twice(shop, monkeypatch, sharded):
    kept = break_once(shop, monkeypatch)
    shop.restart(sharded=sharded)
    killed_replay(shop)
    assert shop.dead_letters("replay", kept.id) == (0, f"{kept.id} left: it was put back already\n", "")
    assert shop.dead_letters("list")[1] == ""
    shop.go_on(sharded=sharded)
    assert verdicts(shop, "extract") == ["dead", "kept"]
    assert len(shop.found(topics.ALERTS, Alert)) == 1


def test_an_article_that_was_extracted_meanwhile_is_not_put_back_again(shop, monkeypatch):
    kept = break_once(shop, monkeypatch)
    shop.restart(sharded=False)
    killed_replay(shop)
    shop.go_on(sharded=False)
    said = f"{kept.id} left: its article was extracted since\n"
    assert shop.dead_letters("replay", kept.id) == (0, said, "")
    assert len(collected(shop)) == 2
    assert len(shop.found(topics.ALERTS, Alert)) == 1


def test_an_article_that_failed_again_meanwhile_is_put_back_again(shop, monkeypatch):
    kept = break_once(shop, monkeypatch)
    shop.restart(sharded=False)
    killed_replay(shop)
    with monkeypatch.context() as broken:
        break_extraction(broken)
        shop.go_on(sharded=False)
    assert shop.dead_letters("replay", kept.id) == (0, f"{kept.id} put onto articles again\n", "")


def test_a_record_that_could_not_be_read_is_not_put_back_twice(shop):
    news = record("https://a.example/1", *launch(7))
    shop.log.append([NewRecord(topics.ARTICLES, "x", b"poison")])
    position = Position(topics.ARTICLES, 0, 0)
    keep(shop, letter("fixed", stage="decode", value=news.value, position=position, at=NOON))
    killed_replay(shop)
    assert shop.dead_letters("replay", "fixed") == (0, "fixed left: it was put back already\n", "")
    assert len(list(scan(shop.log, topics.ARTICLES))) == 2


def test_the_articles_of_a_body_are_appended_once(shop):
    (dead,) = polled(BODY, Unread(reason="parse-crash", detail="it fell")).dead
    keep(shop, dead)
    killed_replay(shop)
    said = f"{dead.id} read again: 0 articles appended, 2 were there already\n"
    assert shop.dead_letters("replay", dead.id) == (0, said, "")
    assert len(collected(shop)) == 2
