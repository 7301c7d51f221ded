"""The container file, looked at without an engine; `build_without_engine` carries out its steps."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.containerfile import CONTAINERFILE, faults, instructions

TEXT = CONTAINERFILE.read_text()
BIN = Path(sys.executable).parent


def test_nothing_is_wrong_with_the_container_file() -> None:
    assert faults(TEXT) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("python:3.11.14-slim-bookworm\n\nFROM", "python:3.11-slim\n\nFROM", "not pinned by version"),
        ("python:3.11.14-slim-bookworm\n\nFROM", "python\n\nFROM", "not pinned by version"),
        ("COPY alerts ", "COPY allerts ", "COPY allerts: there is no such file"),
        ("COPY pipeline ./pipeline", "COPY pipelines ./pipeline", "there is no such file"),
        ("--require-hashes", "--require-hash-es", "unknown flag --require-hash-es"),
        ("useradd --uid", "useradd --userid", "unknown flag --userid"),
        ("RUN python -m venv", "RUN python -m venvv", "ends with 1"),
        ("RUN groupadd", "RUN grouppadd", "there is no such command"),
        ("USER 10001:10001\n", "", "USER: not a fixed number"),
        ("USER 10001:10001\n", "USER root\n", "USER: not a fixed number"),
        ("USER 10001:10001\n", "USER 0:0\n", "USER: not a fixed number"),
        ("bin/missionwire", "bin/mission-wire", "ENTRYPOINT: no script"),
        ('["version"]', '["version --long"]', "CMD: needs a shell"),
    ],
)
def test_a_fault_in_the_container_file_is_found(before: str, after: str, fault: str) -> None:
    assert before in TEXT
    found = faults(TEXT.replace(before, after))
    assert any(fault in one for one in found), found


def test_hadolint_has_no_complaint() -> None:
    complaint = _hadolint(CONTAINERFILE)
    assert complaint.stdout == ""
    assert complaint.returncode == 0


def test_hadolint_would_complain(tmp_path: Path) -> None:
    bad = tmp_path / "Containerfile"
    bad.write_text(TEXT.replace("COPY alerts", "ADD alerts"))
    assert "DL3020" in _hadolint(bad).stdout


def _hadolint(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([BIN / "hadolint", path], capture_output=True, text=True, timeout=60, check=False)


def test_every_package_of_ours_is_copied() -> None:
    copied = {word for i in instructions(TEXT) if i.word == "COPY" for word in i.words[:-1]}
    assert {"transforms", "connectors", "alerts", "pipeline"} <= copied


def test_what_is_copied_is_not_ignored() -> None:
    lines = Path(f"{CONTAINERFILE}.dockerignore").read_text().splitlines()
    kept = {line.removeprefix("!") for line in lines if line.startswith("!")}
    copied = {
        word
        for i in instructions(TEXT)
        if i.word == "COPY" and "from" not in i.options
        for word in i.words[:-1]
    }
    assert kept == copied
