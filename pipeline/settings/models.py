"""The configuration file as strict models, one for each section."""

from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from pipeline.settings.fields import (
    Contact,
    Duration,
    FilePath,
    HostPort,
    Name,
    NetworkRange,
    Reference,
    Section,
    Size,
    WebAddress,
    Words,
)

Port = Annotated[int, Field(ge=0, le=65535)]
OnUnknown = Literal["resend", "hold"]


class KafkaSection(Section):
    """A Kafka cluster as the home of the log, and how to be let in."""

    brokers: Annotated[list[HostPort], Field(min_length=1)]
    replication: Annotated[int, Field(ge=1, le=9)] = 3
    security: Literal["tls", "plaintext"] = "tls"
    ca_file: FilePath | None = None
    mechanism: Literal["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"] | None = None
    username: Words | None = None
    password: Reference | None = None


class LogSection(Section):
    """How long and how large the log may grow, and its home: one file, or Kafka."""

    retention: Duration = timedelta(days=14)
    max_size: Size = 4 * 10**9
    partitions: Annotated[int, Field(ge=1, le=1024)] = 1
    kafka: KafkaSection | None = None


class DatabaseSection(Section):
    """A PostgreSQL database instead of the file in `data_dir`."""

    url: Reference


class FlinkSection(Section):
    """A Flink cluster for `process`: its REST address, Beam's job server, and the pool of Python workers."""

    rest: WebAddress
    job_server: HostPort
    worker_pool: HostPort
    parallelism: Annotated[int, Field(ge=1, le=1024)] = 1
    checkpoint_every: Duration = timedelta(seconds=5)
    savepoints: Words


class ProcessSection(Section):
    """Where deduplication keeps what it knows, and by what extraction reads: rules, or a parser beside them.

    Deduplication knows in one process, or shared out over workers as keyed states.
    """

    deduplication: Literal["single", "sharded"] | None = None
    extraction: Literal["rules", "parser"] = "rules"
    parser_model: Words | None = None


class FeedItem(Section):
    """One feed; `every` sets its polls at a fixed distance, `full_text` has its linked pages read."""

    url: WebAddress
    publisher: Words
    every: Duration | None = None
    full_text: bool = False


class CollectSection(Section):
    """Which feeds are polled, how often, and whom they may reach."""

    contact: Contact | None = None
    poll_floor: Duration = timedelta(seconds=60)
    poll_ceiling: Duration = timedelta(minutes=30)
    allowed_networks: list[NetworkRange] = []
    feeds: Annotated[list[FeedItem], Field(min_length=1)]


class TerminalItem(Section):
    """Alerts on standard output."""

    name: Name
    kind: Literal["terminal"]


class SlackItem(Section):
    """A Slack incoming webhook."""

    name: Name
    kind: Literal["slack"]
    url: Reference
    on_unknown: OnUnknown = "resend"


class EmailItem(Section):
    """An SMTP server and who gets its mail."""

    name: Name
    kind: Literal["email"]
    host: Words
    port: Annotated[int, Field(ge=1, le=65535)] = 587
    sender: Words
    recipients: Annotated[list[Words], Field(min_length=1)]
    security: Literal["starttls", "tls", "none"] = "starttls"
    username: Words | None = None
    password: Reference | None = None
    ca_file: FilePath | None = None
    timeout: Duration = timedelta(seconds=10)
    on_unknown: OnUnknown = "resend"


class WebhookItem(Section):
    """A URL that takes JSON."""

    name: Name
    kind: Literal["webhook"]
    url: Reference
    signing_secret: Reference | None = None
    on_unknown: OnUnknown = "resend"


ReceiverItem = Annotated[
    TerminalItem | SlackItem | EmailItem | WebhookItem,
    Field(discriminator="kind"),
]


class RouteItem(Section):
    """Which alerts go to which receivers."""

    receivers: Annotated[list[Name], Field(min_length=1)]
    min_severity: Literal["info", "warning", "critical"] = "info"
    rules: Annotated[list[Words], Field(min_length=1)] | None = None


class NotifySection(Section):
    """Which private networks webhooks may reach."""

    allowed_networks: list[NetworkRange] = []


class HealthSection(Section):
    """Who is told of feeds that fail, fall silent, move or end, and how long that must have lasted."""

    receivers: list[Name] = []
    lasting: Duration = timedelta(minutes=30)


class MetricsSection(Section):
    """Where each loop shows its metrics and health: a port, 0 for any free one, `off` for none."""

    host: Words = "127.0.0.1"
    collect: Port | Literal["off"] = 9461
    process: Port | Literal["off"] = 9462
    notify: Port | Literal["off"] = 9463


class ConfigFile(Section):
    """The whole file."""

    data_dir: FilePath = Path("missionwire-data")
    log: LogSection = LogSection()
    database: DatabaseSection | None = None
    flink: FlinkSection | None = None
    process: ProcessSection = ProcessSection()
    collect: CollectSection
    rules: Annotated[list[Words], Field(min_length=1)] = ["starter"]
    receivers: Annotated[list[ReceiverItem], Field(min_length=1)]
    routes: Annotated[list[RouteItem], Field(min_length=1)]
    notify: NotifySection = NotifySection()
    health: HealthSection = HealthSection()
    metrics: MetricsSection | Literal["off"] = MetricsSection()
