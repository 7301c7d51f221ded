"""The feeds that are polled at this moment: those of the configuration but the paused ones.

Both are looked at every two seconds, and at once when somebody asks; a change goes to the collector, which
goes on with the feeds that stay.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence

from connectors.feeds.feed import Feed
from pipeline.config_watch import ConfigWatch
from pipeline.metrics import FEEDS_PAUSED
from pipeline.settings import Settings
from pipeline.settings.live_changes import restarts_needed
from transforms.sql_store import StoreUnavailableError

_LOG = logging.getLogger("missionwire.collect")
_EVERY_S = 2.0
Change = Callable[[Sequence[Feed]], Awaitable[None]]


class LiveFeeds:
    """What to poll, by `watch` and by `paused`, which returns the URLs of paused feeds."""

    def __init__(self, settings: Settings, watch: ConfigWatch, paused: Callable[[], Collection[str]]) -> None:
        self._running, self._watch, self._read_paused = settings, watch, paused
        self._feeds, self._paused = settings.feeds(), frozenset[str]()
        self._hurry = asyncio.Event()

    def read_pauses(self) -> None:
        """Read which feeds are paused; raise `StoreUnavailableError`."""
        self._paused = frozenset(self._read_paused())

    def now(self) -> tuple[Feed, ...]:
        """Return the feeds to poll."""
        live = tuple(feed for feed in self._feeds if feed.url not in self._paused)
        FEEDS_PAUSED.set(len(self._feeds) - len(live))
        return live

    def hurry(self) -> None:
        """Look at once; call it in the event loop."""
        self._hurry.set()

    async def keep(self, change: Change) -> None:
        """Look for ever, and tell `change` of each new list."""
        while True:
            at_once = await _set_within(self._hurry, _EVERY_S)
            self._hurry.clear()
            await self.look(change, at_once=at_once)

    async def look(self, change: Change, *, at_once: bool = False) -> None:
        """Look once; a database that is away leaves the pauses as they were."""
        before = self.now()
        settings = await asyncio.to_thread(self._watch.look, at_once=at_once)
        if settings:
            self._feeds = settings.feeds()
            if names := restarts_needed(self._running.config, settings.config):
                _LOG.warning("changed, but takes a restart: %s", ", ".join(names))
        try:
            await asyncio.to_thread(self.read_pauses)
        except StoreUnavailableError as e:
            _LOG.debug("pauses: %s", e)
        if (live := self.now()) != before:
            _LOG.info("%s", _words(before, live, len(self._feeds) - len(live)))
            await change(live)


async def _set_within(event: asyncio.Event, limit_s: float) -> bool:
    """Tell whether the event is set before the time is over."""
    try:
        await asyncio.wait_for(event.wait(), limit_s)
    except TimeoutError:
        return False
    return True


def _words(before: Sequence[Feed], after: Sequence[Feed], paused: int) -> str:
    old, new = {feed.url: feed for feed in before}, {feed.url: feed for feed in after}
    changed = sum(old[url] != new[url] for url in old.keys() & new.keys())
    added, removed = len(new.keys() - old.keys()), len(old.keys() - new.keys())
    return f"feeds: {added} added, {removed} removed, {changed} changed; {len(after)} polled, {paused} paused"
