"""Print how fast feeds captured live become articles, beside feedparser alone in the same run.

    python -m tests.bench.feed_parsing [--feeds 200] [--rounds 1]

Needs `../shared/data/feed-suites.tar.xz`. CPU time on one core; the ways take turns feed by feed, so that
what else the machine does hits them alike. Printed: MB/s of each way, and how ours relate to feedparser's.
"""

import argparse
import io
import sys
import time
import warnings
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime

import feedparser

from connectors.feeds.parse import parse_feed
from connectors.feeds.reading import ReadingJob, read_feed
from tests.bench.live_feeds import SUITES, captured

FETCHED = datetime(2026, 11, 1, tzinfo=UTC)
URL = "https://example.org/feed"


def alone(body: bytes) -> object:
    """Parse as feedparser does by default: markup sanitized, its links resolved."""
    return feedparser.parse(io.BytesIO(body))


def bare(body: bytes) -> object:
    """Parse as feedparser does with the options that we give it."""
    return feedparser.parse(io.BytesIO(body), sanitize_html=False, resolve_relative_uris=False)


def entries(body: bytes) -> object:
    """Parse as we do, to entries."""
    return parse_feed(body, url=URL)


def articles(body: bytes) -> object:
    """Read as we do, to articles in plain text."""
    return read_feed(ReadingJob(feed=URL, publisher="E", url=URL, body=body, fetched=FETCHED))


WAYS: dict[str, Callable[[bytes], object]] = {
    "feedparser alone": alone,
    "feedparser with our options": bare,
    "ours, to entries": entries,
    "ours, to articles": articles,
}


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--feeds", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=1)
    options = parser.parse_args(arguments)
    if not SUITES.exists():
        print(f"feed_parsing: {SUITES.name} is not here; nothing was run", file=sys.stderr)
        return 2
    bodies = captured(options.feeds)
    seconds = measured(bodies, options.rounds)
    size = sum(map(len, bodies)) * options.rounds / 1e6
    print(f"{len(bodies)} live feeds, {size / options.rounds:.1f} MB, {options.rounds} round(s), one core")
    whole = {way: sum(times) for way, times in seconds.items()}
    for way, times in seconds.items():
        ordered = sorted(times)
        middle, late = (ordered[int(len(ordered) * share)] * 1e3 for share in (0.5, 0.95))
        print(
            f"{way:28} {size / whole[way]:5.2f} MB/s, {whole['feedparser alone'] / whole[way]:4.2f} times "
            f"feedparser alone; a feed p50 {middle:.0f}, p95 {late:.0f}, longest {ordered[-1] * 1e3:.0f} ms"
        )
    return 0


def measured(bodies: list[bytes], rounds: int) -> dict[str, list[float]]:
    """Return the CPU seconds of each way for each feed; each round begins with another way."""
    seconds: dict[str, list[float]] = defaultdict(list)
    ways = list(WAYS.items())
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for turn in range(rounds):
            for number, body in enumerate(bodies):
                first = (turn + number) % len(ways)
                for name, way in ways[first:] + ways[:first]:
                    start = time.process_time()
                    way(body)
                    seconds[name].append(time.process_time() - start)
    return {name: seconds[name] for name in WAYS}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
