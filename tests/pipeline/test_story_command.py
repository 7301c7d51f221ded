"""A story's articles are listed with the verdicts on them, and a folded one is let through when told so."""

from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord
from connectors.log.location import LogLocation
from connectors.log.sqlite_log import SqliteLog
from pipeline import cli
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.rebuild import rebuild
from pipeline.settings import load_settings
from pipeline.stories import unfold
from tests.pipeline.dead_letters.shop import CONFIG
from tests.pipeline.test_restart import RULES
from transforms.extract_events import extractor_of
from transforms.records import Article, Disposition, Incident, decode, encode
from transforms.records.article import article_id, content_hash

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
TEXT = (
    "A Soyuz-2.1a rocket lifted off from Baikonur on Sunday with Soyuz MS-31, carrying three people to the "
    "space station. The docking is planned for the evening, the agency said in Moscow."
)


def article(n, publisher, text=TEXT, title="Soyuz MS-31 lifts off from Baikonur"):
    url = f"https://{publisher.lower()}.example/{n}"
    content = content_hash(title, text)
    return Article(
        id=article_id(url, content),
        feed=f"https://{publisher.lower()}.example/feed",
        publisher=publisher,
        title=title,
        text=text,
        url=url,
        fetched=NOON + timedelta(minutes=n),
        published=NOON,
        content_hash=content,
    )


FIRST, COPY = article(1, "Ledger"), article(2, "Courier")
UPDATE = article(3, "Gazette", TEXT.replace("in Moscow", "in Korolyov"))
OTHER = article(4, "Ledger", "The council voted for a new bridge over the river on Sunday.", "Bridge")


class Desk:
    """A log with articles on it, the graph over what is new there, and the command."""

    def __init__(self, folder, capsys):
        self.config, self._capsys = folder / "missionwire.yaml", capsys
        self.config.write_text(CONFIG)
        settings = load_settings(self.config, {}, with_secrets=False)
        settings.data_dir.mkdir()
        self.location = LogLocation(settings.log_path)
        self.log = self.location.open()
        self.log.ensure_topics(settings.topic_specs())
        self.done = self.log.earliest(topics.ARTICLES)

    def append(self, *articles):
        self.log.append([NewRecord(topics.ARTICLES, a.id, encode(a), appended=a.fetched) for a in articles])

    def process(self):
        """Go on from where it was, after a restart."""
        rebuild(self.log, self.done, NOON - timedelta(days=1), extractor_of(None), lambda _d, _t: None)
        until = self.log.end(topics.ARTICLES)
        run_graph(Plan(self.location, self.done, RULES, "test", until=until))
        self.done = until

    def story(self, *words):
        code = cli.main(["story", *words, "--config", str(self.config)])
        said = self._capsys.readouterr()
        return code, said.out.splitlines(), said.err

    def verdicts(self, wanted):
        found = (decode(Disposition, r.value) for r in scan(self.log, topics.DISPOSITIONS))
        return [(d.stage, d.verdict, d.reason) for d in found if d.article_id == wanted.id]

    def launch(self):
        found = [decode(Incident, r.value) for r in scan(self.log, topics.INCIDENTS)]
        return [i for i in found if i.type == "launch"][-1]


@pytest.fixture
def desk(tmp_path, capsys):
    desk = Desk(tmp_path, capsys)
    desk.append(FIRST, COPY, UPDATE, OTHER)
    desk.process()
    yield desk
    desk.log.close()


@pytest.mark.parametrize("member", [FIRST, COPY, UPDATE])
def test_a_story_is_listed_from_any_of_its_articles(desk, member):
    code, lines, _ = desk.story("show", member.id)
    assert code == 0
    assert [(line.split()[1], line.split()[2], line.split()[3]) for line in lines] == [
        (FIRST.id, "new", "Ledger:"),
        (COPY.id, "duplicate", "Courier:"),
        (UPDATE.id, "update", "Gazette:"),
    ]


def test_a_folded_copy_that_is_unfolded_is_a_source_of_its_own_even_after_a_restart(desk):
    assert ("deduplicate", "folded", "duplicate") in desk.verdicts(COPY)
    assert desk.launch().independent_sources == 1
    with closing(SqliteLog(desk.location.path, lambda: NOON + timedelta(hours=1))) as log:
        unfold(log, COPY.id)
    desk.process()
    assert desk.verdicts(COPY)[-1][1:] != ("folded", "duplicate")
    assert ("deduplicate", "kept", "new") in desk.verdicts(COPY)
    assert desk.launch().independent_sources == 2
    assert [line.split()[1:3] for line in desk.story("show", COPY.id)[1]] == [[COPY.id, "new"]]
    assert desk.story("unfold", COPY.id)[2].endswith("it was not folded but let through (new)\n")


def test_the_command_says_what_it_did(desk):
    code, lines, _ = desk.story("unfold", COPY.id)
    said = f"put onto the log again; `missionwire explain {COPY.id}` shows what comes of it"
    assert (code, lines) == (0, [said])
    assert [r.key for r in scan(desk.log, topics.ARTICLES)][-1] == COPY.id


def test_what_was_not_folded_or_is_not_known_is_said(desk):
    code, _, said = desk.story("unfold", FIRST.id)
    assert (code, said) == (1, f"story unfold: {FIRST.id}: it was not folded but let through (new)\n")
    assert desk.story("unfold", "nothing")[2].endswith(
        "the log holds no verdict on an article with this id\n"
    )
    code, _, said = desk.story("show", "nothing")
    assert (code, said) == (1, "story show: nothing: the log holds no verdict on this article\n")
