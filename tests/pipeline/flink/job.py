"""The job on a real Flink over a real Kafka, worked by the command as an operator would."""

import subprocess
import sys
from datetime import timedelta

from connectors.feeds.seed_files import Unreadable, read_seed_files
from connectors.log import topics
from connectors.log.interface import NewRecord, Partition
from connectors.log.kafka_log import KafkaLog
from pipeline.settings import load_settings
from tests.pipeline.test_restart import SEEDS
from transforms.records import Disposition, decode, encode

CONFIG = """\
data_dir: {folder}/data
log:
  partitions: {partitions}
  retention: 3650d  # recordings are years old, and brokers would let go of them at once
  kafka: {{brokers: [{brokers}], security: plaintext, replication: 1}}
flink:
  rest: {flink.rest}
  job_server: "{flink.job_server}"
  worker_pool: "{flink.worker_pool}"
  parallelism: {parallelism}
  checkpoint_every: 2s
  savepoints: file://{savepoints}
collect: {{feeds: [{{url: "https://nobody.example/feed", publisher: Nobody}}]}}
receivers: [{{name: screen, kind: terminal}}]
routes: [{{receivers: [screen]}}]
metrics: off
"""
PATIENCE = timedelta(seconds=90)


def seeds():
    found = [a for a in read_seed_files(SEEDS) if not isinstance(a, Unreadable)]
    return sorted(found, key=lambda a: a.fetched)


def judged(records):
    """Return the places of articles that deduplication has judged, with the verdicts."""
    found = [decode(Disposition, r.value) for r in records]
    return {(d.position, d.verdict, d.reason) for d in found if d.stage == "deduplicate"}


def until_judged(count):
    """Return what says whether so many articles are judged."""
    return lambda records: len({position for position, _, _ in judged(records)}) >= count


class Deployment:
    """A configuration for one Kafka and one Flink, and what is on its log."""

    def __init__(self, folder, kafka, flink, partitions=1, parallelism=1):
        self.config, self.log = folder / "missionwire.yaml", None
        self.values = {"folder": folder, "brokers": ", ".join(f'"{b}"' for b in kafka.brokers)}
        self.values |= {"flink": flink, "savepoints": flink.savepoints}
        self.configure(partitions=partitions, parallelism=parallelism)

    def configure(self, **changed):
        """Write the configuration and bring the topics to it."""
        self.values |= changed
        self.config.write_text(CONFIG.format(**self.values))
        self.settings = load_settings(self.config, {}, with_secrets=False)
        self.close()
        self.log = KafkaLog(self.settings.log_location)
        self.log.ensure_topics(self.settings.topic_specs())

    def close(self):
        """Close the log that the test looks at."""
        if self.log is not None:
            self.log.close()

    def command(self, *words):
        """Run `missionwire process --runner flink` with these words; return exit code, output, errors."""
        line = [sys.executable, "-m", "pipeline.cli", "process", "--runner", "flink", *words]
        done = subprocess.run(
            [*line, "--config", str(self.config)], capture_output=True, text=True, check=False, timeout=240
        )
        return done.returncode, done.stdout, done.stderr

    def append(self, articles, partition=None):
        """Put articles onto the log."""
        records = [
            NewRecord(topics.ARTICLES, a.id, encode(a), partition=partition, appended=a.fetched)
            for a in articles
        ]
        for start in range(0, len(records), 500):
            self.log.append(records[start : start + 500])

    def written(self, topic, enough):
        """Return what is on a topic once `enough(records)` holds; fail if nothing more comes for long."""
        position, found = dict.fromkeys(self.log.partitions(topic), 0), []
        while not enough(found):
            records = self.log.read(position, timeout=PATIENCE)
            assert records, f"{topic}: nothing more came after {len(found)} records"
            for record in records:
                position[Partition(record.topic, record.partition)] = record.offset + 1
            found += records
        return found
