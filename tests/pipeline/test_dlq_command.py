"""What could not be handled is listed, shown and put back; what was done meanwhile is not done twice."""

from datetime import UTC, datetime

import pytest

from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.plan import Route, plan
from alerts.receivers.outcome import Delivered, Refused
from connectors.log import topics
from connectors.log.interface import NewRecord, Partition
from connectors.log.location import LogLocation
from pipeline import cli
from pipeline.database import make_ready
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.settings import load_settings
from tests.alerts.notify.test_outbox import LEASE, deciding
from tests.bench.articles import launch
from tests.bench.load import record
from tests.pipeline.test_restart import RULES
from transforms.records import Alert, DeadLetter, Disposition, decode, encode
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

    def dlq(self, *words):
        code = cli.main(["dlq", *words, "--config", str(self.config)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def process(self):
        start, until = self.log.earliest(topics.ARTICLES), self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, start, RULES, "test", until=until))

    def found(self, topic, kind):
        return list({r.value: decode(kind, r.value) for r in scan(self.log, topic)}.values())


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
    code, out, _ = shop.dlq("list", "--stage", "decode")
    (line,) = out.splitlines()
    ident = line.split()[1]
    assert (code, "decode not-json articles/0/0: " in line) == (0, True)
    code, out, _ = shop.dlq("show", ident)
    assert (code, "from: articles/0/0\n" in out, "\x1b" in out) == (0, True, False)
    assert shop.dlq("list", "--reason", "another")[1] == ""


def test_a_letter_is_put_back_and_gives_what_it_would_have_given_once(shop):
    news = record("https://a.example/1", *launch(7))
    shop.log.append([NewRecord(topics.ARTICLES, "x", b"poison"), news])
    position = Position(topics.ARTICLES, 0, 1)
    keep(shop, letter("fixed", value=news.value, position=position, headers={"a": "b"}))
    assert shop.dlq("replay", "fixed") == (0, "fixed put onto articles again\n", "")
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
    assert shop.dlq("replay", "--all", "--stage", "extract")[0] == 0
    assert [r.key for r in scan(shop.log, topics.ARTICLES)] == ["old"]
    assert shop.log.end(topics.ARTICLES) == {Partition(topics.ARTICLES, 0): 1}


def test_an_entry_that_never_was_on_the_log_is_left_to_its_feed(shop):
    keep(shop, letter("entry", stage="collect"))
    assert "left: it never was on the log" in shop.dlq("replay", "entry")[1]
    assert list(scan(shop.log, topics.ARTICLES)) == []


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
    assert shop.dlq("replay", "refused")[1] == "refused to be sent again\n"
    assert attempt(Delivered()) == message
    assert shop.dlq("replay", "refused")[1] == "refused left: it was told, or waits to be sent\n"
    access.close()


@pytest.mark.parametrize("words", [["replay"], ["replay", "--all", "x"]])
def test_a_replay_must_say_which(shop, words):
    assert shop.dlq(*words) == (2, "", "dlq replay: say which: ids, or --all\n")


@pytest.mark.parametrize("action", ["show", "replay"])
def test_an_id_that_is_not_there_is_named(shop, action):
    assert shop.dlq(action, "nobody") == (1, "", "dlq: nobody: there is no such dead letter\n")
