"""Carry out the steps of the container file in a folder, where no engine runs.

    python -m tests.deploy.build_without_engine FOLDER

Python is this one, paths below /opt and /build lie in the folder, and what makes users is left out. No
compiler is to be found, as in the slim image. At the end, the entry point and the boot program answer.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.deploy.containerfile import CONTAINERFILE, ROOT, Instruction, commands, instructions

_ACCOUNTS = ("groupadd", "useradd", "install")


def main(folder: Path) -> int:
    """Build in `folder`, which must not be there yet; return the exit code."""
    (folder / "build").mkdir(parents=True)
    work = folder / "build"
    entry: list[str] = []
    for step in instructions(CONTAINERFILE.read_text()):
        if step.word == "RUN":
            for command in commands(step):
                _run(command, folder, work)
        elif step.word == "COPY" and "from" not in step.options:
            _copy(step, folder, work)
        elif step.word == "ENTRYPOINT":
            entry = step.words
    _run([*entry, "version"], folder, folder)
    _run([*entry, "--help"], folder, folder)
    _run(["/opt/missionwire/venv/bin/python", "-m", "pipeline.worker_pool", "--help"], folder, folder)
    return 0


def _run(command: Sequence[str], folder: Path, work: Path) -> None:
    if command[0] in _ACCOUNTS:
        return
    words = [_inside(word, folder) for word in command]
    if words[0] == "python":
        words[0] = sys.executable
    print("RUN", *words, flush=True)
    # nothing of this shell but the way to python: no compiler, no settings
    tools = folder / "no-tools"
    tools.mkdir(exist_ok=True)
    kept = {
        name: os.environ[name] for name in ("PIP_INDEX_URL", "PIP_CONFIG_FILE", "HOME") if name in os.environ
    }
    subprocess.run(words, cwd=work, env={"PATH": str(tools), **kept}, check=True)


def _copy(step: Instruction, folder: Path, work: Path) -> None:
    *sources, target = step.words
    for source in sources:
        goal = Path(_inside(target, folder)) if target.startswith("/") else work / target
        print("COPY", source, goal, flush=True)
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, goal, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / source, goal)


def _inside(word: str, folder: Path) -> str:
    return str(folder) + word if word.startswith("/opt/") else word


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).absolute()))
