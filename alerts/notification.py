"""A notification: what one receiver is told about one version of one incident.

Several rules may fire on one version; a person wants one message that names them all. So the key
is (incident, version with its cause, receiver), and rules are collected under it. The cause is part
of it because a version number may come again: an incident forgotten in a quiet time starts anew.
The order of rules, and the alert that gives the message its summary, follow from severity and rule
id, not from the order of arrival.
"""

from datetime import datetime
from typing import Any

import msgspec

from transforms.records import Alert, deterministic_id
from transforms.records.alert import Severity

SEVERITIES: tuple[Severity, ...] = ("info", "warning", "critical")


class FiredRule(msgspec.Struct, frozen=True):
    """A rule that fired, with the alert that says so."""

    rule: str
    rule_version: str
    severity: Severity
    summary: str
    alert_id: str


class Rendered(msgspec.Struct, frozen=True):
    """The message in each form that a channel may want; `payload` is for machines."""

    subject: str
    text: str
    html: str
    slack: dict[str, Any]
    payload: dict[str, Any]


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """A decided and rendered message. `alert` is the leading one of those that `rules` names.

    A message about feeds has no alert, and a `thread` instead of an incident.
    """

    key: str
    receiver: str
    rules: tuple[FiredRule, ...]
    rendered: Rendered
    at: datetime
    alert: Alert | None = None
    thread: str = ""

    @property
    def incident_id(self) -> str:
        """Return the id of the incident, which threads its messages."""
        return self.alert.incident.id if self.alert else self.thread


def key_of(alert: Alert, receiver: str) -> str:
    """Return the idempotency key of what `receiver` is told about the alert's incident version."""
    incident = alert.incident
    return deterministic_id("notification", incident.id, incident.version, incident.cause, receiver)


def fired_rule(alert: Alert) -> FiredRule:
    """Return the alert's rule as a message names it."""
    return FiredRule(alert.rule, alert.rule_version, alert.severity, alert.summary, alert.id)


def by_weight(rules: tuple[FiredRule, ...]) -> tuple[FiredRule, ...]:
    """Return the rules, each once, the most severe first, then by id."""
    unique = {rule.alert_id: rule for rule in rules}.values()
    return tuple(sorted(unique, key=lambda r: (-SEVERITIES.index(r.severity), r.rule, r.alert_id)))
