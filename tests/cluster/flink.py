"""A Flink cluster with Beam's job server and a pool of our Python workers."""

import json
import sys
import urllib.request
from pathlib import Path

from tests.cluster.packages import jars, java
from tests.cluster.part import Part
from tests.cluster.ports import free_ports, listening

ROOT = Path(__file__).parents[2]
OPENED = ("java.lang", "java.util", "java.nio", "java.util.concurrent", "java.time", "java.net", "java.io")
OPENS = [
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
    "--add-exports=java.base/sun.net.util=ALL-UNNAMED",
]
# Memory of a TaskManager: Flink wants every part of it said where no script computes them.
MEMORY = {
    "taskmanager.cpu.cores": "2",
    "taskmanager.memory.task.heap.size": "320m",
    "taskmanager.memory.task.off-heap.size": "64m",
    "taskmanager.memory.framework.heap.size": "128m",
    "taskmanager.memory.framework.off-heap.size": "64m",
    "taskmanager.memory.network.min": "64m",
    "taskmanager.memory.network.max": "64m",
    "taskmanager.memory.managed.size": "128m",
    "taskmanager.memory.jvm-metaspace.size": "256m",
    "taskmanager.memory.jvm-overhead.min": "192m",
    "taskmanager.memory.jvm-overhead.max": "192m",
}
CONFIG = """\
jobmanager.rpc.address: 127.0.0.1
jobmanager.rpc.port: {rpc}
rest.address: 127.0.0.1
rest.bind-address: 127.0.0.1
rest.port: {rest}
blob.server.port: {blob}
jobmanager.memory.process.size: 1000m
taskmanager.numberOfTaskSlots: 2
state.backend.type: rocksdb
state.backend.incremental: true
state.checkpoints.dir: file://{folder}/checkpoints
state.savepoints.dir: file://{folder}/savepoints
state.checkpoints.num-retained: 3
execution.checkpointing.externalized-checkpoint-retention: RETAIN_ON_CANCELLATION
execution.checkpointing.timeout: 60s
heartbeat.interval: 2000
heartbeat.timeout: 10000
restart-strategy.type: exponential-delay
restart-strategy.exponential-delay.initial-backoff: 1 s
restart-strategy.exponential-delay.max-backoff: 10 s
classloader.resolve-order: parent-first
cluster.evenly-spread-out-slots: true
"""
HIGH_AVAILABILITY = """\
high-availability.type: zookeeper
high-availability.zookeeper.quorum: 127.0.0.1:{zookeeper}
high-availability.storageDir: file://{folder}/ha
high-availability.jobmanager.port: {rpc}
"""
ZOOKEEPER = """\
tickTime=2000
initLimit=10
syncLimit=5
dataDir={folder}/zookeeper
clientPort={zookeeper}
clientPortAddress=127.0.0.1
admin.enableServer=false
server.1=127.0.0.1:{peer}:{election}
"""


