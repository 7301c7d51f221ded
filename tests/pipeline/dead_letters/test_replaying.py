"""What could not be handled is put back; what was done meanwhile is not done twice."""

import json
import re
from random import Random

import pytest

from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.plan import Route, plan
from alerts.receivers.outcome import Delivered, Refused
from connectors.feeds.dead_body import MOST_BYTES
from connectors.feeds.reading import Unread
from connectors.log import topics
from connectors.log.interface import NewRecord, Partition
from pipeline.database import make_ready
from pipeline.log_scan import scan
from tests.alerts.notify.test_outbox import LEASE, deciding
from tests.bench.articles import launch
from tests.bench.load import record
from tests.pipeline.dead_letters.shop import BODY, FEED, NOON, Shop, collected, keep, letter, polled
from transforms.extract import Extractor
from transforms.records import Alert, DeadLetter, Disposition, encode
from transforms.records.disposition import Position


def break_extraction(monkeypatch):
    def broken(*_):
        raise ValueError("a fault of ours")

    monkeypatch.setattr(Extractor, "extract", broken)


def without_places(alert):
    """Return the alert without when it came and where its article lies."""
    text = re.sub(
        rb'"(?:position|at|opened|changed|first_seen|last_seen)":(?:"[^"]*"|\[[^]]*\])', b"", encode(alert)
    )
    return re.sub(rb"20\d\d-\d\d-\d\dT[0-9:.]+Z", b"", text)


@pytest.mark.parametrize("sharded", [False, True], ids=["single", "sharded"])
def test_an_article_that_broke_extraction_gives_after_a_fix_what_it_would_have_given_once(
    shop, tmp_path, capsys, monkeypatch, sharded
):
    news = record("https://a.example/1", *launch(7))
    (tmp_path / "unbroken").mkdir()
    unbroken = Shop(tmp_path / "unbroken", capsys)
    for each in (shop, unbroken):
        each.log.append([news])
    unbroken.process()
    with monkeypatch.context() as broken:
        break_extraction(broken)
        shop.process()
    (kept,) = shop.found(topics.DEAD_LETTERS, DeadLetter)
    assert (kept.stage, shop.found(topics.ALERTS, Alert)) == ("extract", [])
    shop.restart(sharded=sharded)
    assert shop.dead_letters("replay", kept.id) == (0, f"{kept.id} put onto articles again\n", "")
    shop.go_on(sharded=sharded)
    (alert,), (wanted,) = shop.found(topics.ALERTS, Alert), unbroken.found(topics.ALERTS, Alert)
    assert without_places(alert) == without_places(wanted)
    assert shop.dead_letters("replay", kept.id)[1] == f"{kept.id} left: it was replayed already\n"
    keep(shop, kept)
    assert shop.dead_letters("replay", kept.id)[1] == f"{kept.id} left: its article was extracted since\n"
    unbroken.log.close()


def test_a_copy_that_broke_extraction_is_left_for_it_would_pass_for_a_source_of_its_own(shop, monkeypatch):
    title, text = launch(7)
    shop.log.append([record("https://a.example/1", title, text), record("https://b.example/9", title, text)])
    with monkeypatch.context() as broken:
        break_extraction(broken)
        shop.process()
    first, copy = (each.id for each in collected(shop))
    said = shop.dead_letters("replay", "--all")[1].splitlines()
    assert [line.partition(" ")[2] for line in said] == [
        "put onto articles again",
        f"left: its article adds nothing to {first}",
    ]
    assert copy != first


def test_a_poison_record_goes_back_as_it_was(shop):
    news = record("https://a.example/1", *launch(7))
    shop.log.append([NewRecord(topics.ARTICLES, "x", b"poison"), news])
    position = Position(topics.ARTICLES, 0, 1)
    keep(shop, letter("fixed", stage="decode", value=news.value, position=position, headers={"a": "b"}))
    assert shop.dead_letters("replay", "fixed") == (0, "fixed put onto articles again\n", "")
    again = list(scan(shop.log, topics.ARTICLES))[-1]
    assert (again.key, again.value) == (news.key, news.value)
    assert dict(again.headers) == {"a": b"b", "replayed-dead-letter": b"fixed"}
    shop.process()
    (alert,) = shop.found(topics.ALERTS, Alert)
    assert alert.incident.mission in launch(7)[0]
    verdicts = [d.verdict for d in shop.found(topics.DISPOSITIONS, Disposition) if d.stage == "deduplicate"]
    assert sorted(set(verdicts)) == ["folded", "kept"]


def test_a_letter_whose_record_is_gone_is_put_back_under_its_own_id(shop):
    keep(shop, letter("old", position=Position(topics.ARTICLES, 0, 99)))
    assert shop.dead_letters("replay", "--all", "--stage", "extract")[0] == 0
    assert [r.key for r in scan(shop.log, topics.ARTICLES)] == ["old"]
    assert shop.log.end(topics.ARTICLES) == {Partition(topics.ARTICLES, 0): 1}


