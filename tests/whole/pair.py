"""Two processes of one kind, `a` and `b`, on a Kafka and a PostgreSQL of their own."""

import contextlib
import os
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

from connectors.log import topics
from connectors.log.kafka_log import KafkaLog
from connectors.log.location import KafkaLocation
from tests.cluster.kafka import Kafka
from tests.cluster.part import Part, wait_for
from tests.cluster.postgres import Postgres

ROOT = Path(__file__).parents[2]
DATABASE, HOOK = "PAIR_DATABASE", "PAIR_HOOK"
CONFIG = """\
data_dir: {folder}/data
log:
  partitions: 2
  kafka: {{brokers: ["{broker}"], security: plaintext, replication: 1}}
database: {{url: {{env: PAIR_DATABASE}}}}
collect:
  contact: pair@missionwire.example
  allowed_networks: [127.0.0.0/8]
  feeds:
{feeds}
receivers:
  - {{name: hook, kind: webhook, url: {{env: PAIR_HOOK}}}}
routes:
  - receivers: [hook]
notify: {{allowed_networks: [127.0.0.0/8]}}
metrics: off
"""


class Pair:
    """Starts the servers, makes topics and tables; `start` starts one of the two."""

    def __init__(self, folder, command, feeds=("http://127.0.0.1:1/",), hook="http://127.0.0.1:1/"):
        self.folder, self.command = folder, command
        self.kafka, self.postgres = Kafka(folder / "kafka"), Postgres(folder / "postgres")
        self.members = {}
        self.config = folder / "missionwire.yaml"
        self.env = {HOOK: hook, DATABASE: self.postgres.url("pair")}
        listed = "\n".join(
            f"    - {{url: {url}, publisher: Wire{n}, every: 1s}}" for n, url in enumerate(feeds)
        )
        self.config.write_text(CONFIG.format(folder=folder, broker=self.kafka.brokers[0], feeds=listed))

    def __enter__(self):
        try:
            self.kafka.launch()
            self.postgres.start()
            self.postgres.create("pair")
            self.migrate()
            wait_for([self.kafka])
            self.log = KafkaLog(KafkaLocation(tuple(self.kafka.brokers), 1, "plaintext"))
            self.log.ensure_topics(topics.topic_specs(timedelta(days=14), 10**9, 2))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_):
        self.log.close()
        self.close()

    def close(self):
        for part in (*self.members.values(), self.kafka, self.postgres):
            part.kill()

    def migrate(self):
        line = [sys.executable, "-m", "pipeline.cli", "database", "migrate", "--config", str(self.config)]
        subprocess.run(line, env=os.environ | self.env, check=True, capture_output=True)

    def start(self, name, clock_is_off_by_s=0):
        line = [sys.executable, "-m", "tests.whole.short_leases", self.command]
        line += ["--instance", name, "--config", str(self.config)]
        env = self.env | {"PYTHONPATH": str(ROOT), "CLOCK_IS_OFF_BY_S": str(clock_is_off_by_s)}
        self.members[name] = Part(f"{self.command}-{name}", line, self.folder, lambda: True, env)
        self.members[name].launch()

    def stop(self):
        """Ask both to stop, and see that they end well."""
        processes = [member._process for member in self.members.values()]
        for process in processes:
            process.terminate()
        assert [process.wait(30) for process in processes] == [0] * len(processes), self.words()

    def words(self):
        return "\n".join(member.last_words() for member in self.members.values())

    def ask(self, query):
        """Return the rows, or none while the server is away."""
        with contextlib.suppress(Exception):
            return self.postgres.run(query, "pair")
        return []

    def until(self, found, within_s=60):
        """Wait until the condition holds."""
        end = time.monotonic() + within_s
        while not found():
            assert time.monotonic() < end, self.words()
            time.sleep(0.05)  # rows and offsets tell nobody when they change
