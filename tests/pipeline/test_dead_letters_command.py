"""What could not be handled is listed, shown and put back; what was done meanwhile is not done twice."""

import base64
import contextlib
import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.plan import Route, plan
from alerts.receivers.outcome import Delivered, Refused
from connectors.feeds.feed import Feed, FeedState
from connectors.feeds.fetch import FetchResult
from connectors.feeds.poll_results import reading_job, result_of
from connectors.feeds.reading import Unread, read_feed
from connectors.log import topics
from connectors.log.interface import NewRecord, Partition
from connectors.log.location import LogLocation
from pipeline import cli
from pipeline.database import make_ready
from pipeline.dead_letter_count import OpenLetters
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.rebuild import rebuild
from pipeline.settings import load_settings
from tests.alerts.notify.test_outbox import LEASE, deciding
from tests.bench.articles import launch
from tests.bench.load import record
from tests.pipeline.test_restart import LONG_AGO, RULES
from transforms.extract import Extractor
from transforms.extract_events import extractor_of
from transforms.records import Alert, Article, DeadLetter, Disposition, UndecodableError, decode, encode
from transforms.records.disposition import Position

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIG = """\
data_dir: data
collect: {feeds: [{url: "https://nobody.example/feed", publisher: Nobody}]}
receivers: [{name: screen, kind: terminal}]
routes: [{receivers: [screen]}]
"""


class Shop:
    """A log in a folder, the graph over all of it, and the command."""

    def __init__(self, folder, capsys):
        self.config, self._capsys = folder / "missionwire.yaml", capsys
        self.config.write_text(CONFIG)
        settings = load_settings(self.config, {}, with_secrets=False)
        self.database_url = settings.database_url
        (folder / "data").mkdir()
        self.location = LogLocation(settings.log_path)
        self.log = self.location.open()
        self.log.ensure_topics(settings.topic_specs())

    def dead_letters(self, *words):
        code = cli.main(["dead-letters", *words, "--config", str(self.config)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def process(self):
        start, until = self.log.earliest(topics.ARTICLES), self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, start, RULES, "test", until=until))

    def restart(self, *, sharded):
        """Rebuild the states as a start does, up to what was processed."""
        self.done = self.log.end(topics.ARTICLES)
        rebuild(self.log, self.done, LONG_AGO, extractor_of(None), lambda done, total: None, sharded=sharded)

    def go_on(self, *, sharded):
        until = self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, self.done, RULES, "test", until=until, sharded=sharded))

    def found(self, topic, kind):
        found = {}
        for each in scan(self.log, topic):
            with contextlib.suppress(UndecodableError):
                found[each.value] = decode(kind, each.value)
        return list(found.values())


@pytest.fixture
def shop(tmp_path, capsys):
    shop = Shop(tmp_path, capsys)
    yield shop
    shop.log.close()


def letter(ident, **given):
    known = {"stage": "extract", "reason": "failed", "error": "ValueError: x", "value": b"{}", "at": NOON}
    return DeadLetter(**{**known, "id": ident, "code_version": "0", **given})


def keep(shop, *letters):
    shop.log.append([NewRecord(topics.DEAD_LETTERS, each.id, encode(each)) for each in letters])


def test_a_poison_record_is_listed_and_shown_without_reaching_the_terminal(shop):
    shop.log.append([NewRecord(topics.ARTICLES, "k", b'{"id": "\x1b[31m')])
    shop.process()
    code, out, _ = shop.dead_letters("list", "--stage", "decode")
    (line,) = out.splitlines()
    ident = line.split()[1]
    assert (code, "decode not-json articles/0/0: " in line) == (0, True)
    code, out, _ = shop.dead_letters("show", ident)
    assert (code, "from: articles/0/0\n" in out, "\x1b" in out) == (0, True, False)
    assert shop.dead_letters("list", "--reason", "another")[1] == ""


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


FEED = Feed("https://a.example/feed", "A")
BODY = b"""<rss version="2.0"><channel>
<item><title>one</title><link>https://a.example/1</link>
<pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate></item>
<item><title>two</title><link>https://a.example/2</link>
<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item>
</channel></rss>"""


def polled(body, read=None):
    """Return what a poll of a known feed gives; `read` is what reading said, if it was at fault."""
    fetched = FetchResult("content", FEED.url, 200, {"content-type": "text/xml"}, body)
    state = FeedState(FEED.url, polls=9, last_success=NOON)
    read = read or read_feed(reading_job(FEED, state, fetched, NOON))
    return result_of(FEED, state, fetched, read, NOON, "0")


