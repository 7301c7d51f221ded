"""What a real PostgreSQL says when it fails, in our words, and whether waiting may help."""

import logging

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError, ProgrammingError

from alerts.ledger import Ledger
from alerts.outbox_access import OutboxAccess
from tests.cluster.ports import free_ports
from tests.cluster.postgres import PASSWORD
from transforms.sql_engine import SqlAccess, connect_options, open_engine
from transforms.sql_store import StoreUnavailableError, reason_of

pytestmark = pytest.mark.cluster


@pytest.fixture
def failure():
    opened = []

    def fail(url, statement="SELECT 1"):
        access = SqlAccess("outbox", url)
        opened.append(access)
        with pytest.raises(StoreUnavailableError) as failed, access.write("look") as c:
            c.execute(text(statement))
        return failed.value

    yield fail
    for access in opened:
        access.close()


def with_limit(url, limit):
    return f"{url}?options=-c%20{limit}"


def test_a_wrong_password_is_said_and_not_waited_for(postgres, failure):
    found = failure(postgres.url("postgres", password="battery-staple"))
    assert str(found) == "outbox: look: the server refuses the user or the password"
    assert not found.retryable


def test_an_unknown_user_is_said_and_not_waited_for(postgres, failure):
    assert not failure(postgres.url("postgres", user="stranger")).retryable


def test_an_unknown_database_is_said_and_not_waited_for(postgres, failure):
    found = failure(postgres.url("nowhere"))
    assert str(found) == "outbox: look: the server does not know the database"
    assert not found.retryable


@pytest.mark.parametrize("statement", ["SELECT * FROM alerts", "SELECT nothing FROM pg_class"])
def test_a_missing_table_or_column_names_the_command_that_makes_it(database_url, failure, statement):
    found = failure(database_url, statement)
    assert found.why == "a table or column is missing; run `missionwire database migrate`"
    assert not found.retryable


def test_a_missing_table_in_a_file_names_the_same_command(tmp_path):
    access = OutboxAccess(f"sqlite:///{tmp_path}/outbox.db")
    with pytest.raises(StoreUnavailableError, match="run `missionwire database migrate`") as found:
        Ledger(access).waiting_receivers()
    assert not found.value.retryable
    access.close()


def test_a_server_that_is_not_there_can_be_waited_for(failure):
    found = failure(f"postgresql+psycopg://wire:{PASSWORD}@127.0.0.1:{free_ports(1)[0]}/wire")
    assert str(found) == "outbox: look: the server is gone or cannot be reached"
    assert found.retryable


def test_a_lock_of_another_session_is_not_waited_for_without_end(postgres, database_url, failure):
    name = database_url.rpartition("/")[2]
    postgres.run("CREATE TABLE t (x int)", name)
    with postgres.connect(name) as other, other.transaction():
        other.execute("LOCK TABLE t")
        found = failure(with_limit(database_url, "lock_timeout=20ms"), "INSERT INTO t VALUES (1)")
    assert (found.why, found.retryable) == ("a lock was not free in time", True)


def test_a_statement_that_takes_too_long_ends(database_url, failure):
    found = failure(with_limit(database_url, "statement_timeout=20ms"), "SELECT pg_sleep(60)")
    assert (found.why, found.retryable) == ("the statement took too long", True)


def test_a_read_only_server_can_be_waited_for(database_url, failure):
    found = failure(with_limit(database_url, "default_transaction_read_only=on"))
    assert (found.why, found.retryable) == ("the server is read-only (a standby, or a failover)", True)


def test_a_server_that_turns_read_only_can_be_waited_for(database_url, failure):
    found = failure(database_url, "SET TRANSACTION READ ONLY; CREATE TABLE t (x int)")
    assert (found.why, found.retryable) == ("the server is read-only (a standby, or a failover)", True)


