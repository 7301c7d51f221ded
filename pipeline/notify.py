"""`notify`: alerts from the log into the outbox, notifications out to their receivers, until told to stop."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from alerts.feed_health_teller import FeedHealthTeller
from alerts.ledger import Ledger
from alerts.notifier import Notifier
from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.outbox_feed_health import FeedHealthBook
from alerts.patience import Patience
from alerts.receivers.opening import open_receiver
from connectors.log import topics
from connectors.log.interface import Log, LogError, NewRecord
from pipeline.database import make_ready
from pipeline.heartbeat import Health
from pipeline.http_status import Check
from pipeline.lease_owner import lease_owner
from pipeline.log_scan import lag
from pipeline.metrics import LAG, OUTBOX_AGE
from pipeline.notify_metrics import CountingObserver
from pipeline.part import Part, log_reachable
from pipeline.settings import Settings
from pipeline.starting import have_all
from pipeline.stopping import Stop
from pipeline.version import code_version
from transforms.records import DeadLetter, encode
from transforms.sql_clock import SharedClock
from transforms.sql_store import StoreUnavailableError

GROUP, HEALTH_GROUP = "notify", "notify-feed-health"
_BEAT = timedelta(seconds=1)


def run(settings: Settings, stop: Stop) -> int:
    """Notify until `stop` is set; attempts under way are finished. Return the exit code."""
    log = settings.open_log()
    access = OutboxAccess(settings.database_url)
    clock = SharedClock(access, _now)
    needs = (
        partial(log.ensure_topics, settings.topic_specs()),
        partial(make_ready, settings.database_url),
        clock.measure,
    )
    with Part("notify", settings, stop, [log_reachable(log), _outbox_reachable(access)]) as part:
        if have_all(needs, stop, part.heartbeat.starting):
            asyncio.run(_notify(settings, stop, log, access, clock, part))
    access.close()
    return 0


async def _notify(
    settings: Settings, stop: Stop, log: Log, access: OutboxAccess, clock: SharedClock, part: Part
) -> None:
    consumer = log.subscribe(GROUP, [topics.ALERTS])
    notifier = Notifier(
        consumer=consumer,
        outbox=Outbox(access),
        ledger=Ledger(access),
        routes=settings.routes(),
        receivers=[open_receiver(r, _now, settings.receiver_networks()) for r in settings.receivers()],
        dead_letter=lambda letter: _bury(log, letter),
        clock=clock,
        observer=CountingObserver(settings.receivers()),
        code_version=code_version(),
        alone=not access.shared,
        owner=lease_owner(settings.instance),
        log_faults=(LogError,),
    )
    loop = asyncio.get_running_loop()
    stop.on_set(lambda: _end(loop, notifier, log))
    beside = [asyncio.create_task(_beat(part, log, Ledger(access), clock)), asyncio.create_task(clock.keep())]
    try:
        async with _telling_of_feeds(settings, log, access, clock, notifier.stop):
            await notifier.run()
    finally:
        for task in beside:
            task.cancel()
        # Leaving at once lets the next start have the partitions without waiting for a lease to end.
        with contextlib.suppress(LogError):
            consumer.close()


@contextlib.asynccontextmanager
async def _telling_of_feeds(
    settings: Settings, log: Log, access: OutboxAccess, clock: SharedClock, stop: Callable[[], None]
) -> AsyncIterator[None]:
    """Tell operators how feeds are while the block runs, if there is anybody; `stop` it should that fail."""
    receivers, lasting = settings.health_receivers()
    if not receivers:
        yield
        return
    consumer = log.subscribe(HEALTH_GROUP, [topics.FEED_HEALTH])
    failed = CountingObserver(settings.receivers()).failed
    patience = Patience((StoreUnavailableError, LogError), asyncio.sleep, failed)
    teller = FeedHealthTeller(consumer, FeedHealthBook(access), receivers, lasting, clock, patience)
    telling = asyncio.create_task(teller.run())
    telling.add_done_callback(lambda _: stop())
    try:
        yield
    finally:
        teller.stop()
        await telling
        with contextlib.suppress(LogError):
            consumer.close()


def _outbox_reachable(access: OutboxAccess) -> Check:
    def look() -> Health:
        try:
            Ledger(access).waiting_receivers()
        except StoreUnavailableError as e:
            return Health(False, str(e))
        return Health(True, "outbox reachable")

    return look


def _end(loop: asyncio.AbstractEventLoop, notifier: Notifier, log: Log) -> None:
    loop.call_soon_threadsafe(notifier.stop)
    log.interrupt()


async def _beat(part: Part, log: Log, ledger: Ledger, clock: SharedClock) -> None:
    """Show that the event loop turns, how many alerts wait, and for how long a notification has waited."""
    while True:
        part.beat()
        with contextlib.suppress(LogError, StoreUnavailableError):
            LAG.labels(topics.ALERTS).set(await asyncio.to_thread(lag, log, GROUP, topics.ALERTS))
            waiting = await asyncio.to_thread(ledger.oldest_pending, clock())
            OUTBOX_AGE.set(waiting.total_seconds() if waiting else 0)
        await asyncio.sleep(_BEAT.total_seconds())


def _bury(log: Log, letter: DeadLetter) -> None:
    log.append([NewRecord(topics.DEAD_LETTERS, letter.id, encode(letter))])


def _now() -> datetime:
    return datetime.now(UTC)
