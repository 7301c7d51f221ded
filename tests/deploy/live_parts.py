"""The metrics of all loops as they are served, after the very functions were called that the loops call."""

import threading
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

from alerts.receivers.settings import TerminalReceiver
from connectors.feeds.feed import Feed, FeedState
from pipeline import collect_metrics, metrics, notify_metrics
from pipeline.heartbeat import Heartbeat
from pipeline.http_status import StatusServer

PARTS = ("collect", "process", "notify", "worker")
A_SECOND = timedelta(seconds=1)


class Scrapes:
    """Counts how often the metrics were read, so that a test can wait for the next time."""

    def __init__(self):
        self._read = threading.Semaphore(0)
        self.look = lambda: None

    def __call__(self):
        self.look()
        self._read.release()

    def wait(self, times):
        """Wait until each part was read so often from now on, and all but the last reading is stored."""
        while self._read.acquire(blocking=False):
            pass
        for _ in range((times + 1) * len(PARTS)):
            assert self._read.acquire(timeout=60), "nobody reads the metrics"


@contextmanager
def served():
    """Serve the metrics once for each part; give the port of each, and the count of scrapes."""
    scrapes = Scrapes()
    with ExitStack() as stack:
        heart = Heartbeat(timedelta(minutes=1))
        ports = {part: stack.enter_context(StatusServer(("127.0.0.1", 0), heart)).port for part in PARTS}
        stack.callback(metrics.before_reading, None)
        metrics.before_reading(scrapes)
        yield ports, scrapes


def an_evening(scrapes):
    """Collect, process and notify: every counter moves, every moment and state is shown."""
    collected(scrapes)
    processed()
    notified()


def collected(scrapes):
    now = datetime.now(UTC)
    feed = Feed("https://feed.example/", "Example")
    observer = collect_metrics.CountingObserver()
    for outcome in ("entries", "unchanged", "timeout"):
        observer.polled(feed, outcome, A_SECOND)
    observer.appended(feed, 5)
    metrics.count_dead("collect", "no-text")
    observer.sink_waits("LogError", A_SECOND)
    observer.states(
        {
            "a": FeedState("a", polls=3, last_success=now),
            "b": FeedState("b", polls=3, failures=3, state="failing"),
        }
    )
    metrics.FEEDS_PAUSED.set(1)
    metrics.CONFIG_OK.set(1)
    metrics.before_reading(scrapes)
    scrapes.look = observer.look


def processed():
    for stage in metrics.STAGES:
        for verdict in ("kept", "folded", "quiet"):
            metrics.count_disposition(stage, verdict, "any")
    metrics.count_disposition("extract", "dead", "failed")
    for counter in (metrics.INCIDENTS, metrics.VERSIONS, metrics.ALERTS):
        counter.inc()
    metrics.LAG.labels("articles").set(3)
    metrics.show_job(running=True, restarts=1)
    metrics.show_checkpoint(datetime.now(UTC), 4096, A_SECOND, 1)
    metrics.show_dead_letters(2)
    metrics.show_progress(datetime.now(UTC))


def notified():
    observer = notify_metrics.CountingObserver([TerminalReceiver("desk")])
    for took_s in (0.3, 2.0, 20.0):
        observer.notified("desk", took_s, took_s + 60)
    observer.failed("timeout", "desk")
    observer.failed("outbox")
    observer.suppressed("no_route")
    metrics.OUTBOX_AGE.set(4)
