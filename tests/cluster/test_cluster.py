"""The local cluster by its one command: what it says when it runs, and that nothing outlives it."""

import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-u", "-m", "tests.cluster"]
PARTS = {
    *("zookeeper", "job-manager", "task-manager-1", "task-manager-2", "job-server", "worker-pool"),
    *("kafka", "postgres", "feeds", "alertmanager", "prometheus", "together"),
}
DIRECT = len(PARTS) - 1  # "together" is no process

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def folder(servers):
    return servers / "whole"


@pytest.fixture
def start(folder):
    """Return a way to start the cluster, with the lines that it says."""
    begun = []

    def start():
        words = [*COMMAND, "--folder", str(folder)]
        begun.append(subprocess.Popen(words, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=-2))
        return begun[-1]

    yield start
    for each in begun:
        each.send_signal(signal.SIGINT)
        each.wait(90)
        each.stdout.close()


def said_until(words, cluster):
    """Return the lines up to the one that begins with the words."""
    lines = []
    for line in cluster.stdout:
        lines.append(line)
        if line.startswith(words):
            return lines
    raise AssertionError(f"never said {words!r}:\n{''.join(lines)}")


def asked(action, folder):
    words = [*COMMAND, action, "--folder", str(folder)]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout, done.stderr


def left_of(processes):
    """Return which of the processes do not end."""
    _, left = psutil.wait_procs(processes, timeout=30)
    return [each.cmdline() for each in left]


def test_it_says_where_everything_is_and_ctrl_c_ends_everything(start, folder):
    cluster = start()
    said = said_until("started in", cluster)
    everything = psutil.Process(cluster.pid).children(recursive=True)
    assert len(everything) > DIRECT
    assert "  missionwire database migrate --config " in "".join(said)

    code, table, _ = asked("status", folder)
    rows = [line.split() for line in table.splitlines()[1:]]
    assert (code, {row[0] for row in rows}) == (0, PARTS)
    assert 300 < int(rows[-1][1]) < 4096, "MB of memory together"
    assert asked("start", folder) == (1, "", f"{folder}: another cluster runs here\n")

    cluster.send_signal(signal.SIGINT)
    assert cluster.wait(90) == 0
    assert left_of(everything) == []
    assert (
        cluster.stdout.read()
        == f"stopping ...\nall parts have stopped; logs and what was kept are in {folder}\n"
    )
    assert asked("status", folder) == (1, "", f"{folder}: no cluster runs here\n")


def test_no_part_outlives_a_starter_that_is_killed(start):
    cluster = start()
    said_until("starting in", cluster)
    starter = psutil.Process(cluster.pid)
    while len(starter.children()) < DIRECT and cluster.poll() is None:
        pass
    everything = starter.children(recursive=True)
    cluster.kill()
    assert len(everything) >= DIRECT
    assert left_of(everything) == []
