"""One run, or one collector, for one data folder: a lock that the kernel drops when its last holder ends.

The children inherit it. So after a supervisor was killed, the next run waits for the parts of the dead
one, which notice the loss of their parent and stop by themselves.
"""

import fcntl
import logging
import os
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from time import monotonic, sleep

from pipeline.settings import make_data_dir

_PATIENCE = timedelta(seconds=30)
_LOOK_EVERY_S = 0.2


class RunningAlreadyError(Exception):
    """Another run has the folder; `pid` is 0 if it did not say who it is."""

    def __init__(self, folder: Path, pid: int) -> None:
        who = f"process {pid}" if pid else "another process"
        super().__init__(
            f"{folder} is in use by a run of missionwire ({who}); stop it or set another data_dir"
        )
        self.pid = pid


def lock_run(folder: Path, waiting: Callable[[int], None], patience: timedelta = _PATIENCE) -> int:
    """Return the descriptor of the held lock; raise `RunningAlreadyError` if a living run has it.

    `waiting` is called once with the pid of a dead run whose parts still live. Raises `DataDirError` too.
    """
    make_data_dir(folder)
    lock = os.open(folder / "run.lock", os.O_RDWR | os.O_CREAT, 0o600)
    give_up, told = monotonic() + patience.total_seconds(), False
    while not _take(lock):
        pid = _pid_in(lock)
        if _lives(pid) or monotonic() >= give_up:
            os.close(lock)
            raise RunningAlreadyError(folder, pid)
        if not told:
            waiting(pid)
            told = True
        sleep(_LOOK_EVERY_S)
    os.ftruncate(lock, 0)
    os.pwrite(lock, f"{os.getpid()}\n".encode(), 0)
    return lock


def lock_or_say(folder: Path, part: str) -> int | None:
    """Return the lock for a part of that name, or `None` after saying on standard error who has it."""
    log = logging.getLogger(f"missionwire.{part}")
    try:
        return lock_run(folder, lambda pid: log.warning("waiting for the parts of run %d to end", pid))
    except (RunningAlreadyError, OSError) as e:
        print(f"{part}: {e}", file=sys.stderr)
        return None


def _take(lock: int) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _pid_in(lock: int) -> int:
    text = os.pread(lock, 32, 0).strip()
    return int(text) if text.isdigit() else 0


def _lives(pid: int) -> bool:
    if pid == 0:
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
