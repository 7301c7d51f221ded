"""Real processes, as small as can be: started, restarted, stopped in order, never left behind."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

import pytest

RUN = str(Path(__file__).with_name("small_run.py"))
ROOT = str(Path(__file__).parents[3])
pytestmark = pytest.mark.slow


@pytest.fixture
def start(tmp_path):
    runs = []

    def begin(*parts):
        environ = {**os.environ, "PYTHONPATH": ROOT}
        command = [sys.executable, RUN, str(tmp_path / "journal"), *parts]
        runs.append(subprocess.Popen(command, stderr=subprocess.PIPE, env=environ, start_new_session=True))
        return runs[-1]

    yield begin
    for run in runs:
        run.kill()
        run.communicate()


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "journal"

    def until(enough):
        give_up = monotonic() + 30
        while monotonic() < give_up:
            lines = [line.split() for line in path.read_text().splitlines()] if path.exists() else []
            if enough(lines):
                return lines
            sleep(0.02)
        raise AssertionError(f"not seen within 30 s: {lines}")

    return until


def words(lines, word):
    return [name for said, name, _ in lines if said == word]


def pid_of(lines, name):
    return int(next(pid for said, n, pid in lines if said == "started" and n == name))


def lives(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_one_interrupt_stops_all_parts_in_order(start, journal):
    run = start("collect", "process", "notify")
    lines = journal(lambda seen: len(words(seen, "started")) == 3)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 0
    seen = journal(lambda _: True)
    order = [line[:2] for line in seen if line[0] in ("asked", "ended")]
    assert order == [[w, p] for p in ("collect", "process", "notify") for w in ("asked", "ended")]
    assert not any(lives(pid_of(lines, part)) for part in ("collect", "process", "notify"))
    assert b"event=stopped" in said


def test_a_crashed_part_starts_again_and_the_line_says_why(start, journal):
    run = start("collect=crash 3", "notify")
    journal(lambda seen: words(seen, "started").count("collect") == 2)
    run.send_signal(signal.SIGTERM)
    _, said = run.communicate(timeout=30)
    assert run.returncode == 0
    assert b'event="collect ended (exit code 3); starting again in 1 s"' in said


def test_a_killed_part_starts_again_while_the_others_live_on(start, journal):
    run = start("collect", "notify")
    lines = journal(lambda seen: len(words(seen, "started")) == 2)
    os.kill(pid_of(lines, "collect"), signal.SIGKILL)
    lines = journal(lambda seen: len(words(seen, "started")) == 3)
    assert sorted(words(lines, "started")) == ["collect", "collect", "notify"]
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=30)
    assert b"collect ended (killed by SIGKILL)" in said


def test_a_second_interrupt_kills_what_does_not_listen(start, journal):
    run = start("collect=stubborn", "notify")
    lines = journal(lambda seen: len(words(seen, "started")) == 2)
    run.send_signal(signal.SIGINT)
    journal(lambda seen: words(seen, "asked") == ["collect"])
    run.send_signal(signal.SIGINT)
    run.communicate(timeout=30)
    assert run.returncode == 130
    assert not any(lives(pid_of(lines, part)) for part in ("collect", "notify"))


def test_parts_notice_that_their_supervisor_was_killed(start, journal):
    run = start("collect", "notify")
    journal(lambda seen: len(words(seen, "started")) == 2)
    run.send_signal(signal.SIGKILL)
    lines = journal(lambda seen: len(words(seen, "orphaned")) == 2)
    assert sorted(words(lines, "orphaned")) == ["collect", "notify"]


def test_a_part_that_refuses_its_settings_ends_the_run_instead_of_starting_for_ever(start, journal):
    run = start("collect", "process=crash 2")
    _, said = run.communicate(timeout=30)
    assert run.returncode == 2
    assert b"process cannot start with these settings" in said
    lines = journal(lambda seen: words(seen, "started"))
    assert words(lines, "started").count("process") == 1
    assert not lives(pid_of(lines, "collect"))