class Flink:
    """All parts of Flink in `folder`; `highly_available`: jobs outlive their JobManager."""

    def __init__(self, folder: Path, *, highly_available: bool = False, task_managers: int = 2):
        names = (
            "rpc",
            "rest",
            "blob",
            "zookeeper",
            "peer",
            "election",
            "jobs",
            "artifacts",
            "expansion",
            "pool",
        )
        self.folder, self.ports = folder, dict(zip(names, free_ports(len(names)), strict=True))
        self.metrics_port = free_ports(1)[0]
        for name in ("conf", "checkpoints", "savepoints", "ha", "zookeeper", "workers", "artifacts-of-jobs"):
            (folder / name).mkdir(parents=True, exist_ok=True)
        self.rest = f"http://127.0.0.1:{self.ports['rest']}"
        self.job_server = f"127.0.0.1:{self.ports['jobs']}"
        self.worker_pool = f"127.0.0.1:{self.ports['pool']}"
        self.savepoints = folder / "savepoints"
        self._configure(highly_available)
        self.zookeeper = self._zookeeper() if highly_available else None
        self.job_manager = self._job_manager()
        self.task_managers = [self._task_manager(n + 1) for n in range(task_managers)]
        self.server, self.pool = self._job_server(), self._pool()

    @property
    def parts(self) -> list[Part]:
        """All parts, in the order of starting."""
        first = [self.zookeeper] if self.zookeeper else []
        return [*first, self.job_manager, *self.task_managers, self.server, self.pool]

    def launch(self) -> None:
        """Start all parts; those that need another wait for it by themselves."""
        for part in self.parts:
            part.launch()

    def wait(self) -> None:
        """Wait until all are ready and the TaskManagers have come."""
        for part in self.parts:
            part.wait(90)

    def start(self) -> None:
        """Start and wait."""
        self.launch()
        self.wait()

    def stop(self) -> None:
        """Stop all parts."""
        for part in reversed(self.parts):
            part.stop()

    def overview(self, path: str = "/overview") -> dict:
        """Return what the REST API says, empty while it does not."""
        try:
            with urllib.request.urlopen(f"{self.rest}{path}", timeout=5) as answer:
                return json.loads(answer.read())
        except OSError:
            return {}

    def _configure(self, highly_available: bool) -> None:
        text = CONFIG + (HIGH_AVAILABILITY if highly_available else "")
        (self.folder / "conf" / "flink-conf.yaml").write_text(text.format(folder=self.folder, **self.ports))
        zookeeper = ZOOKEEPER.format(folder=self.folder, **self.ports)
        (self.folder / "conf" / "zoo.cfg").write_text(zookeeper)
        (self.folder / "zookeeper" / "myid").write_text("1")
        boot = self.folder / "boot"
        boot.write_text(f'#!/bin/sh\nexec {sys.executable} -m pipeline.worker_boot "$@"\n')
        boot.chmod(0o755)

    def _java(self, name: str, heap: str, *words: str, ready: object) -> Part:
        log = f"-Dorg.slf4j.simpleLogger.logFile={self.folder / name}.log"
        classes = ["-cp", f"{jars('flink')}/*"]
        return Part(name, [java(), *heap.split(), *OPENS, log, *classes, *words], self.folder, ready)

    def _zookeeper(self) -> Part:
        main = "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer"
        words = [main, "--zkConfigFile", "conf/zoo.cfg", "--peerId", "1"]
        return self._java(
            "zookeeper-server", "-Xmx100m", *words, ready=lambda: listening(self.ports["zookeeper"])
        )

    def _job_manager(self) -> Part:
        main = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
        words = [main, "--configDir", "conf", "--executionMode", "cluster"]
        return self._java("job-manager", "-Xmx400m", *words, ready=lambda: bool(self.overview()))

    def _task_manager(self, number: int) -> Part:
        folder = self.folder / f"task-manager-{number}"
        folder.mkdir(exist_ok=True)
        main = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
        given = MEMORY | {
            "taskmanager.resource-id": f"tm{number}",
            "taskmanager.host": "127.0.0.1",
            "io.tmp.dirs": str(folder),
        }
        options = [word for name, value in given.items() for word in ("-D", f"{name}={value}")]
        heap = "-Xmx450m -XX:MaxDirectMemorySize=300m"
        words = [main, "--configDir", "conf", *options]
        return self._java(f"task-manager-{number}", heap, *words, ready=lambda: self.registered(number))

    def registered(self, number: int) -> bool:
        """Tell whether the JobManager knows the TaskManager as alive."""
        known = self.overview("/taskmanagers").get("taskmanagers", [])
        return f"tm{number}" in {each["id"] for each in known}

    def _job_server(self) -> Part:
        main = "org.apache.beam.runners.flink.FlinkJobServerDriver"
        words = [
            main,
            f"--flink-master=127.0.0.1:{self.ports['rest']}",
            "--flink-conf-dir",
            f"{self.folder}/conf",
        ]
        words += ["--job-host", "127.0.0.1", "--job-port", str(self.ports["jobs"])]
        words += [
            "--artifact-port",
            str(self.ports["artifacts"]),
            "--expansion-port",
            str(self.ports["expansion"]),
        ]
        words += ["--artifacts-dir", f"{self.folder}/artifacts-of-jobs"]
        return self._java("job-server", "-Xmx300m", *words, ready=lambda: listening(self.ports["jobs"]))

    def _pool(self) -> Part:
        main = "apache_beam.runners.worker.worker_pool_main"
        port = f"--service_port={self.ports['pool']}"
        boot = f"--container_executable={self.folder / 'boot'}"
        env = {
            "PYTHONPATH": str(ROOT),
            "MISSIONWIRE_WORKER_LOGS": str(self.folder / "workers"),
            "MISSIONWIRE_WORKER_METRICS": f"127.0.0.1:{self.metrics_port}",
        }
        command = [sys.executable, "-m", main, port, boot]
        return Part("worker-pool", command, self.folder, lambda: listening(self.ports["pool"]), env)
