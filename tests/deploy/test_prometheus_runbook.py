"""Each alert has a page, and what the pages tell a tired person to type does exist."""

import contextlib
import io
import re
import shlex
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from alerts.outbox_access import OutboxAccess
from connectors.feeds.feed_states import FeedStates
from connectors.log import topics
from connectors.log.interface import NewRecord
from connectors.log.sqlite_log import SqliteLog
from pipeline import metrics
from pipeline.cli import parser
from pipeline.settings.models import CollectSection, FlinkSection, LogSection, NotifySection
from tests.deploy.prometheus_kit import DEPLOY
from transforms.records import DeadLetter, encode

RUNBOOK = DEPLOY / "runbook"
PAGES = {page.stem: page.read_text() for page in sorted(RUNBOOK.glob("Missionwire*.md"))}
TEXTS = {**PAGES, "README": (RUNBOOK / "README.md").read_text()}
COMMANDS = sorted(
    {line.strip() for text in TEXTS.values() for line in text.splitlines() if line.startswith("    ")}
)
PROGRAMS = {"missionwire", "kubectl", "curl", "sqlite3", "psql", "journalctl", "systemctl", "df"}

SETTINGS = {
    "log": LogSection.model_fields,
    "flink": FlinkSection.model_fields,
    "collect": CollectSection.model_fields,
    "notify": NotifySection.model_fields,
}


def commands(program):
    return [command for command in COMMANDS if command.split()[0] == program]


def test_each_alert_has_a_page_and_each_page_an_alert():
    rules = YAML(typ="safe").load(DEPLOY / "prometheus/missionwire.rules.yaml")
    names = {rule["alert"] for group in rules["groups"] for rule in group["rules"] if "alert" in rule}
    assert set(PAGES) == names


@pytest.mark.parametrize("name", PAGES)
def test_a_page_says_what_it_means_how_to_look_what_to_do_and_what_not_to_do(name):
    headings = re.findall(r"^#+ .+", PAGES[name], re.MULTILINE)
    sections = ["## What it means", "## How to look", "## What to do", "## What not to do"]
    assert headings == [f"# {name}", *sections]
    _, *texts = re.split(r"^## .+$", PAGES[name], flags=re.MULTILINE)
    assert min(len(text.split()) for text in texts) >= 10


def test_the_table_of_pages_is_whole():
    assert re.findall(r"^\| \[(\w+)\]\((\w+)\.md\)", TEXTS["README"], re.MULTILINE) == [(n, n) for n in PAGES]


@pytest.mark.parametrize("name", TEXTS)
def test_a_page_refers_to_alerts_metrics_files_and_settings_that_there_are(name):
    text = TEXTS[name]
    assert set(re.findall(r"`(Missionwire\w+)`", text)) <= set(PAGES)
    assert [p for p in re.findall(r"`(deploy/[\w./-]+)`", text) if not (DEPLOY.parent / p).exists()] == []
    sections = re.findall(r"^#+ (.+)$", (DEPLOY / "README.md").read_text(), re.MULTILINE)
    named = re.findall(r'"([^"]{1,60})" (?:in|of)\s+`deploy/README.md`', text)
    assert {" ".join(words.split()) for words in named} <= set(sections)
    for section, key in re.findall(r"`(log|flink|collect|notify)\.(\w+)`", text):
        assert key == "sqlite" or key in SETTINGS[section]
    served = metrics.exposition().decode()
    assert [m for m in re.findall(r"missionwire_\w+_\w+", text) if m not in served] == []


def test_every_line_to_type_begins_with_a_program_that_is_checked_here():
    assert {command.split()[0] for command in COMMANDS} == PROGRAMS


def ours():
    """Return the lines for our own command, also those that run within a pod."""
    inside = [command.split(" -- ", 1)[1] for command in commands("kubectl") if " -- missionwire" in command]
    return sorted({*commands("missionwire"), *inside})


@pytest.mark.parametrize("command", ours())
def test_our_own_command_takes_these_words(command):
    name, *arguments = shlex.split(command)
    said = io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.suppress(SystemExit):
        parser().parse_args(arguments)
    assert (name, said.getvalue()) == ("missionwire", "")


