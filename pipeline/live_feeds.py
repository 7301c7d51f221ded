"""The feeds that are polled at this moment: those of the configuration but the paused ones.

Both are looked at every two seconds, and at once when somebody asks; a change goes to the collector, which
goes on with the feeds that stay. What is polled no longer, also since before the start, is said as well.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import NamedTuple

from connectors.feeds.feed import Feed
from connectors.log.interface import LogError
from pipeline.config_watch import ConfigWatch
from pipeline.metrics import FEEDS_PAUSED
from pipeline.settings import Settings
from pipeline.settings.live_changes import restarts_needed
from transforms.sql_store import StoreUnavailableError

_LOG = logging.getLogger("missionwire.collect")
_EVERY_S = 2.0
Change = Callable[[Sequence[Feed]], Awaitable[None]]
# given the feeds that are polled, those that are paused, and the URLs of those that are polled from now on
Say = Callable[[Sequence[Feed], Sequence[Feed], Collection[str]], None]


class _Listed(NamedTuple):
    """The feeds of the configuration, and the URLs of what is paused, be it one of them or not."""

    feeds: tuple[Feed, ...]
    pauses: frozenset[str]

    def live(self) -> tuple[Feed, ...]:
        return tuple(feed for feed in self.feeds if feed.url not in self.pauses)

    def paused(self) -> tuple[Feed, ...]:
        return tuple(feed for feed in self.feeds if feed.url in self.pauses)


class LiveFeeds:
    """What to poll, by `watch` and by `paused`, which returns the URLs of paused feeds."""

    def __init__(self, settings: Settings, watch: ConfigWatch, paused: Callable[[], Collection[str]]) -> None:
        self._running, self._watch, self._read_paused = settings, watch, paused
        self._listed = _Listed(settings.feeds(), frozenset())
        self._polled, self._joined, self._unsaid = frozenset[str](), set[str](), True
        self._hurry = asyncio.Event()

    def read_pauses(self) -> None:
        """Read which feeds are paused; raise `StoreUnavailableError`."""
        self._listed = self._listed._replace(pauses=frozenset(self._read_paused()))

    def now(self) -> tuple[Feed, ...]:
        """Return the feeds to poll."""
        FEEDS_PAUSED.set(len(self._listed.paused()))
        live = self._listed.live()
        self._polled = frozenset(feed.url for feed in live)
        return live

    def polls(self, url: str) -> bool:
        """Tell whether a feed is one of those to poll, as of the last look; may be called from any thread."""
        return url in self._polled

    def hurry(self) -> None:
        """Look at once; call it in the event loop."""
        self._hurry.set()

    async def keep(self, change: Change, say: Say) -> None:
        """Look for ever, tell `change` of each new list, and `say` what is polled no longer."""
        while True:
            at_once = await _set_within(self._hurry, _EVERY_S)
            self._hurry.clear()
            await self.look(change, say, at_once=at_once)

    async def look(self, change: Change, say: Say, *, at_once: bool = False) -> None:
        """Look once; a database that is away leaves the pauses as they were."""
        before = self._listed
        good = await self._read(at_once=at_once)
        live, was = self.now(), before.live()
        if (self._listed.feeds, live) != (before.feeds, was):
            _LOG.info("%s", _words(before, self._listed))
        elif at_once and good:
            _LOG.info("configuration read again: %d feeds, nothing changed", len(before.feeds))
        if live != was:
            self._joined |= self._polled - {feed.url for feed in was}
            self._unsaid = True
        await self._say(say)
        if live != was:
            await change(live)

    async def _read(self, *, at_once: bool) -> bool:
        """Read file and pauses anew; tell whether the file was read and asks for no restart."""
        settings = await asyncio.to_thread(self._watch.look, at_once=at_once)
        names = restarts_needed(self._running.config, settings.config) if settings else []
        if settings:
            self._listed = self._listed._replace(feeds=settings.feeds())
        if names:
            _LOG.warning("changed, but takes a restart: %s", ", ".join(names))
        try:
            await asyncio.to_thread(self.read_pauses)
        except StoreUnavailableError as e:
            _LOG.debug("pauses: %s", e)
        return settings is not None and not names

    async def _say(self, say: Say) -> None:
        """Say what is to be said; while log or database are away, the next look does it."""
        if not self._unsaid:
            return
        try:
            await asyncio.to_thread(say, self._listed.live(), self._listed.paused(), frozenset(self._joined))
        except (LogError, StoreUnavailableError) as e:
            if not e.retryable:
                raise
            _LOG.debug("feeds that are not polled: %s", e)
        else:
            self._joined, self._unsaid = set(), False


async def _set_within(event: asyncio.Event, limit_s: float) -> bool:
    """Tell whether the event is set before the time is over."""
    try:
        await asyncio.wait_for(event.wait(), limit_s)
    except TimeoutError:
        return False
    return True


def _words(before: _Listed, after: _Listed) -> str:
    old, new = ({feed.url: feed for feed in listed.feeds} for listed in (before, after))
    both = old.keys() & new.keys()
    counts = {
        "added": len(new.keys() - old.keys()),
        "removed": len(old.keys() - new.keys()),
        "changed": sum(old[url] != new[url] for url in both),
        "paused": len(both & (after.pauses - before.pauses)),
        "resumed": len(both & (before.pauses - after.pauses)),
    }
    told = ", ".join(f"{count} {what}" for what, count in counts.items())
    return f"feeds: {told}; now {len(after.live())} polled, {len(after.paused())} paused"
