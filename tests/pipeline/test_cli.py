"""The command line: help is fast, wrong use is said clearly, `init` never overwrites."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from pipeline.cli import COMMANDS, main, parser
from pipeline.starter import STARTER_CONFIG

ROOT = str(Path(__file__).parents[2])
HEAVY = {"apache_beam", "spacy", "sqlalchemy", "pydantic", "aiohttp", "structlog", "prometheus_client"}
NAMES = [module.__name__.rsplit(".", 1)[1].replace("_", "-") for module in COMMANDS]
HELPS = [
    [],
    *([name] for name in NAMES),
    ["config", "check"],
    ["rules", "check"],
    ["database", "migrate"],
    ["feeds", "add"],
]
ASK_FOR_HELP = """
import contextlib, io, json, sys
sys.path.insert(0, {root!r})
from pipeline.cli import main
said = []
for words in {helps!r}:
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.suppress(SystemExit):
        main([*words, "--help"])
    said.append(out.getvalue())
print(json.dumps([said, sorted(sys.modules)]))
"""


def test_help_of_every_command_imports_nothing_heavy():
    code = ASK_FOR_HELP.format(root=ROOT, helps=HELPS)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    said, modules = json.loads(ended.stdout)
    assert all(text.startswith("usage: ") for text in said)
    assert HEAVY & {name.split(".")[0] for name in modules} == set()


def test_every_command_is_there():
    assert sorted(NAMES) == [
        "collect", "config", "database", "dead-letters", "dedup", "explain", "extract", "feeds", "init",
        "notify", "pack", "process", "replay", "rules", "run", "story", "topics", "version",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "words", [[], ["fly"], ["replay"], ["explain"], ["config"], ["run", "--log-level", "x"]]
)
def test_wrong_use_ends_with_2(words, capsys):
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "usage: missionwire" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2021-10-05T12:00:00Z", datetime(2021, 10, 5, 12, tzinfo=UTC)),
        ("2021-10-05T12:00:00", datetime(2021, 10, 5, 12, tzinfo=UTC)),
        ("2021-10-05", datetime(2021, 10, 5, tzinfo=UTC)),
        ("2021-10-05T12:00:00+02:00", datetime(2021, 10, 5, 12, tzinfo=timezone(timedelta(hours=2)))),
    ],
)
def test_times_are_iso_8601_and_utc_unless_they_say_otherwise(text, time):
    arguments = parser().parse_args(["replay", "x", "--fetched", text])
    assert arguments.fetched == time
    assert arguments.fetched.tzinfo is UTC


def test_a_time_that_is_none_is_said(capsys):
    with pytest.raises(SystemExit) as ended:
        main(["replay", "x", "--published", "yesterday"])
    assert ended.value.code == 2
    assert (
        "'yesterday' is no time (expected ISO 8601, such as 2021-10-05T12:00:00Z)" in capsys.readouterr().err
    )


def test_a_path_that_is_not_there_is_named(tmp_path, capsys):
    assert main(["replay", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err == f"replay: {tmp_path}/none: there is no such file or folder\n"


def test_init_writes_the_starter_and_never_over_a_file(tmp_path, capsys):
    target = tmp_path / "missionwire.yaml"
    assert main(["init", "--config", str(target)]) == 0
    assert target.read_bytes() == STARTER_CONFIG.read_bytes()
    target.write_text("mine")
    assert main(["init", "--config", str(target)]) == 1
    assert target.read_text() == "mine"
    assert "is there already; --force overwrites it" in capsys.readouterr().err
    assert main(["init", "--config", str(target), "--force"]) == 0
    assert target.read_bytes() == STARTER_CONFIG.read_bytes()


def test_init_says_why_it_cannot_write(tmp_path, capsys):
    assert main(["init", "--config", str(tmp_path / "none" / "x.yaml")]) == 1
    assert "No such file or directory" in capsys.readouterr().err


def test_a_good_configuration_is_summed_up(tmp_path, capsys):
    target = tmp_path / "missionwire.yaml"
    main(["init", "--config", str(target)])
    assert main(["config", "check", "--config", str(target)]) == 0
    assert capsys.readouterr().out.endswith("good: 28 feeds, 8 rules, 1 receivers, 1 routes\n")


@pytest.mark.parametrize("command", [["config", "check"], ["collect"], ["process"], ["notify"]])
def test_faults_of_the_configuration_end_with_2(command, tmp_path):
    bad = tmp_path / "bad.yaml"
    bad.write_text("colour: red\n")
    code = f"import sys; sys.path.insert(0, {ROOT!r}); from pipeline.cli import main; sys.exit(main())"
    ended = subprocess.run(
        [sys.executable, "-c", code, *command, "--config", str(bad)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert f"{bad}:1: colour: unknown key\n" in ended.stderr


def test_rules_are_checked_by_themselves(tmp_path, capsys):
    bad = tmp_path / "rules.yaml"
    bad.write_text("rules:\n- id: x\n  colour: red\n")
    assert main(["rules", "check", str(bad)]) == 2
    assert f"{bad}:3: rules[0].colour: unknown key\n" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["extract", "dedup"])
def test_a_filter_names_a_file_that_it_cannot_read(command, tmp_path, capsys):
    assert main([command, str(tmp_path / "none.jsonl")]) == 2
    assert capsys.readouterr().err == f"{command}: {tmp_path}/none.jsonl: No such file or directory\n"


def test_the_version_is_printed(capsys):
    assert main(["version"]) == 0
    assert capsys.readouterr().out == "missionwire 0.1.0\n"
