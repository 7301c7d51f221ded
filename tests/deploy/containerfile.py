"""The container file as instructions, and what is wrong with them: no engine is needed to know."""

import json
import re
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[2]
CONTAINERFILE = ROOT / "deploy" / "Containerfile"
VENV = "/opt/missionwire/venv"
_PINNED = re.compile(r"^[a-z0-9./_-]+:\d+\.\d+\.\d+[a-z0-9.-]*(@sha256:[0-9a-f]{64})?$")
_TRAILING = re.compile(r"\\\n")


class Instruction(NamedTuple):
    """One instruction: its word, its options such as `--from`, and the rest as words."""

    word: str
    options: dict[str, str]
    words: list[str]


def instructions(text: str) -> list[Instruction]:
    """Return the instructions in order, without comments."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    whole = _TRAILING.sub(" ", "\n".join(lines))
    return [_instruction(line) for line in whole.splitlines() if line.strip()]


def _instruction(line: str) -> Instruction:
    word, _, rest = line.strip().partition(" ")
    if rest.strip().startswith("["):
        return Instruction(word.upper(), {}, [str(w) for w in json.loads(rest)])
    words = shlex.split(rest)
    options: dict[str, str] = {}
    while word.upper() == "COPY" and words and words[0].startswith("--"):
        name, _, value = words.pop(0)[2:].partition("=")
        options[name] = value
    return Instruction(word.upper(), options, words)


def commands(instruction: Instruction) -> Iterator[list[str]]:
    """Return the commands of a RUN, which are joined by `&&`."""
    command: list[str] = []
    for word in instruction.words:
        if word == "&&":
            yield command
            command = []
        else:
            command.append(word)
    yield command


def faults(text: str) -> list[str]:
    """Return everything that is wrong with the container file."""
    found = instructions(text)
    checks = (_unpinned, _missing_sources, _unknown_commands, _root, _entry, _shell_forms)
    return [fault for check in checks for fault in check(found)]


def _unpinned(found: Sequence[Instruction]) -> Iterator[str]:
    given = dict(i.words[0].split("=", 1) for i in found if i.word == "ARG")
    for i in found:
        if i.word == "FROM":
            image = re.sub(r"\$\{(\w+)\}", lambda m: given.get(m[1], ""), i.words[0])
            if not _PINNED.match(image):
                yield f"FROM {image}: not pinned by version"


def _missing_sources(found: Sequence[Instruction]) -> Iterator[str]:
    for i in found:
        if i.word == "COPY" and "from" not in i.options:
            for source in i.words[:-1]:
                if not (ROOT / source).exists():
                    yield f"COPY {source}: there is no such file"


def _unknown_commands(found: Sequence[Instruction]) -> Iterator[str]:
    for i in found:
        if i.word == "RUN":
            for command in commands(i):
                yield from _unknown_flags(command)


def _unknown_flags(command: Sequence[str]) -> Iterator[str]:
    words = _help_command(command)
    try:
        known = _flags_of(tuple(words))
    except FileNotFoundError:
        yield f"RUN {command[0]}: there is no such command"
        return
    except subprocess.CalledProcessError as e:
        yield f"RUN {' '.join(command)}: {' '.join(words)} ends with {e.returncode}"
        return
    flags = [word.partition("=")[0] for word in command if word.startswith("--")]
    yield from (f"RUN {command[0]}: unknown flag {flag}" for flag in flags if flag not in known)


@cache
def _flags_of(help_command: Sequence[str]) -> frozenset[str]:
    answer = subprocess.run(help_command, capture_output=True, text=True, timeout=60, check=True)
    return frozenset(re.findall(r"--[a-z][a-z-]+", answer.stdout))


def _help_command(command: Sequence[str]) -> list[str]:
    """Return what prints the flags of a command on this machine."""
    program = Path(command[0]).name
    if program == "pip":
        return [sys.executable, "-m", "pip", command[1], "--help"]
    if program == "python":
        return [sys.executable, "-m", command[2], "--help"]
    return [program, "--help"]


def _root(found: Sequence[Instruction]) -> Iterator[str]:
    users = [i.words[0] for i in _last_stage(found) if i.word == "USER"]
    if not users or not re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", users[-1]):
        yield "USER: not a fixed number above 999 with its group"


def _entry(found: Sequence[Instruction]) -> Iterator[str]:
    scripts = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
    entries = [i.words for i in _last_stage(found) if i.word == "ENTRYPOINT"]
    if not entries or entries[-1][0] not in {f"{VENV}/bin/{name}" for name in scripts}:
        yield "ENTRYPOINT: no script that the package installs"


def _shell_forms(found: Sequence[Instruction]) -> Iterator[str]:
    for i in found:
        if i.word in ("ENTRYPOINT", "CMD") and len(i.words) == 1 and " " in i.words[0]:
            yield f"{i.word}: needs a shell"


def _last_stage(found: Sequence[Instruction]) -> list[Instruction]:
    last = max((n for n, i in enumerate(found) if i.word == "FROM"), default=0)
    return list(found[last:])
