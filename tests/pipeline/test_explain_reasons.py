"""What kept a mention from being an event is on the article's trail, shown by `explain`, and counted."""

from datetime import UTC, datetime
from io import StringIO

import pytest

from connectors.log import topics
from connectors.log.interface import NewRecord
from connectors.log.location import LogLocation
from pipeline import explain, metrics
from pipeline.graph import Plan
from pipeline.process import run_graph
from pipeline.settings import load_settings
from tests.pipeline.test_restart import RULES
from transforms.records import Article, encode

pytestmark = pytest.mark.slow
NOON = datetime(2026, 6, 10, 12, tzinfo=UTC)
CONFIG = """\
data_dir: data
collect: {feeds: [{url: "https://nobody.example/feed", publisher: Nobody}]}
receivers: [{name: screen, kind: terminal}]
routes: [{receivers: [screen]}]
"""
TEXTS = {
    "planned_only": "NASA will name the crew of Crew-14 in July.",
    "historical": "Soyuz MS-03 docked with the International Space Station in November 2016.",
    "denied": "Progress MS-40 did not dock with the International Space Station on Tuesday.",
    "hypothetical": "Had the latch failed, the Dragon would have had to undock at once.",
    "stative": "The Soyuz MS-40 spacecraft is still docked to the International Space Station.",
    "metaphor": "The startup rocketed to fame and launched a loyalty service for satellite TV.",
    "no_mission": "The engineers spoke of the docking over tea.",
    "doubtful": "The panel spoke at length about budgets and about people, and about the Juno spacecraft, "
    "which was deployed. It was a long day for all who had come to hear about rockets.",
}


@pytest.fixture(scope="module")
def explained(tmp_path_factory):
    """What `explain` says of an article with each text, and how much each counter grew."""
    folder = tmp_path_factory.mktemp("reasons")
    (folder / "missionwire.yaml").write_text(CONFIG)
    (folder / "data").mkdir()
    settings = load_settings(folder / "missionwire.yaml", {}, with_secrets=False)
    log = settings.open_log()
    log.ensure_topics(settings.topic_specs())
    log.append([NewRecord(topics.ARTICLES, reason, encode(article(reason))) for reason in TEXTS])
    before = {reason: counted(reason) for reason in TEXTS}
    start, until = log.earliest(topics.ARTICLES), log.end(topics.ARTICLES)
    run_graph(Plan(LogLocation(settings.log_path), start, RULES, "test", until=until))
    return {reason: (told(settings, reason), counted(reason) - before[reason]) for reason in TEXTS}


def article(reason):
    return Article(
        id=reason, feed="f", publisher="p", title="", text=TEXTS[reason], fetched=NOON, published=NOON
    )


def counted(reason):
    return metrics.REGISTRY.get_sample_value("missionwire_mentions_skipped_total", {"reason": reason})


def told(settings, wanted):
    out = StringIO()
    assert explain.run(settings, wanted, out) == 0
    return out.getvalue()


@pytest.mark.parametrize("reason", TEXTS)
def test_a_reason_is_shown_with_its_words_and_counted(explained, reason):
    shown, grown = explained[reason]
    assert f'no event, {reason}: "' in shown
    assert "ended: quiet" in shown
    assert grown >= 1
