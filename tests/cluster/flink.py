"""A Flink cluster with Beam's job server and a pool of our Python workers."""

import json
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.cluster.flink_files import TASK_MANAGER_MEMORY, write_files
from tests.cluster.packages import jars, java
from tests.cluster.part import Part, wait_for
from tests.cluster.ports import HOST, kept_ports, speaks_grpc
from tests.cluster.zookeeper import ZooKeeper

ROOT = Path(__file__).parents[2]
PORTS = ("rpc", "rest", "blob", "jobs", "artifacts", "expansion", "pool")
OPENED = ("java.lang", "java.util", "java.nio", "java.util.concurrent", "java.time", "java.net", "java.io")
OPENS = [
    *(f"--add-opens=java.base/{package}=ALL-UNNAMED" for package in OPENED),
    "--add-exports=java.base/sun.net.util=ALL-UNNAMED",
]
WORKERS = 4  # as many Python workers as there are slots: each takes a port for its metrics
_READY_WITHIN_S = 90.0


class Flink:
    """All parts of Flink in `folder`; with a ZooKeeper, a new JobManager finds the jobs of the old one."""

    def __init__(self, folder: Path, zookeeper: ZooKeeper | None = None, task_managers: int = 2):
        self.folder = folder
        self.ports = dict(zip(PORTS, kept_ports(folder, "flink", len(PORTS)), strict=True))
        self.worker_metrics = kept_ports(folder, "workers", WORKERS, adjacent=True)
        self.rest = f"http://{HOST}:{self.ports['rest']}"
        self.job_server = f"{HOST}:{self.ports['jobs']}"
        self.worker_pool = f"{HOST}:{self.ports['pool']}"
        self.savepoints = folder / "savepoints"
        write_files(folder, self.ports, zookeeper.address if zookeeper else None)
        self.job_manager = self._job_manager()
        self.task_managers = [self._task_manager(n + 1) for n in range(task_managers)]
        self.server, self.pool = self._job_server(), self._pool()

    @property
    def parts(self) -> list[Part]:
        """All parts; each waits for the others by itself."""
        return [self.job_manager, *self.task_managers, self.server, self.pool]

    def launch(self) -> None:
        """Start all parts and do not wait."""
        for part in self.parts:
            part.launch()

    def start(self) -> None:
        """Start and wait until the JobManager knows all TaskManagers."""
        self.launch()
        wait_for(self.parts, _READY_WITHIN_S)

    def stop(self) -> None:
        """Stop all parts, those that use others first."""
        for part in reversed(self.parts):
            part.stop()

    def ask(self, path: str) -> dict[str, Any]:
        """Return what the REST API says, empty while it does not."""
        try:
            with urllib.request.urlopen(f"{self.rest}{path}", timeout=5) as answer:
                return json.loads(answer.read())
        except OSError:
            return {}

    def knows(self, task_manager: str) -> bool:
        """Tell whether the JobManager has heard of the TaskManager."""
        return task_manager in {each["id"] for each in self.ask("/taskmanagers").get("taskmanagers", [])}

    def _java(self, name: str, flags: str, words: list[str], ready: Callable[[], bool]) -> Part:
        command = [java(), "-XX:+UseSerialGC", *flags.split(), *OPENS, "-cp", f"{jars('flink')}/*", *words]
        return Part(name, command, self.folder, ready)

    def _job_manager(self) -> Part:
        main = "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint"
        words = [main, "--configDir", "conf", "--executionMode", "cluster"]
        return self._java("job-manager", "-Xmx400m", words, lambda: bool(self.ask("/overview")))

    def _task_manager(self, number: int) -> Part:
        name = f"task-manager-{number}"
        (self.folder / name).mkdir(exist_ok=True)
        given = TASK_MANAGER_MEMORY | {
            "taskmanager.resource-id": name,
            "taskmanager.host": HOST,
            "io.tmp.dirs": str(self.folder / name),
        }
        options = [word for option, value in given.items() for word in ("-D", f"{option}={value}")]
        main = "org.apache.flink.runtime.taskexecutor.TaskManagerRunner"
        flags = "-Xmx448m -XX:MaxDirectMemorySize=300m"
        return self._java(name, flags, [main, "--configDir", "conf", *options], lambda: self.knows(name))

    def _job_server(self) -> Part:
        given = {
            "flink-master": self.rest.removeprefix("http://"),
            "flink-conf-dir": self.folder / "conf",
            "job-host": HOST,
            "job-port": self.ports["jobs"],
            "artifact-port": self.ports["artifacts"],
            "expansion-port": self.ports["expansion"],
            "artifacts-dir": self.folder / "artifacts",
        }
        main = "org.apache.beam.runners.flink.FlinkJobServerDriver"
        words = [main, *(f"--{name}={value}" for name, value in given.items())]
        return self._java("job-server", "-Xmx300m", words, lambda: speaks_grpc(self.ports["jobs"]))

    def _pool(self) -> Part:
        command = [sys.executable, "-m", "pipeline.worker_pool", f"--port={self.ports['pool']}"]
        command += [f"--folder={self.folder / 'pool'}"]
        env = {
            "PYTHONPATH": str(ROOT),
            "MISSIONWIRE_WORKER_LOGS": str(self.folder / "workers"),
            "MISSIONWIRE_WORKER_METRICS": f"{HOST}:{self.worker_metrics[0]}",
        }
        return Part("worker-pool", command, self.folder, lambda: speaks_grpc(self.ports["pool"]), env)
