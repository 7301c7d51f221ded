"""The files of a Flink cluster: its configuration and its folders."""

from collections.abc import Mapping
from pathlib import Path

from tests.cluster.ports import HOST

FOLDERS = ("conf", "checkpoints", "savepoints", "ha", "workers", "artifacts")
# Flink wants every part of it said where none of its own scripts computes them.
TASK_MANAGER_MEMORY = {
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
_LINES = {
    "jobmanager.rpc.address": HOST,
    "jobmanager.rpc.port": "{rpc}",
    "rest.address": HOST,
    "rest.bind-address": HOST,
    "rest.port": "{rest}",
    "blob.server.port": "{blob}",
    "jobmanager.memory.process.size": "1000m",
    "taskmanager.numberOfTaskSlots": "2",
    "cluster.evenly-spread-out-slots": "true",
    "classloader.resolve-order": "parent-first",
    "state.backend.type": "rocksdb",
    "state.backend.incremental": "true",
    # Each of some dozens of states takes an eighth of this at once. With the default of 64 MB a few fill the
    # memory for writes, and RocksDB flushes and compacts files of 2 kB all the time.
    "state.backend.rocksdb.writebuffer.size": "2mb",
    "state.checkpoints.dir": "{folder}/checkpoints",
    "state.savepoints.dir": "{folder}/savepoints",
    "state.checkpoints.num-retained": "3",
    "execution.checkpointing.externalized-checkpoint-retention": "RETAIN_ON_CANCELLATION",
    "execution.checkpointing.timeout": "60s",
    "heartbeat.interval": "2000",
    "heartbeat.timeout": "10000",
    "restart-strategy.type": "exponential-delay",
    "restart-strategy.exponential-delay.initial-backoff": "1 s",
    "restart-strategy.exponential-delay.max-backoff": "10 s",
}
_HIGH_AVAILABILITY = {
    "high-availability.type": "zookeeper",
    "high-availability.zookeeper.quorum": "{zookeeper}",
    # Who leads is decided when the session of the one before is over: 40 s here if nothing is said.
    "high-availability.zookeeper.client.session-timeout": "8000",
    "high-availability.storageDir": "{folder}/ha",
    "high-availability.jobmanager.port": "{rpc}",
}


def write_files(folder: Path, ports: Mapping[str, int], zookeeper: str | None) -> None:
    """Write the configuration into `folder`; `zookeeper` is its address, `None` for none."""
    for name in FOLDERS:
        (folder / name).mkdir(parents=True, exist_ok=True)
    lines = _LINES | (_HIGH_AVAILABILITY if zookeeper else {})
    text = "".join(f"{name}: {value}\n" for name, value in lines.items())
    known = {"folder": folder.resolve().as_uri(), "zookeeper": zookeeper, **ports}
    (folder / "conf" / "flink-conf.yaml").write_text(text.format(**known))
