"""Poll 2,000 feeds of a real local server for an hour, out of which the idle moments are cut.

    python -m tests.bench.feed_polling [--feeds 2000] [--minutes 60]

All parts are those of service: fetcher, reading processes, embedded log, feed states in SQLite. The clock of
the collector is real while anything is done, and jumps to what is due next otherwise, so that an hour takes
some minutes, and what was late here would be late in service. Printed: the share of polls that began within
6 s (a tenth of the shortest interval) of when they were due, how late they were, most requests at once, and
CPU and memory of the collector with its reading processes.
"""

import argparse
import asyncio
import contextlib
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from itertools import pairwise
from pathlib import Path

import psutil
import structlog

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed, FetchLimits
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.fetch import Fetcher
from connectors.feeds.hosts import host_of
from connectors.feeds.name_lookup import ThreadResolver
from connectors.feeds.observer import SilentObserver
from connectors.feeds.reading_pool import ReadingPool
from connectors.log import topics
from connectors.log.sqlite_log import SqliteLog
from pipeline.collect import READERS, sinks
from tests.bench.shortened_time import ShortenedTime

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
ON_TIME = timedelta(seconds=6)
ROOT = Path(__file__).parents[2]


class Watch(SilentObserver):
    """Sees each request before it is made, and each outcome."""

    def __init__(self, fetch, clock: ShortenedTime) -> None:
        self._fetch, self._clock = clock.busy(fetch), clock
        self.collector: Collector | None = None
        self.lateness: list[timedelta] = []
        self.late_hosts: Counter[str] = Counter()
        self.outcomes: Counter[str] = Counter()
        self.articles = 0
        self.starts: dict[str, list[datetime]] = defaultdict(list)
        self._now: Counter[str] = Counter()
        self.most_of_a_host = self.most = 0

    async def fetch(self, url: str, **validators: str | None):
        """Fetch, and note when that was due and what else is under way."""
        now, host = self._clock.now(), host_of(url)
        if due := self.collector._state(Feed(url, "")).next_poll:
            self.lateness.append(now - due)
            self.late_hosts[host] += now - due > ON_TIME
        self.starts[host].append(now)
        self._now[host] += 1
        self.most_of_a_host = max(self.most_of_a_host, self._now[host])
        self.most = max(self.most, self._now.total())
        try:
            return await self._fetch(url, **validators)
        finally:
            self._now[host] -= 1

    def polled(self, feed: Feed, outcome: str, took: timedelta) -> None:
        """Count."""
        self.outcomes[outcome] += 1

    def appended(self, feed: Feed, articles: int) -> None:
        """Count."""
        self.articles += articles

    def overdue(self) -> list[timedelta]:
        """Return how late the polls are that should have begun by now."""
        due = (state.next_poll for state in self.collector._states.values() if state.next_poll)
        return [late for moment in due if (late := self._clock.now() - moment) > ON_TIME]

    def shortest_gap(self) -> timedelta:
        """Return the least time between two requests to one host."""
        gaps = (later - sooner for starts in self.starts.values() for sooner, later in pairwise(starts))
        return min(gaps, default=timedelta(0))


class Use:
    """Most memory (MB) and CPU (s) of this process and its children but one, looked at from a thread."""

    def __init__(self, without: int) -> None:
        self._without, self._over = without, threading.Event()
        self._cpu: dict[int, float] = {}
        self.most_mb = 0.0
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def _look(self) -> None:
        own = psutil.Process()
        while not self._over.wait(0.5):
            family = [p for p in (own, *own.children(recursive=True)) if p.pid != self._without]
            self.most_mb = max(self.most_mb, sum(self._of(process) for process in family))

    def _of(self, process: psutil.Process) -> float:
        with contextlib.suppress(psutil.NoSuchProcess):
            self._cpu[process.pid] = sum(process.cpu_times()[:2])
            return process.memory_info().rss / 1e6
        return 0.0

    def end(self) -> float:
        """Stop looking; return the seconds of CPU."""
        self._over.set()
        self._thread.join()
        return sum(self._cpu.values())


