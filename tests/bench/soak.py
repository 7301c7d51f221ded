"""Run the graph over many short bundles and print the memory after each tenth: it must stay flat.

    python -m tests.bench.soak [--bundles 100000]

One article a bundle: the feeder appends the next one when the verdict on the last has been written.
"""

import argparse
import sys
import tempfile
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psutil

from connectors.log import topics
from connectors.log.interface import Log, Partition
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.process import run_graph
from tests.bench.articles import ordinary
from tests.bench.load import record


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--bundles", type=int, default=100_000)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        location = LogLocation(Path(folder) / "log.sqlite")
        log = location.open()
        log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
        feeder = threading.Thread(target=_feed, args=(log, options.bundles), daemon=True)
        feeder.start()
        run_graph(Plan(location, {Partition(topics.ARTICLES, 0): 0}, (), "bench"))
    return 0


def _feed(log: Log, bundles: int) -> None:
    process = psutil.Process()
    try:
        for n in _paced(log, bundles):
            if n % (bundles // 10) == 0:
                print(f"{n:8} bundles: {process.memory_info().rss / 1e6:.0f} MB", flush=True)
    finally:
        log.interrupt()


def _paced(log: Log, bundles: int) -> Iterator[int]:
    """Append one article after another, each when the one before has its verdict."""
    verdicts = Partition(topics.DISPOSITIONS, 0)
    offset = 0
    for n in range(1, bundles + 1):
        # The same thousand articles over and over: what grows is then not the state.
        log.append([record(f"https://bench.example/{n % 1000}", *ordinary(n % 1000))])
        seen = log.read({verdicts: offset}, timeout=timedelta(seconds=30))
        offset = seen[-1].offset + 1 if seen else offset
        yield n


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
