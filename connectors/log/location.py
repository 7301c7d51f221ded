"""Where the log is: a small value that travels to workers, opened once per process."""

from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

from connectors.log.interface import Log
from transforms.secret import SecretPlace

Mechanism = Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"]


class LogLocation(NamedTuple):
    """The embedded log's file."""

    path: Path

    def open(self) -> Log:
        """Return this process's log at the location; every call gives the same object."""
        return _open(self)


class KafkaLocation(NamedTuple):
    """A Kafka cluster: `brokers` are host:port, `instance` is this member's lasting name in its groups."""

    brokers: tuple[str, ...]
    replication: int = 3
    security: Literal["tls", "plaintext"] = "tls"
    ca_file: Path | None = None
    mechanism: Mechanism | None = None
    username: str | None = None
    password: SecretPlace | None = None
    instance: str | None = None

    def open(self) -> Log:
        """Return this process's log at the location; every call gives the same object."""
        return _open(self)


Location = LogLocation | KafkaLocation


@cache
def _open(location: Location) -> Log:
    if isinstance(location, KafkaLocation):
        from connectors.log.kafka_log import KafkaLog  # noqa: PLC0415 - the home is chosen at run time

        return KafkaLog(location)
    from connectors.log.sqlite_log import SqliteLog  # noqa: PLC0415 - the home is chosen at run time

    return SqliteLog(location.path)
