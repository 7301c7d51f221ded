"""A data folder that cannot be used is named in one line, whichever command meets it."""

import errno
import os
import stat
import subprocess
import sys

import pytest

from pipeline import cli
from pipeline.settings import DataDirError, kept_folder, make_data_dir

CONFIG = """\
data_dir: {0}
collect: {{feeds: [{{url: "https://nobody.example/feed", publisher: Nobody}}]}}
receivers: [{{name: screen, kind: terminal}}]
routes: [{{receivers: [screen]}}]
metrics: "off"
"""


class FullProbe:
    """A file on a disk that takes no byte more."""

    def __init__(self, number):
        self.number = number

    def __call__(self, **_):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None

    def write(self, _):
        raise OSError(self.number, os.strerror(self.number))


def test_the_folder_is_made_for_us_alone_and_stays_empty(tmp_path):
    folder = tmp_path / "a" / "b"
    make_data_dir(folder)
    make_data_dir(folder)
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("below", ["", "data"])
def test_a_file_in_its_place_or_above_it_is_named(tmp_path, below):
    file = tmp_path / "file"
    file.write_text("mine")
    folder = file / below if below else file
    with pytest.raises(DataDirError) as raised:
        make_data_dir(folder)
    assert str(raised.value) == f"data_dir: {folder}: Not a directory"
    assert raised.value.retryable is False


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EROFS, errno.EACCES, errno.EDQUOT])
def test_a_folder_that_takes_nothing_is_named(tmp_path, monkeypatch, number):
    monkeypatch.setattr(kept_folder, "TemporaryFile", FullProbe(number))
    with pytest.raises(DataDirError) as raised:
        make_data_dir(tmp_path)
    assert str(raised.value) == f"data_dir: {tmp_path}: {os.strerror(number)}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_of_somebody_else_is_named(tmp_path):
    tmp_path.chmod(0o500)
    with pytest.raises(DataDirError, match="Permission denied"):
        make_data_dir(tmp_path)


@pytest.mark.parametrize(
    "words",
    [["feeds", "pause", "https://nobody.example/feed"], ["run"], ["collect"], ["notify"], ["process"]],
)
def test_every_command_says_it_in_one_line(tmp_path, words):
    config, file = tmp_path / "missionwire.yaml", tmp_path / "file"
    file.write_text("mine")
    config.write_text(CONFIG.format(file))
    command = [sys.executable, "-m", "pipeline.cli", *words, "--config", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ended.returncode == 1
    assert ended.stderr == f"missionwire: data_dir: {file}: Not a directory\n"


def test_looking_only_says_what_it_cannot_see(tmp_path, capsys):
    config = tmp_path / "missionwire.yaml"
    config.write_text(CONFIG.format("x" * 300))
    assert cli.main(["dead-letters", "list", "--config", str(config)]) == 1
    assert capsys.readouterr().err.endswith(": File name too long\n")
