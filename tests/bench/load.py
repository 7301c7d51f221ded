"""Offer articles at a steady rate and measure how long people wait to be told.

    python -m tests.bench.load [--rate 50] [--seconds 180]

The articles go straight onto the log, as a collector would append them; `process` and `notify` run as
they always do. Printed: seconds from append to delivery at a local webhook (p50, p95, p99), CPU and
memory of each part. One article in ten reports a launch of a mission of its own.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Collection
from datetime import UTC, datetime
from pathlib import Path

from connectors.log import topics
from connectors.log.interface import NewRecord
from tests.bench.articles import launch, mission, ordinary
from tests.bench.rig import Rig
from tests.bench.servers import Webhook
from transforms.records import Article, encode
from transforms.records.article import article_id, content_hash

ONE_IN = 10


def main(arguments: list[str]) -> int:
    """Run and print; return 1 only if something was not told at all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=180)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder, Webhook() as webhook:
        rig = Rig(Path(folder), {"http://127.0.0.1:1/": "Nobody"}, webhook)
        rig.start("process")
        rig.start("notify")
        sent = offer(rig, webhook, options.rate, options.seconds)
        wait_until_told(webhook, sent)
        used = rig.use()
        if any(rig.stop().values()):
            print(rig.words("process"), rig.words("notify"), sep="\n", file=sys.stderr)
    return report(sent, webhook, used, options)


def offer(rig: Rig, webhook: Webhook, rate: int, seconds: int, first: int = 0) -> dict[str, float]:
    """Append at the rate; return when the launch of each mission was appended.

    Missions count from `first`, whose launch goes ahead and is waited for, so that all is warm.
    """
    log, sent = rig.log(), {mission(first): time.time()}
    log.append([record(f"https://bench.example/warm-up/{first}", *launch(first))])
    wait_until_told(webhook, sent)
    started, start = time.monotonic(), first * ONE_IN
    for n in range(ONE_IN, rate * seconds):
        time.sleep(max(0.0, started + n / rate - time.monotonic()))
        if n % ONE_IN == 0:
            sent[mission(first + n // ONE_IN)] = time.time()
            log.append([record(f"https://bench.example/{start + n}", *launch(first + n // ONE_IN))])
        else:
            log.append([record(f"https://bench.example/{start + n}", *ordinary(start + n))])
    log.close()
    return sent


def record(url: str, title: str, text: str) -> NewRecord:
    """Return an article as the collector would append it."""
    now = datetime.now(UTC)
    article = Article(
        id=article_id(url, content_hash(title, text)),
        feed="https://bench.example/feed",
        publisher="Bench",
        title=title,
        text=text,
        url=url,
        fetched=now,
        published=now,
    )
    return NewRecord(topics.ARTICLES, article.id, encode(article))


def wait_until_told(webhook: Webhook, sent: Collection[str], limit_s: float = 60) -> None:
    """Wait until all missions were told of, or too long."""
    end = time.monotonic() + limit_s
    while time.monotonic() < end and not set(sent) <= webhook.missions():
        time.sleep(0.1)


def report(sent: dict[str, float], webhook: Webhook, used: dict, options: argparse.Namespace) -> int:
    """Print the figures."""
    arrived: dict[str, float] = {}
    for at, _, payload in webhook.told:
        arrived.setdefault(payload["incident"]["mission"], at)
    waits = sorted(arrived[name] - at for name, at in list(sent.items())[1:] if name in arrived)
    missing = sorted(set(sent) - set(arrived))
    print(f"offered {options.rate}/s for {options.seconds} s; {len(sent)} launches, {len(missing)} untold")
    for name, share in (("p50", 0.5), ("p95", 0.95), ("p99", 0.99)):
        print(f"append to notification {name} {waits[min(len(waits) - 1, int(len(waits) * share))]:.3f} s")
    for part, (cpu, rss) in used.items():
        print(f"{part:8} CPU {cpu:.1f} s ({cpu / options.seconds:.0%} of a core), memory {rss:.0f} MB")
    return int(bool(missing))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
