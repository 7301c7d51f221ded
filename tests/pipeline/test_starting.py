"""A loop waits at its start for what may come, and says so; what never comes ends it."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from connectors.log.interface import LogError
from pipeline.heartbeat import Heartbeat
from pipeline.starting import have_all
from tests.cluster.postgres import PASSWORD
from transforms.sql_store import StoreUnavailableError


class Patience:
    """A stop that is set after some waits."""

    def __init__(self, waits=99):
        self.left, self.waited = waits, []

    def is_set(self):
        return len(self.waited) >= self.left

    def wait(self, timeout):
        self.waited.append(timeout.total_seconds())


def failing(times, error, done):
    faults = [error] * times

    def need():
        if faults:
            raise faults.pop()
        done.append(error.what)

    return need


AWAY = StoreUnavailableError("database", "look at the schema", "the server is gone", retryable=True)
NO_BROKER = LogError("making topics", "no broker answers", retryable=True)


def test_what_is_away_is_waited_for_in_order_with_doubled_waits(caplog):
    stop, done, beats = Patience(), [], []
    assert have_all([failing(7, NO_BROKER, done), failing(2, AWAY, done)], stop, lambda: beats.append(1))
    assert done == ["making topics", "look at the schema"]
    assert stop.waited == [1, 2, 4, 8, 16, 30, 30, 1, 2]
    assert len(beats) == 9
    assert caplog.messages[8] == (
        "the start waits: database: look at the schema: the server is gone; next try in 2 s"
    )


def test_a_stop_ends_the_waiting():
    done = []
    assert not have_all([failing(9, AWAY, done), failing(0, NO_BROKER, done)], Patience(2), lambda: None)
    assert done == []


def test_what_waiting_does_not_mend_is_raised():
    refused = StoreUnavailableError("database", "look", "the server refuses the password", retryable=False)
    with pytest.raises(StoreUnavailableError, match="refuses the password"):
        have_all([failing(1, refused, [])], Patience(), lambda: None)


def test_a_start_that_waits_is_alive_and_not_ready():
    now = [0.0]
    heart = Heartbeat(timedelta(seconds=60), lambda: now[0])
    now[0] = 61.0
    assert not heart.alive().good
    heart.starting()
    assert heart.alive().good
    assert not heart.ready().good


CONFIG = """\
data_dir: {folder}/data
database: {{url: {{env: DATABASE}}}}
collect: {{contact: a@missionwire.example, feeds: [{{url: "http://127.0.0.1:1/", publisher: A}}]}}
receivers: [{{name: desk, kind: terminal}}]
routes: [{{receivers: [desk]}}]
metrics: off
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "password", "said"),
    [
        ("collect", "battery-staple", "the server refuses the user or the password"),
        ("notify", PASSWORD, "run `missionwire database migrate`"),
    ],
)
def test_a_wrong_password_and_missing_tables_end_the_start_with_one_clear_line(
    tmp_path, postgres, database_url, command, password, said
):
    config = tmp_path / "missionwire.yaml"
    config.write_text(CONFIG.format(folder=tmp_path))
    url = postgres.url(database_url.rpartition("/")[2], password=password)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli", command, "--config", str(config)],
        env=os.environ | {"DATABASE": url},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    [line] = done.stderr.splitlines()
    assert line.startswith("missionwire: database: ")
    assert line.endswith(said)
    assert password not in done.stderr