def locally(host: str, port: int, family: int) -> list[object]:
    """Resolve every name to this machine."""
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", ("127.0.0.1", port))]


def feeds_of(count: int, port: int) -> list[Feed]:
    """Return feeds, two on a host, and every 41st on a large one, so that it has feeds of all kinds."""
    names = (("large" if n % 41 == 0 else f"h{n // 2}") for n in range(count))
    return [Feed(f"http://{name}.example:{port}/{n}", f"Publisher {n}") for n, name in enumerate(names)]


async def poll(
    server: subprocess.Popen[bytes], port: int, folder: Path, options: argparse.Namespace
) -> Watch:
    """Run the collector for so many minutes of its clock."""
    log = SqliteLog(folder / "log.sqlite")
    log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
    states = FeedStates.open(f"sqlite:///{folder / 'state.sqlite'}")
    limits = FetchLimits("missionwire-bench", allowed_networks=(ip_network("127.0.0.0/8"),))
    readers, clock = ReadingPool(workers=READERS), ShortenedTime(START)
    async with Fetcher(limits, resolver=ThreadResolver(locally)) as fetcher:
        watch = Watch(fetcher.fetch, clock)
        watch.collector = Collector(
            feeds_of(options.feeds, port),
            fetch=watch.fetch,
            read=clock.busy(readers.read),
            sinks=sinks(log),
            states=states,
            code_version="bench",
            observer=watch,
            clock=clock.now,
            sleep=clock.sleep,
        )
        watch.collector._writer.write = clock.busy(watch.collector._writer.write)
        beside = [asyncio.create_task(clock.pass_()), asyncio.create_task(watch.collector.run())]
        while (passed := clock.now() - START) < timedelta(minutes=options.minutes):
            server.stdin.write(f"{passed.total_seconds()}\n".encode())
            server.stdin.flush()
            await clock.sleep(timedelta(seconds=15))
        watch.lateness += watch.overdue()
        watch.collector.stop()
        await beside[1]
        beside[0].cancel()
    await readers.close()
    states.close()
    log.close()
    return watch


@contextlib.contextmanager
def silent_logs():
    """Keep 2,000 feeds from telling that they are well."""
    structlog.configure(processors=[], logger_factory=structlog.ReturnLoggerFactory())
    try:
        yield
    finally:
        structlog.reset_defaults()


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args(arguments)
    command = [sys.executable, "-m", "tests.bench.changing_feeds"]
    server = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    port, use, began = int(server.stdout.readline()), Use(server.pid), time.monotonic()
    with tempfile.TemporaryDirectory() as folder, silent_logs():
        watch = asyncio.run(poll(server, port, Path(folder), options))
    took_s, cpu_s = time.monotonic() - began, use.end()
    most_at_the_server = int(server.communicate()[0])
    print(f"{options.feeds} feeds for {options.minutes:g} minutes, in {took_s:.0f} s")
    report(watch, most_at_the_server)
    polls = max(1, watch.outcomes.total())
    print(f"CPU {cpu_s:.0f} s, {cpu_s / polls * 1e3:.1f} ms a poll,", end=" ")
    print(f"{cpu_s / options.minutes / 60:.1%} of a core; memory {use.most_mb:.0f} MB")
    return 0


def report(watch: Watch, most_at_the_server: int) -> None:
    """Print what the polls were like."""
    late = sorted(watch.lateness) or [timedelta(0)]
    print(f"{watch.outcomes.total()} polls {dict(watch.outcomes)}, {watch.articles} articles")
    print(f"on time {sum(each <= ON_TIME for each in late) / len(late):.2%}; late by", end=" ")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99), ("most", 1)):
        seconds = late[min(len(late) - 1, int(len(late) * share))].total_seconds()
        print(f"{name} {seconds:.2f} s", end=" ")
    print(f"; {watch.late_hosts['large.example']} of {watch.late_hosts.total()} late on the large host")
    print(f"most requests at once {watch.most}; of one host {watch.most_of_a_host}", end=" ")
    print(f"(its server saw {most_at_the_server});", end=" ")
    print(f"shortest gap of a host {watch.shortest_gap().total_seconds():.2f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
