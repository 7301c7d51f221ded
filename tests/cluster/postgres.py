"""A PostgreSQL server of our own; it refuses root, so for root it runs as nobody."""

import contextlib
import os
import pwd
import shutil
import signal
import stat
import subprocess
from pathlib import Path
from typing import Any

import psycopg

from tests.cluster.packages import postgresql
from tests.cluster.part import NotReadyError, Part
from tests.cluster.ports import HOST, kept_ports

USER = "missionwire"
PASSWORD = "correct-horse"
SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",
    "max_connections": "60",
    "shared_buffers": "32MB",
    # The server is killed on purpose, never the machine below it.
    "fsync": "off",
}


class Postgres(Part):
    """`folder` must be reachable for everybody: not below a folder that only its owner may enter."""

    def __init__(self, folder: Path, more: dict[str, str] | None = None):
        (self.port,) = kept_ports(folder, "postgres", 1)
        self.programs, self.data = postgresql(), folder / "postgres-data"
        given = {"port": str(self.port)} | SETTINGS | (more or {})
        settings = [word for name, value in given.items() for word in ("-c", f"{name}={value}")]
        command = [str(self.programs / "postgres"), "-D", str(self.data), *settings]
        user = pwd.getpwnam("nobody").pw_uid if os.getuid() == 0 else None
        super().__init__("postgres", command, folder, self._answers, user=user, stop_signal=signal.SIGINT)

    def launch(self) -> None:
        """Make the data folder if it is new, and start."""
        self.format()
        super().launch()

    def format(self) -> None:
        """Make the data folder if it is new."""
        if (self.data / "PG_VERSION").exists():
            return
        self.data.mkdir(mode=0o700, exist_ok=True)
        secret = self.folder / "password"
        secret.touch(mode=0o600)
        secret.write_text(PASSWORD)
        if self.user is not None:
            self._give(self.data, secret)
        words = ["-U", USER, "-A", "scram-sha-256", "--pwfile", str(secret)]
        words += ["--no-locale", "-E", "UTF8", "--no-sync"]
        program = [str(self.programs / "initdb"), "-D", str(self.data), *words]
        done = subprocess.run(
            program, capture_output=True, text=True, check=False, cwd=self.folder, **self.as_whom
        )
        if done.returncode:
            raise NotReadyError(f"{self.name}: no data folder made:\n{done.stdout}{done.stderr}")

    def _give(self, *paths: Path) -> None:
        for path in paths:
            shutil.chown(path, self.user, self.user)
        self.folder.chmod(0o755)
        for folder in self.folder.parents:
            if not folder.stat().st_mode & stat.S_IXOTH:
                why = "PostgreSQL does not run as root, and nobody else may enter"
                raise NotReadyError(f"{self.name}: {why} {folder}; choose another folder")

    def url(self, database: str, *, user: str = USER, password: str = PASSWORD) -> str:
        """Return the address of a database for SQLAlchemy."""
        return f"postgresql+psycopg://{user}:{password}@{HOST}:{self.port}/{database}"

    def create(self, database: str) -> str:
        """Create a database and return its address."""
        self.run(f'CREATE DATABASE "{database}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database, also when somebody is connected."""
        self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Return a connection of the server's owner that commits by itself."""
        where = {"host": HOST, "port": self.port, "user": USER, "password": PASSWORD, "dbname": database}
        return psycopg.connect(**where, autocommit=True, connect_timeout=5)

    def run(self, statement: str, database: str = "postgres") -> list[Any]:
        """Run a statement as the owner of the server; return its rows."""
        with self.connect(database) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def _answers(self) -> bool:
        with contextlib.suppress(psycopg.OperationalError):
            return self.run("SELECT 1") == [(1,)]
        return False
