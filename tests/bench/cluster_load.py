"""One machine and the cluster beside each other: how long people wait, and how much either can take.

    python -m tests.bench.cluster_load [--rate 50] [--seconds 180] [--burst 20000] [--partitions 1,2,4,8]

First articles come at a steady rate, of which one in ten reports a launch, then as many as there are at once,
which shows what is sustained, with one launch in forty: no more missions of a family than are remembered. All
launches must be told. The cluster has as many partitions as shares, up to the slots of its TaskManagers.
"""

import argparse
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.bench import load
from tests.bench.articles import launch, mission, ordinary
from tests.bench.cluster_rig import ClusterRig
from tests.bench.rig import Rig
from tests.bench.servers import Feeds, Webhook
from tests.cluster.cluster import new_folder

BURST_WITHIN_S = 600
ONE_IN, BURST = 40, 1_000_000  # the burst's ordinary news are numbered from there
_CHUNK = 500
AnyRig = Rig | ClusterRig


def main(arguments: list[str]) -> int:
    """Run and print; return 1 only if something was not told at all."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=180)
    parser.add_argument("--burst", type=int, default=20_000)
    parser.add_argument("--partitions", default="2", help="with commas")
    options = parser.parse_args(arguments)
    failed = one_machine(options)
    for count in map(int, options.partitions.split(",")):
        failed |= on_cluster(options, count)
    return int(failed)


def one_machine(options: argparse.Namespace) -> bool:
    """Measure the loops of one machine; tell whether anything was not told."""
    with tempfile.TemporaryDirectory() as folder, Webhook() as webhook:
        rig = Rig(Path(folder), {"http://127.0.0.1:1/": "Nobody"}, webhook)
        try:
            rig.start("process")
            rig.start("notify")
            print("one machine: SQLite, the graph in one process")
            return measured(rig, webhook, options)
        finally:
            rig.stop()


def on_cluster(options: argparse.Namespace, partitions: int) -> bool:
    """Measure the cluster; tell whether anything was not told."""
    with Feeds({"/0": b"<rss/>"}) as feeds, Webhook() as webhook:
        rig = ClusterRig(new_folder(), feeds, {"/0": "Nobody"}, webhook, partitions)
        try:
            rig.start()
            print(f"\ncluster: Kafka, Flink, PostgreSQL, {partitions} partitions, {rig.shares} shares")
            return measured(rig, webhook, options)
        finally:
            rig.stop()


def measured(rig: AnyRig, webhook: Webhook, options: argparse.Namespace) -> bool:
    """Measure a rig that runs."""
    sent = load.offer(rig, webhook, options.rate, 2)  # the first articles warm all parts up
    missions, untold = len(sent), False
    if options.seconds:
        before = rig.use()
        sent = load.offer(rig, webhook, options.rate, options.seconds, first=missions)
        missions += len(sent)
        load.wait_until_told(webhook, sent)
        used = spent(before, rig.use())
        untold |= bool(load.report(sent, webhook, used, options))
        total = sum(cpu for cpu, _ in used.values())
        print(f"CPU for 1,000 articles {total / options.rate / options.seconds * 1000:.1f} s")
    if options.burst:
        untold |= burst(rig, webhook, options.burst, missions)
    return untold


def burst(rig: AnyRig, webhook: Webhook, count: int, first: int) -> bool:
    """Offer `count` articles at once, with missions from `first`, and print how fast they were told of."""
    log, before = rig.log(), rig.use()
    texts = [ordinary(BURST + n) if n % ONE_IN else launch(first + n // ONE_IN) for n in range(count)]
    records = [load.record(f"https://burst.example/{n}", *text) for n, text in enumerate(texts)]
    launches = {mission(first + n) for n in range(count // ONE_IN)}
    began = time.monotonic()
    for start in range(0, count, _CHUNK):
        log.append(records[start : start + _CHUNK])
    done = wait_until(lambda: launches <= webhook.missions())
    took = time.monotonic() - began
    log.close()
    used = spent(before, rig.use())
    total = sum(cpu for cpu, _ in used.values())
    parts = ", ".join(f"{part} {cpu / count * 1000:.2f}" for part, (cpu, _) in used.items())
    print(f"{count} at once: told within {took:.1f} s, {count / took:.0f} articles/s sustained")
    print(
        f"CPU for 1,000 articles {total / count * 1000:.2f} s ({parts}); {count / total:.0f} articles/s/core"
    )
    return not done


def spent(before: dict, after: dict) -> dict[str, tuple[float, float]]:
    """Return the CPU seconds between two looks, and the memory at the second."""
    return {part: (cpu - before[part][0], memory) for part, (cpu, memory) in after.items()}


def wait_until(holds: Callable[[], bool]) -> bool:
    """Wait until it holds; tell whether it did in time."""
    end = time.monotonic() + BURST_WITHIN_S
    while time.monotonic() < end:
        if holds():
            return True
        time.sleep(0.1)
    return False


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