def collected(shop):
    return [decode(Article, record.value) for record in scan(shop.log, topics.ARTICLES)]


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
    ("headers", "why"),
    [
        ({}, "it does not say from which feed it is"),
        ({"feed": "f", "truncated-from-bytes": "9"}, "only its beginning was kept; its feed shows it again"),
    ],
)
def test_what_cannot_be_read_again_says_why(shop, headers, why):
    keep(shop, letter("entry", stage="collect", headers=headers))
    assert shop.dead_letters("replay", "entry")[1] == f"entry left: {why}\n"


def test_a_dropped_letter_counts_and_shows_no_more_until_it_comes_again(shop):
    counted = OpenLetters()
    keep(shop, letter("a"), letter("b"))
    assert counted.count(shop.log) == 2
    assert shop.dead_letters("drop", "a", "nobody") == (
        1, "a dropped\n", "dead-letters: nobody: there is no such dead letter\n",
    )  # fmt: skip
    assert shop.dead_letters("drop", "a")[1] == "a was dropped already\n"
    assert [line.split()[1] for line in shop.dead_letters("list")[1].splitlines()] == ["b"]
    assert "a extract failed - (dropped): " in shop.dead_letters("list", "--marked")[1]
    assert shop.dead_letters("replay", "a")[1] == "a left: it was dropped already\n"
    assert "\ndropped: 20" in shop.dead_letters("show", "a")[1]
    assert counted.count(shop.log) == 1
    keep(shop, letter("a"))
    assert counted.count(shop.log) == 2
    assert len(shop.dead_letters("list")[1].splitlines()) == 2


def test_a_count_reads_a_bounded_stretch_and_is_never_too_low(shop):
    keep(shop, *(letter(str(n)) for n in range(450)))
    assert shop.dead_letters("drop", "3", "400")[0] == 0
    counted = OpenLetters()
    assert [counted.count(shop.log) for _ in range(4)] == [452, 452, 448, 448]


def test_letters_are_chosen_by_stage_reason_and_time(shop):
    keep(
        shop,
        letter("a"),
        letter("b", stage="decode", reason="not-json"),
        letter("c", at=NOON + timedelta(days=1)),
    )

    def found(*words):
        return [line.split()[1] for line in shop.dead_letters("list", *words)[1].splitlines()]

    assert found("--stage", "decode") == ["b"]
    assert found("--reason", "failed") == ["a", "c"]
    assert found("--since", "2026-03-02") == ["c"]
    assert found("--since", "2026-03-01T12:00:00Z", "--stage", "extract", "a") == ["a"]


def test_programs_get_lines_of_json_that_no_terminal_takes_for_more(shop):
    keep(shop, letter("a", error="\x9b31m\u202e", value=b"\x1b\xff", headers={"h\x1b": "\x9b"}))
    code, out, _ = shop.dead_letters("list", "--json")
    assert (code, out.isascii()) == (0, True)
    found = json.loads(out)
    assert (found["id"], found["size_bytes"], found["mark"], found["error"]) == (
        "a",
        2,
        None,
        "\x9b31m\u202e",
    )
    whole = json.loads(shop.dead_letters("show", "a", "--json")[1])
    assert base64.b64decode(whole["value"]) == b"\x1b\xff"


def test_bytes_are_shown_without_reaching_the_terminal_and_saved_as_they_are(shop, tmp_path):
    value = "first\x1b[31m\u202e\nsecond é".encode() + b"\xff\x00"
    keep(shop, letter("a", value=value, headers={"content-type\x9b": "x\r\ny"}))
    out = shop.dead_letters("show", "a")[1]
    assert out.splitlines()[-4:-1] == [
        "value, 25 bytes:", r"first\x1b[31m\u202e", r"second é\xff\x00",
    ]  # fmt: skip
    assert "header content-type: x y\n" in out
    file = tmp_path / "letter"
    assert shop.dead_letters("show", "a", "--output", str(file)) == (0, f"{file} written: 25 bytes\n", "")
    assert file.read_bytes() == value
    assert shop.dead_letters("show", "a", "b", "--output", str(file))[0] == 2


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


@pytest.mark.parametrize("words", [["replay"], ["replay", "--all", "x"]])
def test_a_replay_must_say_which(shop, words):
    assert shop.dead_letters(*words) == (2, "", "dead-letters replay: say which: ids, or --all\n")


@pytest.mark.parametrize("action", ["show", "replay"])
def test_an_id_that_is_not_there_is_named(shop, action):
    assert shop.dead_letters(action, "nobody") == (
        1,
        "",
        "dead-letters: nobody: there is no such dead letter\n",
    )
