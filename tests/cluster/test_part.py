"""A part ends with its starter, whenever that is killed."""

import os
import select
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SETPRIV = shutil.which("setpriv")
STARTER = """
import os, sys
from pathlib import Path
from tests.cluster.part import Part

folder = Path(sys.argv[1])
here = {"STARTER": str(os.getpid())}
part = Part("late", ["touch", "began"], folder, ready=lambda: True, env=here)
part.launch()
print(part.pid, flush=True)
sys.stdin.read()
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


def test_a_part_does_not_begin_when_its_starter_was_killed_before_the_kernel_knew_of_it(
    tmp_path, slow_setpriv
):
    words = [sys.executable, "-c", STARTER, str(tmp_path)]
    env = {**os.environ, "PATH": slow_setpriv}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(words, cwd=ROOT, env=env, text=True, **pipes) as starter:
        part = os.pidfd_open(int(starter.stdout.readline()))
        starter.kill()
    ended, _, _ = select.select([part], [], [], 30)
    os.close(part)
    assert ended
    assert not (tmp_path / "began").exists()
