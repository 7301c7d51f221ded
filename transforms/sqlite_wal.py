"""Bring a SQLite file into write-ahead mode while other processes open it too.

SQLite's busy timeout does not cover this one statement: on a new file it fails at once where two meet.
"""

import sqlite3
import time
from datetime import timedelta

_PAUSE_S = 0.005


def write_ahead(connection: sqlite3.Connection, patience: timedelta) -> None:
    """Turn to write-ahead mode; raise `sqlite3.OperationalError` if others keep the file locked so long."""
    until = time.monotonic() + patience.total_seconds()
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as e:
            if e.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(_PAUSE_S)
        else:
            return
