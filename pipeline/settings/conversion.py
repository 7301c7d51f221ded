"""From sections of the file to the settings that the other parts define for themselves."""

from collections.abc import Callable
from pathlib import Path

from alerts.plan import Route
from alerts.receivers.settings import Email, ReceiverSettings, SlackWebhook, TerminalReceiver, Webhook
from connectors.feeds.feed import Feed, FetchLimits
from connectors.log.location import KafkaLocation
from pipeline.settings.fields import SecretRef
from pipeline.settings.models import (
    CollectSection,
    EmailItem,
    KafkaSection,
    ProcessSection,
    ReceiverItem,
    RouteItem,
    SlackItem,
    TerminalItem,
)
from pipeline.settings.secrets_found import place_of
from transforms.parser_model import PACKAGE
from transforms.secret import Secret

Find = Callable[[str, SecretRef], Secret]


def feeds_of(section: CollectSection) -> tuple[Feed, ...]:
    """Return the feeds; one with `every` is polled at that distance."""
    return tuple(
        Feed(
            item.url,
            item.publisher,
            item.every or section.poll_floor,
            item.every or section.poll_ceiling,
            full_text=item.full_text,
        )
        for item in section.feeds
    )


def fetch_limits_of(section: CollectSection, version: str) -> FetchLimits:
    """Return the limits of a fetch and the name that we go by."""
    contact = f" (+{section.contact})" if section.contact else ""
    return FetchLimits(f"missionwire/{version}{contact}", allowed_networks=tuple(section.allowed_networks))


def kafka_of(section: KafkaSection, folder: Path, instance: str | None) -> KafkaLocation:
    """Return where the Kafka cluster is; its password stays where it stands until the log is opened."""
    return KafkaLocation(
        tuple(section.brokers),
        section.replication,
        section.security,
        folder / section.ca_file if section.ca_file else None,
        section.mechanism,
        section.username,
        place_of(section.password, folder) if section.password else None,
        instance,
    )


def parser_model_of(section: ProcessSection, folder: Path) -> str:
    """Return a package's name, or with a `/` in it a path."""
    model = section.parser_model or PACKAGE
    return str(folder / model) if "/" in model else model


def routes_of(items: list[RouteItem]) -> tuple[Route, ...]:
    """Return the routes in order."""
    return tuple(
        Route(
            tuple(dict.fromkeys(item.receivers)),
            item.min_severity,
            None if item.rules is None else frozenset(item.rules),
        )
        for item in items
    )


def receiver_of(item: ReceiverItem, find: Find, folder: Path) -> ReceiverSettings:
    """Return a receiver; `find(key, reference)` gets its secrets. Raise `ValueError` for a bad mixture."""
    if isinstance(item, TerminalItem):
        return TerminalReceiver(item.name)
    if isinstance(item, EmailItem):
        return _email(item, find, folder)
    url = find("url", item.url)
    if isinstance(item, SlackItem):
        return SlackWebhook(item.name, url, item.on_unknown)
    signing = find("signing_secret", item.signing_secret) if item.signing_secret else None
    return Webhook(item.name, url, signing, item.on_unknown)


def _email(item: EmailItem, find: Find, folder: Path) -> Email:
    return Email(
        name=item.name,
        host=item.host,
        sender=item.sender,
        recipients=tuple(item.recipients),
        port=item.port,
        security=item.security,
        username=item.username or "",
        password=find("password", item.password) if item.password else None,
        timeout=item.timeout,
        on_unknown=item.on_unknown,
        ca_file=str(folder / item.ca_file) if item.ca_file else None,
    )
