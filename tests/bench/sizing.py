"""Print what an article costs, stage by stage and topic by topic, and what that comes to for larger flows.

    python -m tests.bench.sizing [--articles 10000]

Measured: CPU of each stage's pure functions, bytes on each topic, bytes of keyed state. Projected from them:
log, state and workers for a flow, with the assumptions that are printed beside it.
"""

import argparse
import math
import sys
import tempfile
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec

from alerts.rules import STARTER
from connectors.log import topics
from connectors.log.interface import NewRecord, TopicSpec
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from pipeline.rebuild import rebuild
from tests.bench.replay_speed import DATA, invented, real, stages
from transforms import cells
from transforms.correlate import cell as families
from transforms.deduplicate import identity
from transforms.deduplicate.states import STATE_OF
from transforms.extract_events import extractor_of
from transforms.records import Article, encode

DAY = datetime(2026, 1, 1, tzinfo=UTC)
SPREAD = timedelta(days=6)
STATES = (*dict.fromkeys(STATE_OF.values()), families.STATE_ID)
FLOWS = (10_000, 100_000, 1_000_000, 10_000_000)
RETENTION_DAYS, REPLICATION, STATE_DAYS = 14, 3, 7
PEAK = 4  # the busiest minutes of a day of news against its mean
# CPU of Flink, its gRPC hops and the log beside the stages themselves: deploy/SIZING.md has the measurement
RUNNER_FACTOR = 18
FULL_AT = 0.6  # of a core, so that a restart catches up


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    wanted = parser.parse_args(arguments).articles
    found, origin = (real(wanted), "real") if DATA.exists() else (invented(wanted), "invented")
    articles = spread(found)
    cost_ms = {stage: seconds / len(articles) * 1e3 for stage, seconds in stages(articles).items()}
    topic_bytes, state_bytes = measured(articles)
    size = sum(len(encode(a)) for a in articles) / len(articles)
    print(f"{len(articles)} {origin} articles of {size:.0f} bytes")
    print("CPU for 1,000 articles, stage by stage: ", end="")
    print(
        ", ".join(f"{stage} {ms:.2f} s" for stage, ms in cost_ms.items()),
        f"; all {sum(cost_ms.values()):.2f} s",
    )
    print("bytes per article on the log: ", end="")
    print(", ".join(f"{topic} {value:.0f}" for topic, value in topic_bytes.items()))
    print("bytes of state per article: ", end="")
    print(", ".join(f"{state} {value:.0f}" for state, value in state_bytes.items()))
    project(sum(cost_ms.values()), sum(topic_bytes.values()), sum(state_bytes.values()))
    return 0


def spread(articles: list[Article]) -> list[Article]:
    """Return the articles as if they had come within days, so that no state forgets any."""
    step = SPREAD / len(articles)
    return [msgspec.structs.replace(a, fetched=DAY + n * step) for n, a in enumerate(articles)]


def measured(articles: list[Article]) -> tuple[dict[str, float], dict[str, float]]:
    """Run the graph; return bytes per article on each topic and in each state."""
    with tempfile.TemporaryDirectory() as folder:
        location = LogLocation(Path(folder) / "log.sqlite")
        log = location.open()
        log.ensure_topics([TopicSpec(spec.name) for spec in topics.topic_specs(SPREAD, 0, 1)])
        log.append([NewRecord(topics.ARTICLES, a.id, encode(a), appended=a.fetched) for a in articles])
        start, until = log.earliest(topics.ARTICLES), log.end(topics.ARTICLES)
        run_graph(Plan(location, start, (STARTER,), "bench", until=until))
        written: Counter[str] = Counter()
        for spec in topics.topic_specs(SPREAD, 0, 1):
            written[spec.name] = sum(len(r.value) + len(r.key) for r in scan(log, spec.name))
        rebuild(log, until, DAY, extractor_of(None), lambda _done, _total: None, sharded=True)
        held = {state: sum(map(len, cells._offered[state].values())) for state in STATES}
        cells.withdraw()
        log.close()
    count = len(articles)
    return {t: b / count for t, b in written.items() if b}, {s: b / count for s, b in held.items()}


def project(cost_ms: float, log_bytes: float, state_bytes: float) -> None:
    """Print what flows of articles need."""
    print(
        f"projected: peak {PEAK} times the mean, a runner that costs {RUNNER_FACTOR} times the stages, "
        f"cores used to {FULL_AT:.0%}, log kept {RETENTION_DAYS} days {REPLICATION} times, "
        f"state {STATE_DAYS} days"
    )
    print(f"{'articles/day':>12} {'peak/s':>7} {'workers':>7} {'log GB':>8} {'state GB':>8}  identities held")
    cap = identity.CELLS * identity.CELL_CAP
    for flow in FLOWS:
        peak = flow / 86_400 * PEAK
        workers = math.ceil(peak * cost_ms / 1e3 * RUNNER_FACTOR / FULL_AT)
        log_gb = flow * log_bytes * RETENTION_DAYS * REPLICATION / 1e9
        seen = flow * STATE_DAYS
        state_gb = min(seen, cap) * state_bytes / 1e9
        print(
            f"{flow:>12,} {peak:>7.1f} {workers:>7} {log_gb:>8.1f} {state_gb:>8.2f}  {min(1, cap / seen):.0%}"
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
