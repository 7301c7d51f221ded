"""PostgreSQL of the local cluster: killed, held still and started again with what it had."""

import os

import psycopg
import pytest

from tests.cluster.part import NotReadyError
from tests.cluster.postgres import Postgres
from tests.conftest import running


@pytest.fixture
def server(servers):
    server = Postgres(servers / "postgres-to-kill")
    yield server
    server.stop()


def test_it_keeps_its_rows_and_its_address_over_a_kill(server):
    server.start()
    url = server.create("kept")
    server.run("CREATE TABLE t AS SELECT 7 AS x", "kept")
    members = server.processes()
    assert len(members) > 3

    server.kill()
    assert [p.pid for p in members if p.is_running()] == []
    server.start()

    assert server.url("kept") == url
    assert server.run("SELECT x FROM t", "kept") == [(7,)]


def test_while_held_still_it_answers_nobody_and_then_goes_on(server):
    server.start()
    with server.connect() as connection:
        server.pause()
        with pytest.raises(psycopg.OperationalError, match="timeout"):
            psycopg.connect(host="127.0.0.1", port=server.port, user="nobody", connect_timeout=2)
        server.resume()
        assert connection.execute("SELECT 1").fetchall() == [(1,)]


def test_a_server_that_cannot_start_shows_the_end_of_its_log(servers):
    server = Postgres(servers / "postgres-broken", {"shared_buffers": "lots"})
    with pytest.raises(NotReadyError, match=r'(?s)^postgres: ended; the end of .*invalid value.*"lots"'):
        server.start()
    assert not server.alive()


@pytest.fixture
def narrow():
    """Let only us see the files that we make, as the program does that keeps secrets."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def test_it_starts_whatever_the_mask_of_new_files(servers, narrow):
    with running(Postgres(servers / "postgres-narrow")) as server:
        assert server.run("SELECT 1") == [(1,)]


@pytest.mark.skipif(os.getuid() != 0, reason="only root has another user run the server")
def test_a_folder_that_its_user_cannot_enter_is_said(servers):
    (servers / "closed").mkdir(mode=0o700)
    server = Postgres(servers / "closed" / "postgres")
    with pytest.raises(NotReadyError, match=r"nobody else may enter .*closed; choose another folder"):
        server.start()


def test_a_database_of_a_test_is_its_own(database_url, postgres):
    name = database_url.rpartition("/")[2]
    assert postgres.run("SELECT current_database()", name) == [(name,)]
