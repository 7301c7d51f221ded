"""Hurt every part of the local cluster while news comes in; count what was lost and what was told twice.

    python -m tests.bench.cluster_faults [--kills 10] [--pause 60] [--rate 100] [--only kills,disk]

Two collectors, two notifiers and the job on two TaskManagers stand behind 100 articles a second: launches
come by feeds, one of each mission, the rest is appended to the log. A part has recovered when everything
that was published within seconds of the fault has been told; some faults are felt later, so the longest wait
of any news until the next fault is printed beside it.
"""

import argparse
import random
import signal
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from tests.bench.cluster_account import account
from tests.bench.cluster_disk import Disk
from tests.bench.cluster_news import FEEDS, Direct, News
from tests.bench.cluster_rig import ClusterRig
from tests.bench.cluster_scenes import Scenes
from tests.bench.servers import Feeds, Webhook
from tests.cluster.cluster import new_folder

KILLED = (
    "collector",
    "notifier",
    "TaskManager",
    "JobManager",
    "worker pool",
    "job server",
    "broker",
    "PostgreSQL",
)
PAUSED = ("collector", "notifier", "TaskManager", "broker", "PostgreSQL")
KINDS = ("kills", "pauses", "rolling", "upgrade", "poison", "disk")
BETWEEN_S = 3.0


def main(arguments: list[str]) -> int:
    """Run, print the table, return 1 if anything was lost or doubled without a known cause."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=10, help="of each part")
    parser.add_argument("--pause", type=float, default=60, help="seconds of a stopped process")
    parser.add_argument("--rate", type=float, default=100, help="articles a second")
    parser.add_argument("--launches", type=float, default=0.25, help="of these, launches a second")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default=",".join(KINDS), help="kinds of faults, with commas")
    options = parser.parse_args(arguments)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with Feeds({}) as feeds, Webhook() as webhook:
        news = News(feeds, options.launches)
        rig = ClusterRig(new_folder(), feeds, {f"/{n}": f"Wire{n}" for n in range(FEEDS)}, webhook)
        with Disk(rig.cluster.kafka) as disk:
            try:
                rig.start()
                return play(rig, news, webhook, disk, options)
            finally:
                rig.stop()


def play(rig: ClusterRig, news: News, webhook: Webhook, disk: Disk, options: argparse.Namespace) -> int:
    """Play the faults; print what came of them."""
    direct = Direct(rig.log(), options.rate - options.launches)
    scenes = Scenes(rig, news, webhook)
    with coming(news, direct):
        scenes.settle("first news")
        before = rig.use(), rig.checkpoint_bytes(), time.monotonic()
        faults(scenes, disk, options)
        after = rig.use(), rig.checkpoint_bytes(), time.monotonic()
    scenes.settle_all()
    report(scenes, before, after)
    return account(rig, news, direct, webhook)


@contextmanager
def coming(news: News, direct: Direct) -> Iterator[None]:
    """Let news come until the block ends."""
    ended = threading.Event()
    threads = [threading.Thread(target=each.run, args=(ended,)) for each in (news, direct)]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def faults(scenes: Scenes, disk: Disk, options: argparse.Namespace) -> None:
    """Play all kinds that are asked for."""
    chance, kinds = random.Random(options.seed), options.only.split(",")
    if "kills" in kinds:
        victims = [part for part in KILLED for _ in range(options.kills)]
        chance.shuffle(victims)
        for victim in victims:
            time.sleep(chance.uniform(0, BETWEEN_S))
            scenes.kill(victim)
    if "pauses" in kinds:
        for part in PAUSED:
            scenes.pause(part, options.pause)
    if "rolling" in kinds:
        scenes.rolling_restart()
    if "upgrade" in kinds:
        scenes.upgrade()
    if "poison" in kinds:
        scenes.poison()
    if "disk" in kinds:
        scenes.full_disk(disk)


def report(scenes: Scenes, before: tuple, after: tuple) -> None:
    """Print the table of recoveries, and what grew."""
    waits = scenes.longest_waits()
    print(f"\n{'fault':24} {'times':>5} {'median s':>9} {'longest s':>9} {'longest wait s':>14}")
    for fault, took in scenes.recovered.items():
        figures = f"{statistics.median(took):>9.1f} {max(took):>9.1f} {waits[fault]:>14.1f}"
        print(f"{fault:24} {len(took):>5} {figures}")
    (use, checkpoint, began), (use_after, checkpoint_after, ended) = before, after
    print(f"\nmemory in MB, after {ended - began:.0f} s:")
    for part, (_, held) in use.items():
        print(f"  {part:16} {held:>6.0f} -> {use_after[part][1]:>6.0f}")
    together = (sum(held for _, held in each.values()) for each in (use, use_after))
    print("  {:16} {:>6.0f} -> {:>6.0f}".format("together", *together))
    print(f"checkpoint in kB: {checkpoint / 1e3:.0f} -> {checkpoint_after / 1e3:.0f}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
