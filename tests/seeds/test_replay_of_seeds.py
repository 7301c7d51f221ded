"""The seeds give what was reviewed, byte for byte on every run."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest

from pipeline.replay import Given, run
from tests.seeds.expected import EXPECTED, SEEDS, replayed, starter_settings
from transforms.records import Disposition, decode

SHARED = SEEDS.parents[1] / "shared" / "seeds"
INTERRUPTED = """
import os, signal, sys

from pipeline.cli import main
from transforms import extract_events

load = extract_events.extractor_of

def interrupted(*words):
    os.kill(os.getpid(), signal.SIGINT)
    return load(*words)

extract_events.extractor_of = interrupted
sys.exit(main(["replay", "seeds/ms19"]))
"""


@pytest.fixture(scope="module")
def texts():
    return replayed()


@pytest.mark.parametrize("name", ["verdicts.md", "incidents.md", "messages.md"])
def test_the_seeds_give_what_was_reviewed(texts, name):
    assert texts[name] == (EXPECTED / name).read_text(), "if it is right: make seeds-expected, and review"


def test_two_replays_in_two_processes_write_the_same_bytes(tmp_path):
    for name in ("one", "two"):
        done = replay(SEEDS, "--out", tmp_path / name)
        assert done.returncode == 1
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes()
    assert {path.name for path in (tmp_path / "one").iterdir()} == {
        "articles.jsonl",
        "dispositions.jsonl",
        "incidents.jsonl",
        "alerts.jsonl",
        "notifications.jsonl",
    }


def test_what_cannot_be_read_is_named_and_counted_and_the_rest_is_processed():
    done = replay(SEEDS)
    assert done.returncode == 1
    for name in ("empty.xml", "html-page.xml", "truncated.json"):
        assert f"broken/{name}: not-a-feed" in done.stderr
    assert "46 articles" in done.stderr
    assert "3 could not be read" in done.stderr
    assert "Soyuz MS-19: docking trouble" in done.stdout


def test_a_path_that_is_not_there_is_wrong_use():
    done = replay("no-such-folder")
    assert (done.returncode, "no-such-folder: there is no such file" in done.stderr) == (2, True)


def test_ctrl_c_ends_a_replay_at_once_and_leaves_nothing(tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    # what runs the tests may itself ignore it, and children would inherit that
    words = ["env", "--default-signal=INT", sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(words, cwd=SEEDS.parent, env=env, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (130, "")
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_replay_that_was_started_to_ignore_ctrl_c_goes_on():
    words = ["sh", "-c", 'trap "" INT; exec "$@"', "sh", sys.executable, "-c", INTERRUPTED]
    done = subprocess.run(words, cwd=SEEDS.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 0
    assert "Soyuz MS-19: docking trouble" in done.stdout


@pytest.mark.skipif(not SHARED.exists(), reason="the shared seeds are not here")
def test_the_article_that_all_starts_from_gives_its_four_events_and_no_trap(tmp_path):
    published = datetime(2021, 10, 5, tzinfo=UTC)
    run([SHARED], starter_settings(), tmp_path, Given(None, published), StringIO())
    lines = (tmp_path / "dispositions.jsonl").read_bytes().splitlines()
    (found,) = [d.events for d in (decode(Disposition, line) for line in lines) if d.stage == "extract"]
    events = {(e.type, e.status): e for e in found}
    assert set(events) == {
        ("launch", "occurred"),
        ("docking", "occurred"),
        ("docking_anomaly", "occurred"),
        ("landing", "planned"),
    }
    assert {e.mission for e in found} == {"Soyuz MS-19"}
    launch = events["launch", "occurred"]
    assert launch.time.start == datetime(2021, 10, 5, 8, 55, tzinfo=UTC)
    assert launch.site == "Baikonur"
    assert events["docking", "occurred"].time.start.date() == published.date()
    assert events["landing", "planned"].time.start.date().isoformat() == "2021-10-17"
    assert "malfunction with an automated docking system" in quote(events["docking_anomaly", "occurred"])
    assert not any("Klimenko" in name for e in found for name in e.crew)


def quote(event):
    return " ".join(e.quote for e in event.evidence["type"])


def replay(*arguments):
    return subprocess.run(
        [sys.executable, "-m", "pipeline.cli", "replay", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=100,
        cwd=Path(__file__).parents[2],
        check=False,
    )