def test_a_body_that_could_not_be_read_gives_the_articles_it_would_have_given_once(shop):
    wanted = polled(BODY).articles
    (dead,) = polled(BODY, Unread(reason="parse-crash", detail="it fell")).dead
    keep(shop, dead)
    shop.log.append([NewRecord(topics.ARTICLES, wanted[1].id, encode(wanted[1]))])
    said = f"{dead.id} read again: 1 articles appended, 1 were there already\n"
    assert shop.dead_letters("replay", "--all", "--stage", "collect") == (0, said, "")
    assert collected(shop) == [wanted[1], wanted[0]]
    assert shop.dead_letters("list")[1] == ""
    keep(shop, dead)
    said = f"{dead.id} read again: 0 articles appended, 2 were there already\n"
    assert shop.dead_letters("replay", dead.id) == (0, said, "")


def test_a_long_body_is_kept_whole_and_read_again(shop, tmp_path):
    body = BODY + b"<!-- " + b"a long way down " * 100_000 + b"-->"
    (dead,) = polled(body, Unread(reason="parse-crash", detail="it fell")).dead
    assert (len(dead.value) < 100_000, dead.coding, dead.cut_from_bytes) == (True, "zstd", 0)
    keep(shop, dead)
    file = tmp_path / "body"
    shop.dead_letters("show", dead.id, "--output", str(file))
    assert file.read_bytes() == body
    assert f"value, {len(body)} bytes:" in shop.dead_letters("show", dead.id)[1]
    said = f"{dead.id} read again: 2 articles appended, 0 were there already\n"
    assert shop.dead_letters("replay", dead.id) == (0, said, "")


def test_a_body_that_is_too_long_even_packed_says_that_it_was_cut(shop):
    body = Random(1).randbytes(MOST_BYTES + 1)
    (dead,) = polled(body, Unread(reason="not-a-feed", detail="")).dead
    assert (dead.value == body[:MOST_BYTES], dead.coding, dead.cut_from_bytes) == (True, "", len(body))
    keep(shop, dead)
    found = json.loads(shop.dead_letters("list", "--json")[1])
    assert (found["size_bytes"], found["cut_to_bytes"]) == (MOST_BYTES + 1, MOST_BYTES)
    said = f"{dead.id} left: only its beginning was kept; its feed shows it again\n"
    assert shop.dead_letters("replay", dead.id) == (0, said, "")


def test_a_body_that_still_is_no_feed_stays_a_letter(shop):
    (dead,) = polled(b"<html>log in</html>").dead
    keep(shop, dead)
    assert shop.dead_letters("replay", dead.id)[1] == f"{dead.id} left: still not-a-feed html\n"
    assert dead.id in shop.dead_letters("list")[1]
    assert collected(shop) == []


def test_an_entry_is_read_again_by_the_present_code(shop):
    headers = {"feed": FEED.url, "publisher": "A"}
    entry = (
        b'{"title": {"text": "one", "is_html": true}, "link": "https://a.example/1", '
        b'"published": "2026-03-01T11:00:00Z"}'
    )
    for ident, value in (("good", entry), ("bad", b'{"link": "https://a.example/2"}'), ("cut", entry[:30])):
        keep(shop, letter(ident, stage="collect", reason="no-text", value=value, headers=headers))
    assert shop.dead_letters("replay", "--all")[1].splitlines() == [
        "good read again: 1 articles appended, 0 were there already",
        "bad left: still no-text",
        "cut left: still not-a-feed not a whole entry: JSONDecodeError",
    ]
    (article,) = collected(shop)
    assert article == polled(BODY).articles[0]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "it does not say from which feed it is"),
        (
            {"headers": {"feed": "f"}, "cut_from_bytes": 9},
            "only its beginning was kept; its feed shows it again",
        ),
        ({"headers": {"feed": "f", "url": "f"}, "coding": "zstd"}, "its bytes are no zstd"),
    ],
)
def test_what_cannot_be_read_again_says_why(shop, given, why):
    keep(shop, letter("entry", stage="collect", **given))
    assert shop.dead_letters("replay", "entry")[1] == f"entry left: {why}\n"


def test_a_message_that_was_refused_is_sent_again_and_one_that_was_told_is_not(shop):
    shop.log.append([record("https://a.example/1", *launch(7))])
    shop.process()
    (alert,) = shop.found(topics.ALERTS, Alert)
    make_ready(shop.database_url)
    access = OutboxAccess(shop.database_url)
    outbox = Outbox(access)
    outbox.record([plan(alert, [Route(("desk",))], NOON)], NOON)

    def attempt(outcome):
        (key,) = outbox.take("desk", "me", NOON, LEASE, 1, deciding(NOON))
        message = outbox.begin(key, "me", NOON, LEASE)
        outbox.finish(key, "me", outcome, NOON, deciding(NOON))
        return message

    message = attempt(Refused("http-400"))
    keep(shop, letter("refused", stage="notify", value=encode(message)))
    assert shop.dead_letters("replay", "refused")[1] == "refused to be sent again\n"
    assert attempt(Delivered()) == message
    assert shop.dead_letters("replay", "refused")[1] == "refused left: it was replayed already\n"
    keep(shop, letter("refused", stage="notify", value=encode(message)))
    assert shop.dead_letters("replay", "refused")[1] == "refused left: it was told, or waits to be sent\n"
    access.close()


@pytest.mark.parametrize("action", ["replay", "drop"])
@pytest.mark.parametrize("words", [[], ["--all", "x"]])
def test_who_changes_letters_must_say_which(shop, action, words):
    said = f"dead-letters {action}: say which: ids, or --all\n"
    assert shop.dead_letters(action, *words) == (2, "", said)
