"""The schema: the steps lead to the program's tables, each once, and lose nothing on the way."""

import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import text

from alerts.outbox_access import OutboxAccess
from connectors.feeds.feed import FeedState
from connectors.feeds.feed_states import FeedStates
from pipeline import database
from pipeline.cli import main
from transforms.sql_engine import SqlAccess
from transforms.sql_store import StoreUnavailableError

ROOT = Path(__file__).parents[3]
HEAD = "0005"
# a file as versions without migrations made it
BEFORE_MIGRATIONS = (Path(__file__).parent / "before_migrations.sql").read_text()
KEPT = "INSERT INTO alerts VALUES ('a', 'rule', 'incident', 1, 0, '')"


POLLED = (
    "INSERT INTO feed_states (url, polls, failures, state, reason, detail, recent_ids) "
    "VALUES ('https://a.example/feed', 7, 0, 'ok', '', '', '')"
)


@contextmanager
def opened(url):
    access = SqlAccess("test", url)
    try:
        yield access
    finally:
        access.close()


def execute(url, *statements):
    with opened(url) as access, access.write("prepare") as c:
        for statement in statements:
            c.execute(text(statement))


def one(url, statement):
    with opened(url) as access, access.read("look") as c:
        return c.scalar(text(statement))


def test_the_steps_lead_to_the_tables_of_the_program(url):
    assert database.migrate(url) == (None, HEAD)
    assert database.differences(url) == []


def test_a_missing_column_is_a_difference(url):
    database.migrate(url)
    execute(url, "ALTER TABLE alerts DROP COLUMN record")
    [difference] = database.differences(url)
    assert "add_column" in difference


def test_a_second_migration_changes_nothing(url):
    database.migrate(url)
    execute(url, KEPT)
    assert database.migrate(url) == (HEAD, HEAD)
    assert one(url, "SELECT id FROM alerts") == "a"


def test_a_file_from_before_migrations_is_adopted_without_loss(sqlite):
    execute(sqlite, *(s for s in BEFORE_MIGRATIONS.split(";") if s.strip()))
    states = FeedStates(FeedStates.access_to(sqlite))
    execute(sqlite, POLLED)
    assert database.look(sqlite).taken is None
    database.make_ready(sqlite)
    assert database.differences(sqlite) == []
    assert states.load()["https://a.example/feed"].polls == 7
    assert one(sqlite, "SELECT count(*) FROM ledger") == 1
    states.close()


def test_a_feed_that_was_polled_before_its_health_was_known_is_read_as_it_was(url):
    database.migrate(url)
    added = "body_floor stated_floor lies address moving_to moving_seen moving_since last_new gaps"
    execute(url, *(f"ALTER TABLE feed_states DROP COLUMN {name}" for name in added.split()))
    execute(url, POLLED, "DROP TABLE feed_health", "UPDATE alembic_version SET version_num = '0003'")
    assert database.migrate(url) == ("0003", HEAD)
    assert database.differences(url) == []
    states = FeedStates(FeedStates.access_to(url))
    assert states.load() == {"https://a.example/feed": FeedState("https://a.example/feed", polls=7)}
    states.close()


def test_tables_of_one_part_alone_are_adopted(url):
    database.migrate(url)
    execute(url, "DROP TABLE alembic_version", "DROP TABLE feed_states")
    database.migrate(url)
    assert database.differences(url) == []


def test_several_at_once_take_each_step_once(url):
    ends = []
    together = [threading.Thread(target=lambda: ends.append(database.migrate(url))) for _ in range(4)]
    for thread in together:
        thread.start()
    for thread in together:
        thread.join()
    assert sorted(end.taken or "" for end in ends) == ["", HEAD, HEAD, HEAD]
    assert database.differences(url) == []


def test_a_step_that_fails_leaves_nothing_behind(url):
    database.migrate(url)
    execute(url, *(f"DROP TABLE {name}" for name in ("alembic_version", "attempts", "ledger", "alerts")))
    execute(url, "DROP INDEX notifications_by_state")
    execute(url, "ALTER TABLE notifications RENAME COLUMN state TO condition")
    with pytest.raises(StoreUnavailableError):
        database.migrate(url)
    assert database.look(url).taken is None
    with pytest.raises(StoreUnavailableError, match="missing"):
        one(url, "SELECT count(*) FROM alerts")


@pytest.mark.cluster
def test_a_loop_refuses_a_server_that_is_behind(database_url):
    with pytest.raises(StoreUnavailableError) as found:
        database.make_ready(database_url)
    assert str(found.value) == (
        f"database: start: the database's schema is at no step, this version needs {HEAD}; "
        "run `missionwire database migrate`"
    )
    assert not found.value.retryable
    database.migrate(database_url)
    database.make_ready(database_url)


def test_a_newer_schema_is_no_obstacle(url):
    database.migrate(url)
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    database.make_ready(url)
    assert database.migrate(url) == ("9999", HEAD)


@pytest.fixture
def config(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["init"]) == 0
    return tmp_path / "missionwire.yaml"


def test_check_ends_with_1_until_the_database_is_migrated(config, capsys):
    capsys.readouterr()
    assert [main(["database", step]) for step in ("check", "migrate", "check", "migrate")] == [1, 0, 0, 0]
    assert capsys.readouterr().out.splitlines() == [
        f"the database's schema is at no step, this version needs {HEAD}",
        f"schema: from no step to {HEAD}",
        f"the database's schema is at {HEAD}, this version needs {HEAD}",
        f"schema: at {HEAD}, nothing to do",
    ]


def test_looking_makes_no_file(config, tmp_path):
    assert main(["database", "check"]) == 1
    assert not (tmp_path / "missionwire-data").exists()


@pytest.mark.cluster
def test_the_address_of_a_server_is_a_secret_that_is_looked_up(config, database_url, monkeypatch, capsys):
    with config.open("a") as more:
        more.write("\ndatabase:\n  url: {env: WIRE_DATABASE}\n")
    capsys.readouterr()
    assert main(["database", "check"]) == 2
    assert "WIRE_DATABASE" in capsys.readouterr().err
    monkeypatch.setenv("WIRE_DATABASE", database_url)
    assert [main(["database", step]) for step in ("check", "migrate", "check")] == [1, 0, 0]
    monkeypatch.setenv("WIRE_DATABASE", f"{database_url}_lost")
    assert main(["database", "check"]) == 1
    assert "does not know the database" in capsys.readouterr().err


@pytest.mark.slow
def test_an_installed_program_has_the_steps(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pipeline", "connectors", "transforms", "alerts"):
        shutil.copytree(ROOT / name, source / name)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    build = "from setuptools.build_meta import build_wheel; build_wheel('..')"
    subprocess.run([sys.executable, "-c", build], cwd=source, check=True, capture_output=True)
    [wheel] = tmp_path.glob("*.whl")
    shutil.unpack_archive(wheel, tmp_path / "installed", "zip")
    code = f"from pipeline.database import migrate; print(migrate('sqlite:///{tmp_path}/state.sqlite'))"
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path / "installed",
        capture_output=True,
        text=True,
        check=True,
    )
    assert ended.stdout == f"the database's schema is at no step, this version needs {HEAD}\n"


def test_outbox_works_on_migrated_tables(url):
    database.migrate(url)
    access = OutboxAccess(url)
    access.create_tables()
    access.close()
    assert database.differences(url) == []
