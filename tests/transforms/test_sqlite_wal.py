"""Processes that open a new file together all get it in write-ahead mode."""

import sqlite3
import threading
from contextlib import closing
from datetime import timedelta

import pytest

from transforms.sqlite_wal import write_ahead


class Watched(sqlite3.Connection):
    """Says when its first statement has failed."""

    refused = None

    def execute(self, *given):
        try:
            return super().execute(*given)
        except sqlite3.OperationalError:
            self.refused.set()
            raise


@pytest.fixture
def locked(tmp_path):
    """Return a new file, its connection that has begun to write, and another one to it."""
    path = tmp_path / "new.sqlite"
    with (
        closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer,
        closing(sqlite3.connect(path, factory=Watched, check_same_thread=False)) as other,
    ):
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("CREATE TABLE a (b)")
        other.refused = threading.Event()
        yield writer, other


def test_it_waits_for_a_writer_though_sqlite_would_not(locked):
    writer, other = locked
    waiting = threading.Thread(target=write_ahead, args=(other, timedelta(seconds=60)))
    waiting.start()
    assert other.refused.wait(60)
    writer.execute("COMMIT")
    waiting.join()
    assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_it_says_so_when_the_writer_does_not_end(locked):
    _, other = locked
    with pytest.raises(sqlite3.OperationalError, match="locked"):
        write_ahead(other, timedelta(0))