def test_our_own_command_does_not_take_any_words():
    with pytest.raises(SystemExit), contextlib.redirect_stderr(io.StringIO()):
        parser().parse_args(["process", "--runner", "flink", "restart"])


def manifests():
    for file in sorted((DEPLOY / "kubernetes/base").glob("*.yaml")):
        yield from YAML(typ="safe").load_all(file)


KINDS = {
    "deployment": "Deployment",
    "flinkdeployment": "FlinkDeployment",
    "persistentvolumeclaim": "PersistentVolumeClaim",
}
# What the operator of Flink makes by itself, and how it labels its pods.
MADE_BY_FLINK = {("service", "missionwire-flink-rest")}
LABELS_BY_FLINK = {"component=taskmanager"}


@pytest.mark.parametrize("command", commands("kubectl"))
def test_kubectl_is_asked_for_objects_that_the_manifests_have(command):
    there = {(m["kind"], m["metadata"]["name"]) for m in manifests() if "metadata" in m}
    labels = {
        f"{key}={value}"
        for manifest in manifests()
        if manifest["kind"] == "Deployment"
        for key, value in manifest["spec"]["template"]["metadata"]["labels"].items()
    }
    assert command.startswith("kubectl -n missionwire ")
    for kind, name in re.findall(r"\b([a-z]+)/(missionwire-[\w-]+)", command.split(" -- ")[0]):
        assert (kind, name) in MADE_BY_FLINK or (KINDS[kind], name) in there
    for label in re.findall(r"-l (\S+)", command):
        assert label in labels | LABELS_BY_FLINK
    for container in re.findall(r"--container (\S+)", command):
        assert f"name: {container}\n" in (DEPLOY / "kubernetes/base/flink.yaml").read_text()


@pytest.mark.parametrize("command", commands("curl"))
def test_curl_asks_what_is_served(command):
    url = next(word for word in command.split() if "localhost:" in word).removeprefix("http://")
    ours = r"localhost:(946[123]|9470)/(metrics|healthz|readyz)"
    assert re.fullmatch(ours + r"|localhost:8081/jobs/(overview|JOB-ID/checkpoints)", url)


@pytest.mark.parametrize("command", [c for c in commands("curl") if "grep" in c])
def test_grep_finds_something_in_the_metrics(command):
    metrics.show_feeds({}, 0, datetime.now(UTC))
    metrics.NEWEST_ARTICLE.set_moment(datetime.now(UTC))
    pattern = shlex.split(command.split("| grep ")[1].removeprefix("-E "))[0]
    pattern = pattern if "-E" in command else re.escape(pattern)
    assert re.search(pattern, metrics.exposition().decode())


@pytest.fixture(scope="module")
def data_dir(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    letter = DeadLetter(
        id="1",
        stage="extract",
        reason="failed",
        error="it broke",
        value=b"x",
        at=datetime.now(UTC),
        code_version="1",
    )
    log = SqliteLog(folder / "log.sqlite")
    log.ensure_topics(topics.topic_specs(timedelta(days=14), 1 << 30, 1))
    log.append([NewRecord(topics.DEAD_LETTERS, "1", encode(letter))])
    url = f"sqlite:///{folder / 'state.sqlite'}"
    FeedStates.open(url).close()
    access = OutboxAccess(url)
    access.create_tables()
    access.close()
    return folder


@pytest.mark.parametrize("command", commands("sqlite3"))
def test_the_databases_of_one_machine_understand_the_question(command, data_dir):
    program, flag, path, question = shlex.split(command)
    assert (program, flag, Path(path).parent) == ("sqlite3", "-readonly", Path("/var/lib/missionwire"))
    with contextlib.closing(sqlite3.connect(f"file:{data_dir / Path(path).name}?mode=ro", uri=True)) as asked:
        rows = asked.execute(question).fetchall()
    if "dead-letters" in question:
        assert [row[1:] for row in rows] == [("extract", "failed", "it broke")]


def test_postgresql_is_asked_the_same_questions():
    asked = {shlex.split(command)[-1] for command in commands("sqlite3") if "state.sqlite" in command}
    same = {question.replace("unixepoch()", "extract(epoch FROM now())") for question in asked}
    assert {shlex.split(command)[-1] for command in commands("psql")} == same
