"""Faults on the local cluster, each with the time until news that came meanwhile was told."""

import sys
import time
from collections import defaultdict

from connectors.log import topics
from connectors.log.interface import LogError, NewRecord
from tests.bench.cluster_disk import Disk
from tests.bench.cluster_news import News
from tests.bench.cluster_rig import READY_WITHIN_S, ClusterRig
from tests.bench.servers import Webhook

PATIENCE_S = 240.0
POISON = "poison"
TOPICS = (
    topics.ARTICLES,
    topics.DISPOSITIONS,
    topics.INCIDENTS,
    topics.ALERTS,
    topics.DEAD_LETTERS,
    topics.FEED_HEALTH,
)
SERVERS = (
    "broker",
    "PostgreSQL",
    "JobManager",
    "TaskManager",
    "TaskManager 2",
    "worker pool",
    "job server",
)


class Scenes:
    """`recovered` has the seconds of each fault, `faults` when each began."""

    def __init__(self, rig: ClusterRig, news: News, webhook: Webhook) -> None:
        self.recovered: defaultdict[str, list[float]] = defaultdict(list)
        self.faults: list[tuple[str, float]] = []
        self._rig, self._news, self._webhook = rig, news, webhook
        self._window_s = max(3.0, 1.5 / news.rate)  # some news falls into it for sure

    def kill(self, name: str) -> None:
        """Kill a part and start it again."""
        part, began = self._rig.parts[name], time.time()
        part.kill()
        part.start(READY_WITHIN_S)
        self._note(f"kill {name}", began)

    def pause(self, name: str, seconds: float) -> None:
        """Hold a part still, then let it go on."""
        part, began = self._rig.parts[name], time.time()
        part.pause()
        time.sleep(seconds)
        part.resume()
        self._note(f"stop {name} {seconds:.0f} s", began)

    def rolling_restart(self) -> None:
        """Stop and start every part, one after the other."""
        began = time.time()
        loops = [name for name in self._rig.parts if name not in SERVERS]
        for name in (*SERVERS, *loops):
            self._rig.parts[name].stop()
            self._rig.parts[name].start(READY_WITHIN_S)
        self._note("rolling restart", began, time.time() - began)

    def upgrade(self) -> None:
        """Stop the job with a savepoint and start it from there."""
        began = time.time()
        self._rig.command("process", "--runner", "flink", "stop")
        watcher = self._rig.parts["job watcher"]
        watcher.stop()
        watcher.start(READY_WITHIN_S)
        self._note("upgrade by savepoint", began, time.time() - began)

    def poison(self) -> None:
        """Put what nobody can read onto each topic."""
        began, log = time.time(), self._rig.log()
        for topic in TOPICS:
            log.append([NewRecord(topic, POISON, b'{"id": \xff', partition=0)])
        log.close()
        self._note("poison on each topic", began)

    def full_disk(self, disk: Disk) -> None:
        """Fill the broker's disk until it takes nothing more, and make room again."""
        if not disk.limited:
            print("full disk: left out, it takes root to limit a folder", file=sys.stderr)
            return
        began, broker = time.time(), self._rig.parts["broker"]
        disk.fill()
        while broker.alive() and self._takes():
            time.sleep(0.5)
        disk.free()
        if not broker.alive():
            broker.start(READY_WITHIN_S)
        self._note("full disk of the broker", began)

    def settle(self, what: str) -> None:
        """Wait until what comes now is told."""
        self._note(what, time.time())

    def settle_all(self) -> None:
        """Wait until everything has been told, or nothing more is."""
        self._wait_for(set(self._news.launched))

    def longest_waits(self) -> dict[str, float]:
        """Return the longest that news waited which came between a fault of each kind and the next fault."""
        told, longest = self._told(), defaultdict[str, float](float)
        ends = [began for _, began in self.faults[1:]] + [float("inf")]
        for (fault, began), end in zip(self.faults, ends, strict=True):
            for name, at in self._news.launched.items():
                if began <= at < end:
                    longest[fault] = max(longest[fault], told.get(name, float("inf")) - at)
        return longest

    def _note(self, fault: str, began: float, window: float = 0.0) -> None:
        window = max(window, self._window_s)
        time.sleep(max(0.0, began + window - time.time()))
        within = {name for name, at in list(self._news.launched.items()) if began <= at <= began + window}
        self._wait_for(within)
        told = self._told()
        took = max((told.get(name, float("inf")) for name in within), default=began) - began
        self.recovered[fault].append(took)
        self.faults.append((fault, began))
        untold = f"; not told: {sorted(within - set(told))}" if took == float("inf") else ""
        print(f"{time.strftime('%H:%M:%S')} {fault}: {took:.1f} s{untold}", flush=True)

    def _wait_for(self, missions: set[str]) -> None:
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end and not missions <= self._webhook.missions():
            time.sleep(0.2)

    def _told(self) -> dict[str, float]:
        told: dict[str, float] = {}
        for at, _, payload in list(self._webhook.told):
            told.setdefault(payload["incident"]["mission"], at)
        return told

    def _takes(self) -> bool:
        log = self._rig.log()
        try:
            log.append([NewRecord(topics.FEED_HEALTH, "full?", b"x" * 100_000)])
        except LogError:
            return False
        finally:
            log.close()
        return True
