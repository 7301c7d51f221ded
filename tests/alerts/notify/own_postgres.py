"""A PostgreSQL server of the tests' own: a free port of 127.0.0.1, a folder that is removed afterwards."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
PASSWORD = "correct-horse"
# What the server is for is killed on purpose, never the machine below it.
OPTIONS = ("fsync=off", "max_connections=40", "unix_socket_directories=", "listen_addresses=127.0.0.1")
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.cluster)]


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


class OwnPostgres:
    """The server refuses to run as root, so root runs it as nobody."""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="missionwire-pg-", dir="/tmp"))
        self.as_whom = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.getuid() == 0 else {}
        if self.as_whom:
            shutil.chown(self.folder, "nobody", "nogroup")
        self.port, self.process, self.databases = free_port(), None, 0
        self._initdb()

    def _initdb(self):
        secret = self.folder / "password"
        secret.write_text(PASSWORD)
        secret.chmod(0o644)
        command = [PROGRAMS / "initdb", "-D", self.folder / "pg", "-U", "wire", "--pwfile", secret]
        command += ["-A", "scram-sha-256", "-E", "UTF8", "--locale=C", "--no-sync"]
        subprocess.run(command, check=True, capture_output=True, cwd=self.folder, **self.as_whom)

    def start(self):
        options = [part for option in (*OPTIONS, f"port={self.port}") for part in ("-c", option)]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", self.folder / "pg", *options],
                stdout=log,
                stderr=log,
                cwd=self.folder,
                **self.as_whom,
            )
        self._wait_until_open()

    def _wait_until_open(self):
        last = time.monotonic() + 30
        while time.monotonic() < last and self.process.poll() is None:
            with contextlib.suppress(psycopg.OperationalError):
                self.connect().close()
                return
            time.sleep(0.05)  # the server tells nobody when it is up
        raise RuntimeError((self.folder / "server.log").read_text())

    def kill(self):
        """Kill every process of the server, as a lost machine does."""
        parent = self.process.pid
        listed = subprocess.run(["ps", "-o", "pid=", "--ppid", str(parent)], capture_output=True, check=False)
        for pid in (parent, *map(int, listed.stdout.split())):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait()

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            self.process.wait(30)
        shutil.rmtree(self.folder, ignore_errors=True)

    def connect(self, database="postgres"):
        return psycopg.connect(
            host="127.0.0.1", port=self.port, user="wire", password=PASSWORD, dbname=database, autocommit=True
        )

    def run(self, statement, database="postgres"):
        with self.connect(database) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def new_database(self):
        self.databases += 1
        name = f"wire_{self.databases}"
        self.run(f"CREATE DATABASE {name}")
        return name

    def drop(self, name):
        self.run(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def url(self, database, *, user="wire", password=PASSWORD):
        return f"postgresql+psycopg://{user}:{password}@127.0.0.1:{self.port}/{database}"


@pytest.fixture(scope="session")
def postgres():
    server = OwnPostgres()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def database_url(postgres):
    name = postgres.new_database()
    yield postgres.url(name)
    postgres.drop(name)
