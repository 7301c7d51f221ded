"""Transactions on the outbox."""

from datetime import timedelta

from alerts.outbox_tables import METADATA
from transforms.sql_engine import SqlAccess


class OutboxAccess(SqlAccess):
    """Opens transactions on the tables of outbox and ledger."""

    def __init__(self, url: str, busy_timeout: timedelta = timedelta(seconds=5)) -> None:
        super().__init__("outbox", url, busy_timeout)

    def create_tables(self) -> None:
        """Create the tables that are missing."""
        with self.write("create tables") as c:
            METADATA.create_all(c)
