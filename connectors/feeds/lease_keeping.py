"""A collector's share of the feeds, kept alive in time whatever else is waited for."""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime

import structlog

from connectors.feeds.sinks import Leases, PatientWriter
from transforms.first_of import first_of

_LONGEST_FAREWELL_S = 5.0
_log = structlog.get_logger(__name__)


class LeaseKeeper:
    """Renews `leases` until `close`.

    `changed` gets all held URLs after each renewal, `busy` gives those in use.
    `writer` must be its own: a log that is waited for must not cost the leases.
    """

    def __init__(
        self,
        leases: Leases,
        writer: PatientWriter,
        clock: Callable[[], datetime],
        busy: Callable[[], Collection[str]],
        changed: Callable[[set[str]], Awaitable[None]],
    ) -> None:
        self._leases, self._writer, self._clock = leases, writer, clock
        self._busy, self._changed = busy, changed
        self._urls: list[str] | None = None
        self._hurry = asyncio.Event()

    def alive(self) -> bool:
        """Tell whether the leases are good at this moment: if not, nothing may be begun."""
        return self._clock() < self._leases.until

    def change(self, urls: list[str]) -> None:
        """Share these feeds from now on; `run` sees to it at once."""
        self._urls = urls
        self._hurry.set()

    async def run(self, sleep: Callable[..., Awaitable[None]]) -> None:
        """Join, then renew for ever."""
        await self._writer.write(lambda: self._leases.join(self._clock()))
        while True:
            self._hurry.clear()
            await self.renew()
            await self._pause(sleep)

    async def renew(self) -> None:
        """Renew once."""
        if self._urls is not None:
            urls, self._urls = self._urls, None
            await self._writer.write(self._leases.change, urls)
        busy = frozenset(self._busy())
        # the clock is read at each try: a lease must not count from before an outage
        await self._changed(await self._writer.write(lambda: self._leases.renew(self._clock(), busy)))

    async def _pause(self, sleep: Callable[..., Awaitable[None]]) -> None:
        await first_of(sleep(self._leases.lease / 3), self._hurry.wait())

    async def close(self) -> None:
        """Let others have the feeds, if the database is there to tell."""
        try:
            await asyncio.wait_for(self._writer.write(self._leases.leave), _LONGEST_FAREWELL_S)
        except Exception as e:  # noqa: BLE001  who does not hear it, finds out when the leases end
            _log.warning("leases were not given back", why=str(e) or type(e).__name__)
        self._writer.close()
