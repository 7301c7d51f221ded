"""One run for one data folder."""

import fcntl
import os
import subprocess
import sys
from datetime import timedelta

import pytest

from pipeline.supervision.run_lock import RunningAlreadyError, lock_run

SHORT = timedelta(milliseconds=1)


def test_a_second_run_is_refused_with_the_pid_of_the_first(tmp_path):
    lock = lock_run(tmp_path, print)
    with pytest.raises(
        RunningAlreadyError, match=rf"in use by a run of missionwire \(process {os.getpid()}\)"
    ):
        lock_run(tmp_path, print)
    os.close(lock)


def test_the_lock_is_free_when_its_holder_has_ended(tmp_path):
    os.close(lock_run(tmp_path, print))
    os.close(lock_run(tmp_path, print))
    assert (tmp_path / "run.lock").read_text() == f"{os.getpid()}\n"


def test_parts_of_a_dead_run_are_waited_for_and_named_once(tmp_path):
    holder = dead_run(tmp_path)
    waited_for = []

    def wait(pid):
        waited_for.append(pid)
        os.close(holder)

    os.close(lock_run(tmp_path, wait))
    assert len(waited_for) == 1


def test_the_wait_for_a_dead_run_ends(tmp_path):
    holder = dead_run(tmp_path)
    with pytest.raises(RunningAlreadyError):
        lock_run(tmp_path, lambda pid: None, SHORT)
    os.close(holder)


def dead_run(folder):
    """Hold the lock in the name of a process that has ended."""
    name_yourself = [sys.executable, "-S", "-c", "import os; print(os.getpid())"]
    ended = subprocess.run(name_yourself, capture_output=True, check=True)
    holder = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT)
    os.write(holder, ended.stdout)
    fcntl.flock(holder, fcntl.LOCK_EX)
    return holder
