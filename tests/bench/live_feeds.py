"""Serve the feeds captured live from a local server to collect and process; account for every entry.

    python -m tests.bench.live_feeds [--feeds 200]

Needs `../shared/data/feed-suites.tar.xz`. Printed: time, entries in, kept, folded, dead, feeds by state,
memory at the start and the end. Returns 1 unless in = kept + folded + dead.
"""

import argparse
import sys
import tarfile
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

from connectors.log import topics
from pipeline.graph import GROUP
from pipeline.log_scan import scan
from tests.bench.faults import account
from tests.bench.rig import PARTS, Rig, now
from tests.bench.servers import Feeds, Webhook
from transforms.records import FeedHealth, decode

SUITES = Path(__file__).parents[3] / "shared" / "data" / "feed-suites.tar.xz"
HOSTS = 40
QUIET = timedelta(seconds=10)
LIMIT = timedelta(minutes=5)


def captured(limit: int) -> list[bytes]:
    """Return the bodies of the feeds captured live."""
    with tarfile.open(SUITES) as archive:
        members = (m for m in archive if "fastfeedparser/benchmark_data/" in m.name and m.isfile())
        return [archive.extractfile(m).read() for _, m in zip(range(limit), members, strict=False)]


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=200)
    options = parser.parse_args(arguments)
    if not SUITES.exists():
        print(f"live_feeds: {SUITES.name} is not here; nothing was run", file=sys.stderr)
        return 2
    bodies = captured(options.feeds)
    # A host gets one request a second, so the feeds are spread over many addresses of loopback.
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        webhook = stack.enter_context(Webhook())
        servers = [stack.enter_context(Feeds({}, f"127.0.0.{10 + i}")) for i in range(HOSTS)]
        for i, body in enumerate(bodies):
            servers[i % HOSTS].bodies[f"/{i}"] = body
        urls = {f"{servers[i % HOSTS].url}/{i}": f"Publisher{i}" for i in range(len(bodies))}
        return play(Rig(Path(folder), urls, webhook, every="1m"), len(bodies), sum(map(len, bodies)))


def play(rig: Rig, feeds: int, size: int) -> int:
    """Run the parts until nothing new comes; print the account."""
    started = now()
    for part in PARTS:
        rig.start(part)
    first, ended = _watch(rig, feeds)
    used = rig.use()
    codes = rig.stop()
    records, verdicts = account(rig)
    log = rig.log()
    states = Counter(decode(FeedHealth, r.value).state for r in scan(log, topics.FEED_HEALTH))
    letters = sum(1 for _ in scan(log, topics.DEAD_LETTERS))
    alerts = sum(1 for _ in scan(log, topics.ALERTS))
    took = (ended - started).total_seconds()
    print(f"{feeds} feeds, {size / 1e6:.1f} MB, in {took:.0f} s; exit codes {codes}")
    print(f"entries in {records} = {dict(verdicts)}; alerts {alerts}")
    print(f"dead letters {letters}; states of feeds as they changed: {dict(states)}")
    for part, (cpu, rss) in used.items():
        print(f"{part:8} CPU {cpu:.1f} s, memory {first.get(part, (0, 0))[1]:.0f} -> {rss:.0f} MB")
    return int(records == 0 or records != sum(verdicts.values()) or any(codes.values()))


def _watch(rig: Rig, feeds: int) -> tuple[dict, object]:
    """Wait until the log has been quiet for a while; return the memory early on, and when it fell quiet."""
    first, last, changed = {}, None, now()
    end = now() + LIMIT
    while now() < end:
        time.sleep(1)
        log = rig.log()
        ends, done = log.end(topics.ARTICLES), log.committed(GROUP, topics.ARTICLES)
        log.close()
        if ends != last:
            last, changed = ends, now()
            first = first or rig.use()
        elif ends == done and sum(ends.values()) and now() - changed > QUIET + timedelta(seconds=60):
            return first, changed
    return first, now()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
