"""The ZooKeeper that Flink brings along: where a new JobManager finds the jobs of the one before it."""

import contextlib
import socket
from pathlib import Path

from tests.cluster.packages import jars, java
from tests.cluster.part import Part
from tests.cluster.ports import HOST, kept_ports

_MAIN = "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer"


class ZooKeeper(Part):
    """One server, which is its own quorum."""

    def __init__(self, folder: Path):
        self.port, peer, election = kept_ports(folder, "zookeeper", 3)
        self.address = f"{HOST}:{self.port}"
        self.properties = folder / "zoo.cfg"
        words = ["-Xmx100m", "-XX:+UseSerialGC", "-cp", f"{jars('flink')}/*", _MAIN]
        words += ["--zkConfigFile", str(self.properties), "--peerId", "1"]
        super().__init__("zookeeper", [java(), *words], folder, self._answers)
        self._configure(folder / "zookeeper-data", f"{HOST}:{peer}:{election}")

    def _configure(self, data: Path, server: str) -> None:
        given = {
            "tickTime": 2000,
            "initLimit": 10,
            "syncLimit": 5,
            "dataDir": data,
            "clientPort": self.port,
            "clientPortAddress": HOST,
            "admin.enableServer": "false",
            "server.1": server,
        }
        self.properties.write_text("".join(f"{name}={value}\n" for name, value in given.items()))
        data.mkdir(exist_ok=True)
        (data / "myid").write_text("1")

    def _answers(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1) as asking:
            asking.sendall(b"srvr")
            return b"Mode: " in asking.makefile("rb").read()
        return False
