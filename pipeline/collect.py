"""`collect`: poll the configured feeds and append what is new to the log, until told to stop."""

import asyncio
import os
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import NamedTuple

import msgspec

from connectors.feeds.collector import Collector, real_sleep, utc_now
from connectors.feeds.feed import Feed
from connectors.feeds.feed_leases import FeedLeases
from connectors.feeds.feed_pauses import FeedPauses
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.fetch import Fetcher
from connectors.feeds.full_text import FullTexts
from connectors.feeds.hosts import HostGates
from connectors.feeds.reading_pool import ReadingPool
from connectors.feeds.sinks import Sinks
from connectors.log import topics
from connectors.log.interface import Log, NewRecord
from pipeline import metrics
from pipeline.collect_metrics import CountingObserver
from pipeline.config_watch import ConfigWatch
from pipeline.database import make_ready
from pipeline.feed_partings import Partings, of_polled
from pipeline.lease_owner import lease_owner
from pipeline.live_feeds import LiveFeeds
from pipeline.part import Part, log_reachable
from pipeline.settings import Settings, load_settings
from pipeline.starting import have_all
from pipeline.stopping import Reload, Stop
from pipeline.version import code_version
from transforms.records import Article, DeadLetter, FeedHealth, encode
from transforms.sql_clock import SharedClock
from transforms.sql_engine import SqlAccess

READERS = 2
_BEAT = timedelta(seconds=1)


class _World(NamedTuple):
    """What a collector lives with."""

    settings: Settings
    stop: Stop
    reload: Reload
    log: Log
    access: SqlAccess
    clock: SharedClock
    live: LiveFeeds


def run(settings: Settings, stop: Stop, reload: Reload) -> int:
    """Collect until `stop` is set; a poll under way is given up, which loses nothing."""
    log, access = settings.open_log(), FeedStates.access_to(settings.database_url)
    clock = SharedClock(access, utc_now)
    live = LiveFeeds(settings, ConfigWatch(settings.path, _load), FeedPauses(access).since)
    needs = (
        partial(log.ensure_topics, settings.topic_specs()),
        partial(make_ready, settings.database_url),
        clock.measure,
        live.read_pauses,
    )
    with Part("collect", settings, stop, [log_reachable(log)]) as part:
        if have_all(needs, stop, part.heartbeat.starting):
            asyncio.run(_collect(_World(settings, stop, reload, log, access, clock, live), part))
    access.close()
    return 0


async def _collect(world: _World, part: Part) -> None:
    readers, feeds = ReadingPool(workers=READERS), world.live.now()
    gates = HostGates(world.clock, real_sleep)
    async with Fetcher(world.settings.fetch_limits(), hop=gates.hop) as fetcher:
        states, leases = _memory(world, feeds)
        to = sinks(world.log)
        partings = Partings(states, to.health, world.clock, leases.elsewhere if leases else set)
        collector = Collector(
            feeds,
            fetch=fetcher.fetch,
            read=readers.read,
            sinks=replace(to, health=of_polled(world.live.polls, to.health)),
            states=states,
            leases=leases,
            code_version=code_version(),
            observer=CountingObserver(),
            clock=world.clock,
            gates=gates,
            full_texts=partial(
                FullTexts,
                hop=fetcher.hop,
                read=readers.read_page,
                product="missionwire",
                clock=world.clock,
                count=metrics.count_pages,
            ),
        )
        loop = asyncio.get_running_loop()
        world.stop.on_set(lambda: loop.call_soon_threadsafe(collector.stop))
        world.reload.on_ask(lambda: loop.call_soon_threadsafe(world.live.hurry))
        watching = asyncio.create_task(world.live.keep(collector.change_feeds, partings.say))
        watching.add_done_callback(lambda _: collector.stop())
        beside = [watching, asyncio.create_task(_beat(part)), asyncio.create_task(world.clock.keep())]
        try:
            await collector.run()
            if watching.done():
                watching.result()
        finally:
            world.reload.on_ask(None)
            for task in beside:
                task.cancel()
            await readers.close()


def _load(path: Path) -> Settings:
    return load_settings(path, os.environ, with_secrets=False)


def _memory(world: _World, feeds: Sequence[Feed]) -> tuple[FeedStates, FeedLeases | None]:
    """Return the feed states, and where others may share the feeds, our leases on them."""
    if not world.access.shared:
        return FeedStates(world.access), None
    owner = lease_owner(world.settings.instance)
    leases = FeedLeases(world.access, owner, [feed.url for feed in feeds])
    return FeedStates(world.access, leases.holds), leases


async def _beat(part: Part) -> None:
    """Show that the event loop turns."""
    while True:
        part.beat()
        await asyncio.sleep(_BEAT.total_seconds())


def sinks(log: Log) -> Sinks:
    """Return the topics that the collector writes to."""
    return Sinks(
        articles=_appender(log, topics.ARTICLES, _key_of_article),
        health=_appender(log, topics.FEED_HEALTH, _key_of_health),
        dead_letters=_counted(_appender(log, topics.DEAD_LETTERS, _key_of_letter)),
    )


def _counted(append: Callable[[Sequence[DeadLetter]], object]) -> Callable[[Sequence[DeadLetter]], object]:
    def bury(letters: Sequence[DeadLetter]) -> None:
        append(letters)
        for reason, count in Counter(letter.reason for letter in letters).items():
            metrics.count_dead("collect", reason, count)

    return bury


def _appender(log: Log, topic: str, key: Callable[..., str]) -> Callable[[Sequence[msgspec.Struct]], object]:
    return lambda records: log.append([NewRecord(topic, key(r), encode(r)) for r in records])


def _key_of_article(article: Article) -> str:
    return article.id


def _key_of_health(health: FeedHealth) -> str:
    return health.feed


def _key_of_letter(letter: DeadLetter) -> str:
    return letter.id
