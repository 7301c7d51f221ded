"""The database's schema and this version of the program: which is behind, and how it is brought up to date.

A file is ours alone, so the loops bring it up to date themselves. A server is shared by many processes and
belongs to an operator, who decides when: there the loops only look, and refuse to start on an old schema.
A newer schema is no obstacle, because steps only add.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, MetaData, event, text

from alerts.outbox_tables import METADATA as OUTBOX
from connectors.feeds.feed_leases import FEED_LEASES
from connectors.feeds.feed_pauses import FEED_PAUSES
from pipeline.settings import is_there, make_data_dir
from transforms.sql_engine import SqlAccess, open_address
from transforms.sql_store import StoreUnavailableError

_PATIENCE = timedelta(seconds=60)  # for another process that migrates the file
_ADVISORY_LOCK = 7_316_402_158  # any number that nobody else takes in this database


class Schema(NamedTuple):
    """The last step that was taken in a database (`None`: none), and the last one that we know."""

    taken: str | None
    known: str

    @property
    def behind(self) -> bool:
        """Tell whether steps are missing; steps are numbered in order, so a newer schema is not behind."""
        return (self.taken or "") < self.known

    def __str__(self) -> str:
        return f"the database's schema is at {self.taken or 'no step'}, this version needs {self.known}"


def look(url: str) -> Schema:
    """Return how far the database at `url` is; a file that is not there is not made by that."""
    if (file := _file(url)) and not is_there(file):
        return Schema(None, _last_known())
    access = SqlAccess("database", url)
    try:
        with access.read("look at the schema") as c:
            return _schema(c)
    finally:
        access.close()


def migrate(url: str) -> Schema:
    """Bring the database up to date in one transaction, one process at a time; return how far it was."""
    if file := _file(url):
        make_data_dir(file.parent)
    access = SqlAccess("database", url, _PATIENCE)
    try:
        if file:
            _let_tables_be_copied(access)
        with access.write("migrate") as c:
            _wait_for_others(c)
            before = _schema(c)
            if before.behind:
                command.upgrade(_config(c), "head")
            return before
    finally:
        access.close()


def make_ready(url: str) -> None:
    """Bring a file up to date; raise `StoreUnavailableError` if a server's database is behind."""
    if _file(url):
        migrate(url)
    elif (schema := look(url)).behind:
        why = f"{schema}; run `missionwire database migrate`"
        raise StoreUnavailableError("database", "start", why, retryable=False)


def differences(url: str) -> list[str]:
    """Return what the database has and the program's tables have not, or the other way round."""
    whole = MetaData()
    for table in {*OUTBOX.tables.values(), *FEED_LEASES.metadata.tables.values(), FEED_PAUSES}:
        table.to_metadata(whole)
    access = SqlAccess("database", url)
    try:
        with access.read("compare") as c:
            return [str(found) for found in compare_metadata(MigrationContext.configure(c), whole)]
    finally:
        access.close()


def _schema(c: Connection) -> Schema:
    return Schema(MigrationContext.configure(c).get_current_revision(), _last_known())


def _last_known() -> str:
    return str(ScriptDirectory.from_config(_config()).get_current_head())


def _config(c: Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", "pipeline:migrations")
    config.attributes["connection"] = c
    return config


def _file(url: str) -> Path | None:
    address = open_address(url)
    return Path(address.database or "") if address.get_backend_name() == "sqlite" else None


def _wait_for_others(c: Connection) -> None:
    """Hold the one lock of migrations; a file is locked by its transaction already."""
    if c.dialect.name == "postgresql":
        c.execute(text("SET LOCAL lock_timeout = '60s'"))
        c.execute(text("SET LOCAL statement_timeout = 0"))
        c.execute(text(f"SELECT pg_advisory_xact_lock({_ADVISORY_LOCK})"))


def _let_tables_be_copied(access: SqlAccess) -> None:
    """Leave foreign keys alone while a table is copied; SQLite takes that only outside a transaction."""

    @event.listens_for(access.engine, "connect")
    def relax(connection: Any, _record: Any) -> None:
        connection.execute("PRAGMA foreign_keys=OFF")
