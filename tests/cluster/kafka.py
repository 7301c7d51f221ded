"""A Kafka broker that is its own controller."""

import contextlib
import logging
import subprocess
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path

from tests.cluster.packages import jars, java
from tests.cluster.part import NotReadyError, Part
from tests.cluster.ports import HOST, kept_ports, listening

PROPERTIES = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "inter.broker.listener.name": "INTERNAL",
    "offsets.topic.replication.factor": "1",
    "offsets.topic.num.partitions": "8",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "transaction.state.log.num.partitions": "4",
    # A killed broker may come back only when the session of its former life is over: 9 s if nothing is said.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "group.initial.rebalance.delay.ms": "0",
    "group.min.session.timeout.ms": "1000",
    "auto.create.topics.enable": "false",
    "log.segment.delete.delay.ms": "1000",
    # Recordings are years old: what is kept is for the topics to say.
    "log.retention.ms": "-1",
}


class Kafka(Part):
    """`brokers` are its addresses, for clients by `protocol`; `more` are properties, which go before ours.

    It has a plain listener of its own beside the clients' one, so that readiness can be asked without
    certificates or passwords.
    """

    def __init__(self, folder: Path, more: Mapping[str, str] | None = None, protocol: str = "PLAINTEXT"):
        self.port, self._internal, controller = kept_ports(folder, "kafka", 3)
        self.brokers, self.data = [f"{HOST}:{self.port}"], folder / "kafka-data"
        clients, internal = f"CLIENTS://{HOST}:{self.port}", f"INTERNAL://{HOST}:{self._internal}"
        given = PROPERTIES | {
            "listeners": f"{clients},{internal},CONTROLLER://{HOST}:{controller}",
            "advertised.listeners": f"{clients},{internal}",
            "listener.security.protocol.map": f"CONTROLLER:PLAINTEXT,INTERNAL:PLAINTEXT,CLIENTS:{protocol}",
            "controller.quorum.voters": f"1@{HOST}:{controller}",
            "log.dirs": str(self.data),
        }
        self._classes = f"{jars('kafka')}/*"
        self.properties = folder / "server.properties"
        command = [java(), "-Xmx400m", "-XX:+UseSerialGC", "-cp", self._classes, "kafka.Kafka"]
        super().__init__("kafka", [*command, str(self.properties)], folder, self._answers)
        self._configure(given | dict(more or {}))

    def _configure(self, properties: Mapping[str, str]) -> None:
        lines = [f"{name}={value}\n" for name, value in properties.items()]
        self.properties.touch(mode=0o600)  # users of SASL have their passwords here
        self.properties.write_text("".join(lines))

    def launch(self) -> None:
        """Format the storage if it is new, and start."""
        self.format()
        super().launch()

    def format(self, *more: str) -> None:
        """Prepare the storage if it is new; `more` are options of Kafka's own tool, for example users."""
        if (self.data / "meta.properties").exists():
            return
        ident = urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
        tool = [java(), "-XX:TieredStopAtLevel=1", "-cp", self._classes, "kafka.tools.StorageTool"]
        command = [*tool, "format", f"--cluster-id={ident}", "-c", str(self.properties), *more]
        done = subprocess.run(command, capture_output=True, text=True, cwd=self.folder, check=False)
        if done.returncode:
            raise NotReadyError(f"{self.name}: storage not formatted:\n{done.stdout}{done.stderr}")

    def _answers(self) -> bool:
        """Tell whether clients may come and the broker calls itself a member of its cluster."""
        from kafka import KafkaAdminClient
        from kafka.errors import KafkaError

        if not (listening(self._internal) and listening(self.port)):
            return False
        logging.getLogger("kafka").setLevel(logging.ERROR)
        with contextlib.suppress(KafkaError):
            admin = KafkaAdminClient(bootstrap_servers=f"{HOST}:{self._internal}", request_timeout_ms=5000)
            with contextlib.closing(admin):
                return len(admin.describe_cluster()["brokers"]) == 1
        return False
