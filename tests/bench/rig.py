"""The real parts as separate processes on one folder, fed by a local server, told by a local webhook."""

import os
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psutil

from alerts.ledger import Ledger
from alerts.outbox_access import OutboxAccess
from connectors.log import topics
from connectors.log.sqlite_log import SqliteLog
from tests.bench.servers import Webhook

PARTS = ("collect", "process", "notify")
CONFIG = """\
data_dir: {data_dir}
collect:
  contact: bench@missionwire.example
  allowed_networks: [127.0.0.0/8]
  feeds:
{feeds}
rules: [starter]
receivers:
  - name: hook
    kind: webhook
    url: {{env: MISSIONWIRE_BENCH_HOOK}}
routes:
  - receivers: [hook]
notify:
  allowed_networks: [127.0.0.0/8]
metrics: off
"""


class Rig:
    """Parts running over `folder`; `feeds` maps URL to publisher, polled every `every`."""

    def __init__(self, folder: Path, feeds: dict[str, str], webhook: Webhook, every: str = "1s"):
        self.folder = folder
        self.config = folder / "missionwire.yaml"
        self.environment = {**os.environ, "MISSIONWIRE_BENCH_HOOK": f"{webhook.url}/hook"}
        lines = [f"    - {{url: {url}, publisher: {name}, every: {every}}}" for url, name in feeds.items()]
        listed = "\n".join(lines)
        self.config.write_text(CONFIG.format(data_dir=folder / "data", feeds=listed))
        self.children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, part: str) -> None:
        """Start a part, or `run` for all of them; its words go to a file of its own."""
        with (self.folder / f"{part}.err").open("ab") as errors:
            self.children[part] = subprocess.Popen(
                [sys.executable, "-m", "pipeline.cli", part, "--config", str(self.config)],
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=self.environment,
            )

    def kill(self, part: str) -> None:
        """End a part as a power cut would."""
        self.children[part].kill()
        self.children[part].wait()

    def words(self, part: str) -> str:
        """Return what a part has printed."""
        return (self.folder / f"{part}.err").read_text()

    def stop(self) -> dict[str, int]:
        """Ask all parts to stop, in the order of the flow; return their exit codes."""
        codes = {}
        for part in (*PARTS, "run"):
            if (child := self.children.pop(part, None)) is not None:
                child.send_signal(signal.SIGTERM)
                codes[part] = child.wait(timeout=60)
        return codes

    def use(self) -> dict[str, tuple[float, float]]:
        """Return CPU seconds and resident megabytes of each part so far."""
        used = {}
        for part, child in self.children.items():
            process = psutil.Process(child.pid)
            family = [process, *process.children(recursive=True)]
            cpu = sum(sum(p.cpu_times()[:2]) for p in family)
            used[part] = (cpu, sum(p.memory_info().rss for p in family) / 1e6)
        return used

    def log(self) -> SqliteLog:
        """Open the log that the parts share."""
        log = SqliteLog(self.folder / "data" / "log.sqlite")
        log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 1))
        return log

    def unknown_outcomes(self) -> int:
        """Return how many attempts ended without anybody knowing how, by the ledger."""
        access = OutboxAccess(f"sqlite:///{self.folder / 'data' / 'state.sqlite'}")
        unknown = Ledger(access).counts().outcomes.get("unknown", 0)
        access.close()
        return unknown


def now() -> datetime:
    """Return the time of the wall clock."""
    return datetime.now(UTC)
