"""The configuration of Missionwire that fits the cluster."""

from collections.abc import Mapping

from tests.cluster.flink import Flink
from tests.cluster.kafka import Kafka
from tests.cluster.ports import HOST

TEXT = """\
data_dir: missionwire-data

log:
  partitions: 2
  kafka: {{brokers: [{brokers}], replication: 1, security: plaintext}}

database:
  url: {{env: {database}}}

flink:
  rest: {flink.rest}
  job_server: "{flink.job_server}"
  worker_pool: "{flink.worker_pool}"
  parallelism: 2
  savepoints: {savepoints}

collect:
  allowed_networks: [{host}/32]     # the feed is served by the cluster itself
  feeds:
    - {{url: "{feed}", publisher: Orbit Ledger}}

receivers:
  - {{name: screen, kind: terminal}}

routes:
  - receivers: [screen]

metrics: {{host: {host}, collect: {collect}, process: {process}, notify: {notify}}}
"""


def configuration(kafka: Kafka, flink: Flink, feed: str, metrics: Mapping[str, int], database: str) -> str:
    """Return the file's text; `database` is the variable with its address, `metrics` a port for each loop."""
    brokers = ", ".join(f'"{broker}"' for broker in kafka.brokers)
    known = {"brokers": brokers, "flink": flink, "feed": feed, "database": database, "host": HOST, **metrics}
    return TEXT.format(**known, savepoints=flink.savepoints.resolve().as_uri())
