"""A part ends with its starter, whenever that is killed."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

ROOT = Path(__file__).parents[2]
SETPRIV = shutil.which("setpriv")
STARTER = """
import os, signal, sys
from pathlib import Path
from tests.cluster.part import Part

folder = Path(sys.argv[1])
here = {"STARTER": str(os.getpid())}
part = Part("late", ["touch", "began"], folder, ready=lambda: True, env=here)
part.launch()
print(part.pid, flush=True)
signal.pause()
"""

pytestmark = pytest.mark.skipif(not SETPRIV, reason="no setpriv here")


@pytest.fixture
def slow_setpriv(tmp_path):
    """Return a PATH on which `setpriv` begins only when its starter is gone."""
    slow = tmp_path / "bin" / "setpriv"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\nwhile kill -0 "$STARTER"; do :; done 2>&-\nexec {SETPRIV} "$@"\n')
    slow.chmod(0o755)
    return f"{slow.parent}{os.pathsep}{os.environ['PATH']}"


def has_ended(process):
    """Tell whether a process has ended, even if nobody has asked how."""
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def test_a_part_does_not_begin_when_its_starter_was_killed_before_the_kernel_knew_of_it(
    tmp_path, slow_setpriv
):
    words = [sys.executable, "-c", STARTER, str(tmp_path)]
    env = {**os.environ, "PATH": slow_setpriv}
    with subprocess.Popen(words, cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True) as starter:
        part = psutil.Process(int(starter.stdout.readline()))
        starter.kill()
    while not has_ended(part):
        pass
    assert not (tmp_path / "began").exists()
