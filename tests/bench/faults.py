"""Kill each part at random moments while news comes in; count what was lost and what was told twice.

    python -m tests.bench.faults [--kills 50] [--seed 1] [--missions 300]

An hour of news is played in minutes: a local server's feeds grow while collect, process and notify are
killed with SIGKILL and started again. Each mission is launched once, so each must be told once.
"""

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from connectors.log import topics
from pipeline.graph import GROUP
from pipeline.log_scan import scan
from tests.bench.articles import launch, mission, ordinary, rss
from tests.bench.rig import PARTS, Rig, now
from tests.bench.servers import Feeds, Webhook
from transforms.records import Disposition, decode

FEEDS = 4
DEADLINE = timedelta(minutes=3)


class News:
    """Feeds that grow: each mission appears in one of them, with ordinary news around it."""

    def __init__(self, missions: int):
        self.missions, self.published = missions, 0
        self.entries = [[] for _ in range(FEEDS)]

    def grow(self, upto: int) -> None:
        """Publish missions up to number `upto`."""
        for n in range(self.published, min(upto, self.missions)):
            for kind, (title, text) in (("launch", launch(n)), ("news", ordinary(n))):
                link = f"https://wire{n % FEEDS}.example/{kind}/{n}"
                self.entries[n % FEEDS].append((link, title, text, now()))
        self.published = max(self.published, min(upto, self.missions))

    def bodies(self) -> dict[str, bytes]:
        """Return what the server serves now."""
        return {f"/{i}": rss(entries) for i, entries in enumerate(self.entries)}


def main(arguments: list[str]) -> int:
    """Run, print the table, return 1 if anything was lost or doubled without a known cause."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--missions", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        return play(Path(folder), options)


def play(folder: Path, options: argparse.Namespace) -> int:
    """Play the news with kills in `folder`."""
    chance, news, killed = random.Random(options.seed), News(options.missions), Counter()
    with Feeds({}) as server, Webhook() as webhook:
        rig = Rig(folder, {f"{server.url}/{i}": f"Wire{i}" for i in range(FEEDS)}, webhook)
        for part in PARTS:
            rig.start(part)
        for kill in range(options.kills):
            news.grow((kill + 1) * options.missions // options.kills)
            server.bodies = news.bodies()
            time.sleep(chance.uniform(0.5, 6))
            victim = chance.choice(PARTS)
            rig.kill(victim)
            rig.start(victim)
            killed[victim] += 1
        _settle(rig, webhook, options.missions)
        codes = rig.stop()
        return report(rig, webhook, killed, codes, options)


def _settle(rig: Rig, webhook: Webhook, missions: int) -> None:
    """Wait until everything has been told and read, or the deadline passes."""
    end = now() + DEADLINE
    while now() < end:
        log = rig.log()
        behind = log.committed(GROUP, topics.ARTICLES) != log.end(topics.ARTICLES)
        log.close()
        if not behind and len({key for _, key, _ in webhook.told}) >= missions:
            return
        time.sleep(1)


def report(rig: Rig, webhook: Webhook, killed: Counter, codes: dict, options: argparse.Namespace) -> int:
    """Print what came of it; return the exit code."""
    told = Counter(key for _, key, _ in webhook.told)
    named = webhook.missions()
    lost = [mission(n) for n in range(options.missions) if mission(n) not in named]
    doubled = sum(count - 1 for count in told.values())
    unknown = rig.unknown_outcomes()
    records, verdicts = account(rig)
    print(f"kills: {dict(killed)}, seed {options.seed}; exit codes at the end: {codes}")
    print(f"articles on the log: {records}; with a verdict: {sum(verdicts.values())} {dict(verdicts)}")
    print(f"missions {options.missions}, told {len(told)}, lost {len(lost)} {lost[:5]}")
    print(f"told twice {doubled}, of these between request and answer (ledger says unknown): {unknown}")
    return int(bool(lost) or doubled > unknown or records != sum(verdicts.values()))


def account(rig: Rig) -> tuple[int, Counter]:
    """Count the article records of the log, and the verdicts of deduplication on them, each once."""
    log, seen = rig.log(), {}
    records = sum(1 for _ in scan(log, topics.ARTICLES))
    for record in scan(log, topics.DISPOSITIONS):
        disposition = decode(Disposition, record.value)
        if disposition.stage == "deduplicate" or disposition.verdict == "dead":
            seen[disposition.position] = disposition.verdict
    log.close()
    return records, Counter(seen.values())


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
