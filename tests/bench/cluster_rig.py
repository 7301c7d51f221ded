"""The local cluster with two collectors, two notifiers and the job, fed by local feeds, told by a webhook."""

import contextlib
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import psutil

from alerts.ledger import Ledger
from alerts.outbox_access import OutboxAccess
from connectors.log.kafka_log import KafkaLog
from pipeline.settings import load_settings
from tests.bench.servers import Feeds, Webhook
from tests.cluster.cluster import DATABASE_URL, Cluster
from tests.cluster.part import Part, wait_for
from tests.cluster.ports import free_ports, listening

PROGRAM = (sys.executable, "-m", "pipeline.cli")
HOOK = "MISSIONWIRE_BENCH_HOOK"
SLOTS = 4
READY_WITHIN_S = 180.0
CONFIG = """\
data_dir: {folder}/data
log:
  partitions: {partitions}
  kafka: {{brokers: [{brokers}], security: plaintext, replication: 1}}
database: {{url: {{env: {database}}}}}
flink:
  rest: {flink.rest}
  job_server: "{flink.job_server}"
  worker_pool: "{flink.worker_pool}"
  parallelism: {parallelism}
  checkpoint_every: 5s
  savepoints: {savepoints}
collect:
  contact: bench@missionwire.example
  allowed_networks: [127.0.0.0/8]
  feeds:
{feeds}
rules: [starter]
receivers:
  - {{name: hook, kind: webhook, url: {{env: {hook}}}}}
routes:
  - receivers: [hook]
notify: {{allowed_networks: [127.0.0.0/8]}}
metrics: {{host: 127.0.0.1, collect: {collect}, process: {process}, notify: {notify}}}
"""


class ClusterRig:
    """All parts by name; `start` before use, `stop` afterwards, also when `start` failed."""

    def __init__(
        self, folder: Path, feeds: Feeds, paths: dict[str, str], webhook: Webhook, partitions: int = 2
    ) -> None:
        self.cluster, self.folder = Cluster(folder, monitoring=False), folder
        self.partitions, self.shares = partitions, min(partitions, SLOTS)
        self.env = self.cluster.env | {HOOK: f"{webhook.url}/hook"}
        self._listed = "\n".join(
            f"    - {{url: {feeds.url}{path}, publisher: {name}, every: 1s}}" for path, name in paths.items()
        )
        flink = self.cluster.flink
        self.parts = {
            "collector": self._loop("collect", "a"),
            "collector 2": self._loop("collect", "b"),
            "notifier": self._loop("notify", "a"),
            "notifier 2": self._loop("notify", "b"),
            "job watcher": self._loop("process", "a", "--runner", "flink", "start"),
            "TaskManager": flink.task_managers[0],
            "TaskManager 2": flink.task_managers[1],
            "JobManager": flink.job_manager,
            "worker pool": flink.pool,
            "job server": flink.server,
            "broker": self.cluster.kafka,
            "PostgreSQL": self.cluster.postgres,
        }

    def start(self) -> None:
        """Start everything; return when the job runs and all loops serve their metrics."""
        self.cluster.start()
        self.command("database", "migrate")
        loops = [part for part in self.parts.values() if part.folder == self.folder / "loops"]
        for loop in loops:
            loop.launch()
        wait_for(loops, READY_WITHIN_S)

    def stop(self) -> None:
        """Stop everything."""
        for part in self.parts.values():
            part.stop()
        self.cluster.stop()

    def log(self) -> KafkaLog:
        """Open the log."""
        return KafkaLog(load_settings(self._config(_ports()), self.env, with_secrets=False).log_location)

    def command(self, *words: str) -> None:
        """Run a command of the program to its end."""
        line = [*PROGRAM, *words, "--config", str(self._config(_ports()))]
        done = subprocess.run(line, env=os.environ | self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(f"{' '.join(words)}:\n{done.stdout}{done.stderr}")

    def unknown_outcomes(self) -> int:
        """Return how many attempts ended without anybody knowing how, by the ledger."""
        access = OutboxAccess(self.env[DATABASE_URL])
        unknown = Ledger(access).counts().outcomes.get("unknown", 0)
        access.close()
        return unknown

    def use(self) -> dict[str, tuple[float, float]]:
        """Return CPU seconds so far and megabytes held of each part, its children with it."""
        everything = {**self.parts, "ZooKeeper": self.cluster.zookeeper}
        return {name: (_cpu_s(part), part.memory_bytes() / 1e6) for name, part in everything.items()}

    def checkpoint_bytes(self) -> int:
        """Return the size of the last checkpoint, 0 before the first."""
        ask = self.cluster.flink.ask
        for job in ask("/jobs").get("jobs", []):
            if job["status"] == "RUNNING":
                latest = ask(f"/jobs/{job['id']}/checkpoints").get("latest", {}).get("completed") or {}
                return int(latest.get("state_size", 0))
        return 0

    def _loop(self, command: str, instance: str, *words: str) -> Part:
        ports = _ports()
        given = [command, *words, "--instance", instance, "--config", str(self._config(ports))]
        return self._part(f"{command}-{instance}", given, lambda: listening(ports[command]))

    def _part(self, name: str, words: list[str], ready: Callable[[], bool]) -> Part:
        return Part(name, [*PROGRAM, *words], self.folder / "loops", ready, self.env)

    def _config(self, ports: dict[str, int]) -> Path:
        """Write a configuration with ports of its own for metrics."""
        cluster = self.cluster
        path = self.folder / f"missionwire-{'-'.join(map(str, ports.values()))}.yaml"
        path.write_text(
            CONFIG.format(
                folder=self.folder,
                brokers=", ".join(f'"{broker}"' for broker in cluster.kafka.brokers),
                partitions=self.partitions,
                parallelism=self.shares,
                flink=cluster.flink,
                savepoints=cluster.flink.savepoints.resolve().as_uri(),
                database=DATABASE_URL,
                feeds=self._listed,
                hook=HOOK,
                **ports,
            )
        )
        return path


def _cpu_s(part: Part) -> float:
    total = 0.0
    for process in part.processes():
        with contextlib.suppress(psutil.Error):
            total += sum(process.cpu_times()[:2])
    return total


def _ports() -> dict[str, int]:
    return dict(zip(("collect", "process", "notify"), free_ports(3), strict=True))
