"""Measure how long `process` needs to rebuild its states from the retained log after a restart.

    python -m tests.bench.restart_speed [--articles 20000]

One article in ten reports a launch. The baseline is the first run over the same log, which had to extract.
"""

import argparse
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from alerts.rules import STARTER
from connectors.log import topics
from connectors.log.interface import NewRecord, TopicSpec
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.process import run_graph
from pipeline.rebuild import rebuild
from tests.bench.replay_speed import invented
from transforms.extract_events import extractor_of
from transforms.records import encode

NAMES = (topics.ARTICLES, topics.DISPOSITIONS, topics.INCIDENTS, topics.ALERTS, topics.DEAD_LETTERS)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=20_000)
    wanted = parser.parse_args(arguments).articles
    with tempfile.TemporaryDirectory() as folder:
        location = LogLocation(Path(folder) / "log.sqlite")
        log = location.open()
        log.ensure_topics([TopicSpec(name) for name in NAMES])
        log.append([NewRecord(topics.ARTICLES, a.id, encode(a)) for a in invented(wanted)])
        extractor = extractor_of(None)
        end = log.end(topics.ARTICLES)
        started = time.perf_counter()
        run_graph(Plan(location, log.earliest(topics.ARTICLES), (STARTER,), "bench", until=end))
        first = time.perf_counter() - started
        started = time.perf_counter()
        rebuilt = rebuild(log, end, LONG_AGO, extractor, lambda _done, _total: None)
        again = time.perf_counter() - started
        log.close()
    print(f"first run over {wanted} articles {first:.1f} s ({wanted / first:.0f}/s)")
    print(f"states rebuilt in {again:.1f} s ({wanted / again:.0f}/s), ratio {again / first:.2f}")
    print(f"{rebuilt.extracted_again} articles had to be extracted again")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