def test_too_many_connections_can_be_waited_for(postgres, database_url, failure):
    postgres.run("CREATE ROLE narrow LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
    found = failure(postgres.url(database_url.rpartition("/")[2], user="narrow", password="x"))
    postgres.run("DROP ROLE narrow")
    assert (found.why, found.retryable) == ("the server has too many connections", True)


@pytest.mark.parametrize(
    ("state", "why"),
    [
        ("40001", "another transaction wrote the same rows"),
        ("40P01", "two transactions waited for each other"),
        ("53100", "the disk is full"),
        ("53300", "the server has too many connections"),
        ("57P03", "the server is starting up or shutting down"),
        ("08006", "the server is gone or cannot be reached"),
        ("XX000", "database error InternalError_"),
    ],
)
def test_what_passes_by_itself_can_be_waited_for(database_url, failure, state, why):
    found = failure(database_url, f"DO $$ BEGIN RAISE 'words' USING ERRCODE = '{state}'; END $$")
    assert (found.why, found.retryable) == (why, True)


@pytest.mark.parametrize(
    ("verdict", "retryable"),
    [
        ("the database system is starting up", True),
        ("the database system is shutting down", True),
        ("the database system is in recovery mode", True),
        ("sorry, too many clients already", True),
        ("das Datenbanksystem startet", True),
        ('no pg_hba.conf entry for host "127.0.0.1", user "role "', False),
    ],
)
def test_a_refused_connection_is_told_by_its_words(verdict, retryable):
    words = f'connection failed: connection to server at "database "x"", port 5432 failed: FATAL:  {verdict}'
    assert reason_of(OperationalError("", None, psycopg.OperationalError(words))).retryable is retryable


def test_a_bug_stays_a_bug(database_url):
    access = SqlAccess("outbox", database_url)
    with pytest.raises(ProgrammingError), access.write("look") as c:
        c.execute(text("SELEKT 1"))
    access.close()


def test_a_session_that_is_ended_is_replaced(postgres, database_url, failure):
    access = OutboxAccess(database_url)
    access.create_tables()
    ending = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}'"
    ended = ending.format(database_url.rpartition("/")[2])
    found = failure(database_url, "SELECT pg_terminate_backend(pg_backend_pid())")
    assert (found.why, found.retryable) == ("the server is starting up or shutting down", True)
    Ledger(access).waiting_receivers()
    postgres.run(ended)
    assert Ledger(access).waiting_receivers() == set()
    access.close()


def test_sessions_that_turned_read_only_are_left_for_new_ones(database_url):
    access = OutboxAccess(database_url)
    access.create_tables()
    add = text("INSERT INTO alerts VALUES ('a', 'r', 'i', 1, 0, '')")
    with access.write("turn") as one, access.write("turn") as other:
        for session in (one, other):
            session.execute(text("SET default_transaction_read_only = on"))
    with pytest.raises(StoreUnavailableError, match="read-only"), access.write("add") as c:
        c.execute(add)
    with access.write("add") as one, access.write("look") as other:
        one.execute(add)
        assert other.scalar(text("SHOW transaction_read_only")) == "off"
    access.close()


def test_a_reader_sees_one_moment_and_may_not_write(database_url):
    access = OutboxAccess(database_url)
    access.create_tables()
    with access.read("look") as c:
        before = c.scalar(text("SELECT count(*) FROM alerts"))
        with access.write("add") as w:
            w.execute(text("INSERT INTO alerts VALUES ('a', 'r', 'i', 1, 0, '')"))
        assert c.scalar(text("SELECT count(*) FROM alerts")) == before == 0
    with pytest.raises(StoreUnavailableError, match="read-only"), access.read("look") as c:
        c.execute(text("DELETE FROM alerts"))
    access.close()


def test_the_limits_are_the_servers_own_and_the_address_wins(database_url):
    access = SqlAccess("outbox", with_limit(database_url, "lock_timeout=7s") + "&connect_timeout=3")
    with access.read("look") as c:
        shown = [
            c.scalar(text(f"SHOW {n}")) for n in ("statement_timeout", "lock_timeout", "application_name")
        ]
    assert shown == ["30s", "7s", "missionwire"]
    assert "connect_timeout" not in connect_options(access.engine.url)
    access.close()


def test_no_message_shows_the_password(postgres, failure, caplog):
    caplog.set_level(logging.DEBUG)
    secret = "battery-staple"
    shown = [repr(open_engine(postgres.url("postgres", password=secret)))]
    for url in (
        postgres.url("postgres", password=secret),
        postgres.url("postgres", user="stranger", password=secret),
        f"postgresql+psycopg://wire:{secret}@127.0.0.1:{free_ports(1)[0]}/wire",
    ):
        found = failure(url)
        shown += [str(found), repr(found), repr(found.__cause__), str(found.__context__)]
    with pytest.raises(StoreUnavailableError) as found:
        open_engine(f"postgresql+psycopg//wire:{secret}@host")
    shown.append(repr(found.value))
    assert secret not in " ".join([*shown, caplog.text])
