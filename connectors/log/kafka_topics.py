"""Topics of Kafka against their specs: what is missing, what differs, and how to bring it about.

A loop creates what is missing and adds partitions, so that a first start works; it never changes the settings
of a topic that is there, because an operator may have had reasons. `missionwire topics apply` does.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from typing import Any, NamedTuple

from connectors.log import kafka_client
from connectors.log.interface import TopicSpec
from connectors.log.kafka_client import MAX_RECORD_BYTES, ROOM_BYTES, ConfigResource, ConfigResourceType
from connectors.log.location import KafkaLocation

_NO_LIMIT = str(2**63 - 1)


class Difference(NamedTuple):
    """What a topic is and what it should be; `found` is empty where there is no such topic or setting."""

    topic: str
    what: str
    found: str
    wanted: str
    mendable: bool = True

    def __str__(self) -> str:
        if self.what == "topic":
            return f"{self.topic}: missing, should have {self.wanted}"
        never = "" if self.mendable else " (cannot be changed here)"
        return f"{self.topic}: {self.what} is {self.found or 'not set'}, should be {self.wanted}{never}"


@contextmanager
def administration(location: KafkaLocation) -> Iterator[Any]:
    """Give an admin client for the block; what fails in there becomes a `LogError`."""
    with kafka_client.in_words("topics", location), closing(kafka_client.admin(location)) as admin:
        yield admin


def settings_of(spec: TopicSpec, replication: int) -> dict[str, str]:
    """Return Kafka's settings of a topic for a spec."""
    retention_ms = -1 if spec.retention is None else int(spec.retention.total_seconds() * 1000)
    share = -1 if spec.retention_bytes is None else spec.retention_bytes // spec.partitions
    return {
        "cleanup.policy": "compact" if spec.compacted else "delete",
        "retention.ms": str(retention_ms),
        "retention.bytes": str(share),
        "min.compaction.lag.ms": str(int(spec.compact_after.total_seconds() * 1000) if spec.compacted else 0),
        "max.message.bytes": str(MAX_RECORD_BYTES + ROOM_BYTES),
        "min.insync.replicas": str(max(1, replication - 1)),
        "message.timestamp.type": "CreateTime",
        "message.timestamp.before.max.ms": _NO_LIMIT,
        "message.timestamp.after.max.ms": _NO_LIMIT,
    }


def partition_counts(admin: Any, topics: Iterable[str]) -> dict[str, int]:
    """Return how many partitions each of those topics has that there are."""
    found = admin.describe_topics(list(topics))
    return {t["name"]: len(t["partitions"]) for t in found if not t["error_code"] and t["partitions"]}


def create_missing(admin: Any, specs: Sequence[TopicSpec], replication: int) -> None:
    """Create missing topics and missing partitions; another process doing the same is no fault."""
    have = partition_counts(admin, [spec.name for spec in specs])
    missing = {spec.name: _new(spec, replication) for spec in specs if spec.name not in have}
    if missing:
        admin.create_topics(missing, raise_errors=False)
        admin.wait_for_topics(list(missing))
    more = {
        spec.name: spec.partitions for spec in specs if have.get(spec.name, spec.partitions) < spec.partitions
    }
    if more:
        admin.create_partitions(more, raise_errors=False)
        admin.wait_for_topics(list(more))


def differences(admin: Any, specs: Sequence[TopicSpec], replication: int) -> list[Difference]:
    """Return where the cluster differs from the specs, topic by topic."""
    described = {t["name"]: t for t in admin.describe_topics([s.name for s in specs]) if not t["error_code"]}
    found: list[Difference] = []
    for spec in specs:
        if spec.name not in described:
            found.append(Difference(spec.name, "topic", "", f"{spec.partitions} partitions"))
            continue
        partitions = described[spec.name]["partitions"]
        count, copies = len(partitions), min(len(p["replica_nodes"]) for p in partitions)
        if count != spec.partitions:
            mendable = count < spec.partitions
            found.append(Difference(spec.name, "partitions", str(count), str(spec.partitions), mendable))
        if copies != replication:
            found.append(Difference(spec.name, "replication", str(copies), str(replication), mendable=False))
        found += _unlike(admin, spec, replication)
    return found


def apply(admin: Any, specs: Sequence[TopicSpec], replication: int) -> None:
    """Bring about what can be: missing topics, more partitions, settings."""
    create_missing(admin, specs, replication)
    for spec in specs:
        changed = {d.what: d.wanted for d in _unlike(admin, spec, replication)}
        if changed:
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, spec.name, changed)])


def _unlike(admin: Any, spec: TopicSpec, replication: int) -> list[Difference]:
    wanted = settings_of(spec, replication)
    resource = ConfigResource(ConfigResourceType.TOPIC, spec.name, list(wanted))
    (kinds,) = admin.describe_configs([resource], config_filter="all").values()
    is_so = {name: str(entry["value"]) for name, entry in kinds[spec.name].items()}
    return [
        Difference(spec.name, name, is_so.get(name, ""), value)
        for name, value in wanted.items()
        if is_so.get(name) != value
    ]


def _new(spec: TopicSpec, replication: int) -> dict[str, Any]:
    return {
        "num_partitions": spec.partitions,
        "replication_factor": replication,
        "configs": settings_of(spec, replication),
    }
