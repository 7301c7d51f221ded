"""The one clock of all processes that share a database: the database server's.

Requires: leases mean the same to whoever looks at them, also where the clock of a machine is off by hours.

How: each process measures by how much its own clock is off the server's, and goes on by its own, so asking
for the time costs nothing. The error is half a round trip, and what the own clock jumped since it was last
measured. A file is of one machine, and there is nothing to measure.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import text

from transforms.sql_engine import SqlAccess
from transforms.sql_store import StoreUnavailableError

_LOG = logging.getLogger("missionwire.clock")
_EVERY_S = 5.0
_SLOW = timedelta(seconds=1)
_WORTH_SAYING = timedelta(seconds=2)


class SharedClock:
    """Call it for the time; `own` is this machine's clock. Another thread may measure."""

    def __init__(self, access: SqlAccess, own: Callable[[], datetime]) -> None:
        self._access, self._own = access, own
        self._off: timedelta | None = None

    def __call__(self) -> datetime:
        """Return the time, aware UTC."""
        return self._own() + (self._off or timedelta(0))

    def measure(self) -> None:
        """Ask the server for its time; a slow answer says little, and counts only if there is no other."""
        if not self._access.shared:
            return
        with self._access.read("ask for the time") as c:
            asked = self._own()
            told = c.execute(text("SELECT clock_timestamp()")).scalar_one()
            took = self._own() - asked
        if self._off is None or took < _SLOW:
            self._set(told - (asked + took / 2))

    async def keep(self) -> None:
        """Measure for ever."""
        while True:
            with contextlib.suppress(StoreUnavailableError):
                await asyncio.to_thread(self.measure)
            await asyncio.sleep(_EVERY_S)

    def _set(self, off: timedelta) -> None:
        if abs(off - (self._off or timedelta(0))) > _WORTH_SAYING:
            words = "this machine's clock is off the database server's by %.0f s; the server's counts"
            _LOG.warning(words, -off.total_seconds())
        self._off = off
