"""Where the log is: a small value that travels to workers, opened once per process."""

from functools import cache
from pathlib import Path
from typing import NamedTuple

from connectors.log.interface import Log


class LogLocation(NamedTuple):
    """The embedded log's file."""

    path: Path

    def open(self) -> Log:
        """Return this process's log at the location; every call gives the same object."""
        return _open(self)


@cache
def _open(location: LogLocation) -> Log:
    from connectors.log.sqlite_log import SqliteLog  # noqa: PLC0415 - the home is chosen at run time

    return SqliteLog(location.path)
