"""All of it in one folder, with a configuration of Missionwire that fits."""

import contextlib
import fcntl
import os
import shlex
import sys
import tempfile
from pathlib import Path

import psycopg

from tests.cluster.configuration import configuration
from tests.cluster.feeds import Feeds
from tests.cluster.flink import Flink
from tests.cluster.kafka import Kafka
from tests.cluster.monitoring import Alertmanager, Prometheus
from tests.cluster.part import Part, wait_for
from tests.cluster.ports import HOST, kept_ports
from tests.cluster.postgres import Postgres
from tests.cluster.zookeeper import ZooKeeper

DATABASE = "missionwire"
DATABASE_URL = "MISSIONWIRE_DATABASE_URL"
LOOPS = ("collect", "process", "notify")
_READY_WITHIN_S = 120.0


class FolderInUseError(Exception):
    """Another cluster runs in the folder."""


class Cluster:
    """The parts are attributes; `config` is the configuration, `env` what it needs in the environment.

    A folder may be used again: its Kafka, database and jobs go on where they were, on the same ports.
    """

    def __init__(self, folder: Path | None = None, *, monitoring: bool = True):
        self.folder = folder.resolve() if folder else new_folder()
        if not self.folder.exists():
            self.folder.mkdir(parents=True)
            self.folder.chmod(0o755)
        self._lock = _only_one(self.folder)
        self.config, self.env_file = self.folder / "missionwire.yaml", self.folder / "env"
        # The loops are not ours to start; they may have waited for the cluster to come back.
        ports = kept_ports(self.folder, "loops", len(LOOPS), may_be_in_use=True)
        self.metrics = dict(zip(LOOPS, ports, strict=True))
        self.kafka = Kafka(self.folder / "kafka")
        self.postgres = Postgres(self.folder / "postgres")
        self.zookeeper = ZooKeeper(self.folder / "zookeeper")
        self.flink = Flink(self.folder / "flink", self.zookeeper)
        self.feeds = Feeds(self.folder / "feeds")
        self.alertmanager = Alertmanager(self.folder / "alertmanager") if monitoring else None
        self.prometheus = self._prometheus() if self.alertmanager else None

    @property
    def parts(self) -> list[Part]:
        """All parts, in the order of launching: those that take longest first."""
        mine = [self.zookeeper, *self.flink.parts, self.kafka, self.postgres, self.feeds]
        return [*mine, *(part for part in (self.alertmanager, self.prometheus) if part)]

    @property
    def env(self) -> dict[str, str]:
        """What the configuration refers to."""
        return {DATABASE_URL: self.postgres.url(DATABASE)}

    @property
    def addresses(self) -> dict[str, str]:
        """Where each part is reached, by its name; parts that nobody speaks to are absent."""
        return {
            "zookeeper": self.zookeeper.address,
            "job-manager": self.flink.rest,
            "job-server": self.flink.job_server,
            "worker-pool": self.flink.worker_pool,
            "kafka": ", ".join(self.kafka.brokers),
            "postgres": f"{HOST}:{self.postgres.port}",
            "feeds": self.feeds.url,
            **({"alertmanager": self.alertmanager.url} if self.alertmanager else {}),
            **({"prometheus": self.prometheus.url} if self.prometheus else {}),
        }

    def start(self) -> None:
        """Start all parts at once and wait; if one fails, stop all and raise."""
        try:
            for part in self.parts:
                part.launch()
            wait_for(self.parts, _READY_WITHIN_S)
            self._make_database()
            self._write_files()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stop all parts, those that use others first."""
        order = [self.prometheus, self.alertmanager, self.feeds, *reversed(self.flink.parts)]
        for part in [*order, self.zookeeper, self.kafka, self.postgres]:
            if part:
                part.stop()

    def memory_bytes(self) -> int:
        """Return what all parts hold together."""
        return sum(part.memory_bytes() for part in self.parts)

    def _prometheus(self) -> Prometheus:
        targets = {loop: [port] for loop, port in self.metrics.items()}
        targets["worker"] = self.flink.worker_metrics
        return Prometheus(self.folder / "prometheus", self.alertmanager, targets)

    def _make_database(self) -> None:
        with contextlib.suppress(psycopg.errors.DuplicateDatabase):  # the folder may have been used before
            self.postgres.create(DATABASE)

    def _write_files(self) -> None:
        known = self.kafka, self.flink, self.feeds.url, self.metrics, DATABASE_URL
        self.config.write_text(configuration(*known))
        self.env_file.touch(mode=0o600)
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self.env.items()]
        programs = shlex.quote(str(Path(sys.executable).parent))
        self.env_file.write_text("".join([*lines, f"export PATH={programs}:$PATH\n"]))


def new_folder() -> Path:
    """Return a fresh folder that everybody may enter, because PostgreSQL may run as another user."""
    folder = Path(tempfile.mkdtemp(prefix="missionwire-cluster-"))
    folder.chmod(0o755)
    return folder


def _only_one(folder: Path) -> int:
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        raise FolderInUseError(f"{folder}: another cluster runs here") from None
    return lock
