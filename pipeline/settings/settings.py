"""The settings of a run: a checked configuration, in the words of the parts that use it."""

import os
from dataclasses import dataclass
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path

from alerts.plan import Route
from alerts.receivers.settings import ReceiverSettings
from connectors.feeds.feed import Feed, FetchLimits
from connectors.log import topics
from connectors.log.interface import Log, TopicSpec
from connectors.log.location import Location, LogLocation
from pipeline.settings import conversion
from pipeline.settings.kept_folder import is_there, make_data_dir
from pipeline.settings.models import ConfigFile, FlinkSection
from pipeline.settings.rule_files import count_rules
from pipeline.settings.secrets_found import find_database_url
from transforms.address_rules import Network

# articles, dispositions, alerts and dead letters share the room of the log
_SHARES = 4


@dataclass(frozen=True)
class Settings:
    """What `path` says. `folder` is what its relative paths start from.

    `found` holds the receivers with their secrets: empty if they were not asked for. `instance` is the
    lasting name of this process among others of its kind.
    """

    path: Path
    folder: Path
    config: ConfigFile
    rule_paths: tuple[Path, ...]
    found: tuple[ReceiverSettings, ...] = ()
    instance: str | None = None

    @property
    def data_dir(self) -> Path:
        """The folder of everything that is kept."""
        return self.folder / self.config.data_dir

    @property
    def log_path(self) -> Path:
        """The file of the embedded log."""
        return self.data_dir / "log.sqlite"

    @property
    def log_location(self) -> Location:
        """Where the log is: the file, or the Kafka cluster if one is named."""
        kafka = self.config.log.kafka
        if kafka is not None:
            return conversion.kafka_of(kafka, self.folder, self.instance)
        return LogLocation(self.log_path)

    @property
    def database_url(self) -> str:
        """The database of feed states, outbox and ledger; its address may hold a password."""
        database = self.config.database
        if database is not None:
            return find_database_url(database.url, self.folder, os.environ).reveal()
        return f"sqlite:///{self.data_dir / 'state.sqlite'}"

    @property
    def flink(self) -> FlinkSection | None:
        """The Flink cluster, if one is named."""
        return self.config.flink

    @property
    def sharded(self) -> bool:
        """Tell whether deduplication is shared out over workers: on Flink always, elsewhere if wanted."""
        return self.config.process.deduplication == "sharded" or self.flink is not None

    @property
    def parser_model(self) -> str | None:
        """The parser's model, as the name of a package or as a path; `None` if extraction reads by rules."""
        process = self.config.process
        return conversion.parser_model_of(process, self.folder) if process.extraction == "parser" else None

    @property
    def status_dir(self) -> Path:
        """The folder in which each loop says how it is."""
        return self.data_dir / "status"

    @property
    def retention(self) -> timedelta:
        """How long articles stay on the log."""
        return self.config.log.retention

    def open_log(self) -> Log:
        """Open this process's log, making its folder if it is not there; raise `DataDirError`."""
        make_data_dir(self.data_dir)
        return self.log_location.open()

    def existing_log(self) -> Log | None:
        """Open the log as it is, for looking; `None` if nothing was ever written. Makes nothing."""
        if self.config.log.kafka is None and not is_there(self.log_path):
            return None
        return self.log_location.open()

    def topic_specs(self) -> list[TopicSpec]:
        """Return how the topics are kept."""
        log = self.config.log
        return topics.topic_specs(log.retention, log.max_size // _SHARES, log.partitions)

    def replay_topic_specs(self) -> list[TopicSpec]:
        """Return the topics of a replay: one partition each, everything kept."""
        return [TopicSpec(spec.name) for spec in self.topic_specs()]

    def feeds(self) -> tuple[Feed, ...]:
        """Return the feeds to poll."""
        return conversion.feeds_of(self.config.collect)

    def fetch_limits(self) -> FetchLimits:
        """Return what a fetch may cost and reach."""
        return conversion.fetch_limits_of(self.config.collect, version("missionwire"))

    def routes(self) -> tuple[Route, ...]:
        """Return who is told of what."""
        return conversion.routes_of(self.config.routes)

    def receivers(self) -> tuple[ReceiverSettings, ...]:
        """Return the receivers with their secrets."""
        return self.found

    def health_receivers(self) -> tuple[tuple[str, ...], timedelta]:
        """Return the names of those who are told of feeds, and how long a state must have lasted for that."""
        health = self.config.health
        return tuple(dict.fromkeys(health.receivers)), health.lasting

    def receiver_networks(self) -> tuple[Network, ...]:
        """Return the private networks that webhooks may reach."""
        return tuple(self.config.notify.allowed_networks)

    def metrics_address(self, part: str) -> tuple[str, int] | None:
        """Return host and port of a loop's metrics, port 0 for any free one; `None` if they are off."""
        metrics = self.config.metrics
        if metrics == "off":
            return None
        port = {"collect": metrics.collect, "process": metrics.process, "notify": metrics.notify}[part]
        return None if port == "off" else (metrics.host, port)

    def rule_count(self) -> int:
        """Return how many rules there are."""
        return count_rules(self.rule_paths)
