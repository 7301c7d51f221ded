"""Who is told what: from an alert and the routes to rendered notifications, or the reason for none."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, NamedTuple

import msgspec

from alerts.notification import SEVERITIES, FiredRule, Notification, by_weight, fired_rule, key_of
from alerts.render import render
from transforms.records import Alert
from transforms.records.alert import Severity

SuppressedBy = Literal[
    "shadow",  # the rule is on trial
    "historical",  # the incident was built from old articles
    "no_route",  # no route wants this rule at this severity
    "already_told",  # the receiver was told of this incident version before this rule fired
    "earlier_dead",  # the message about this incident version is in the dead letters
]


@dataclass(frozen=True)
class Route:
    """Sends alerts of at least `min_severity` (and of `rules`, if given) to `receivers`."""

    receivers: tuple[str, ...]
    min_severity: Severity = "info"
    rules: frozenset[str] | None = None

    def wants(self, alert: Alert) -> bool:
        """Tell whether the alert takes this route."""
        heavy = SEVERITIES.index(alert.severity) >= SEVERITIES.index(self.min_severity)
        return heavy and (self.rules is None or alert.rule in self.rules)


class Plan(NamedTuple):
    """What an alert leads to: notifications, or why there are none."""

    alert: Alert
    notifications: tuple[Notification, ...]
    suppressed: SuppressedBy | None


def plan(alert: Alert, routes: Sequence[Route], now: datetime) -> Plan:
    """Decide who is told of the alert; all matching routes count, each receiver once, in route order."""
    if alert.state == "shadow":
        return Plan(alert, (), "shadow")
    if alert.incident.historical:
        return Plan(alert, (), "historical")
    names = dict.fromkeys(name for route in routes if route.wants(alert) for name in route.receivers)
    notifications = tuple(_notification(alert, name, now) for name in names)
    return Plan(alert, notifications, None if notifications else "no_route")


def merged(one: Notification, other: Notification) -> Notification:
    """Return the one message that names the rules of both; their keys must be equal."""
    rules = by_weight(one.rules + other.rules)
    lead = one.alert if any(r.alert_id == rules[0].alert_id for r in one.rules) else other.alert
    if lead is None:
        raise ValueError(f"notification {one.key}: has no alert to merge")
    return msgspec.structs.replace(one, rules=rules, alert=lead, rendered=render(one.key, lead, rules))


def preview(alert: Alert, routes: Sequence[Route], now: datetime) -> list[dict[str, Any]]:
    """Return what would be sent because of the alert, one JSON-able dict for each receiver."""
    return [as_dict(n) for n in plan(alert, routes, now).notifications]


def preview_all(alerts: Iterable[Alert], routes: Sequence[Route]) -> list[dict[str, Any]]:
    """Return what would be sent for all alerts, rules of one incident version merged, in alert order."""
    told: dict[str, Notification] = {}
    for alert in alerts:
        for n in plan(alert, routes, alert.at).notifications:
            told[n.key] = merged(told[n.key], n) if n.key in told else n
    return [as_dict(n) for n in told.values()]


def as_dict(n: Notification) -> dict[str, Any]:
    """Return the notification as it would be sent; the alert itself is left out, its ids are in `rules`."""
    return {
        "key": n.key,
        "receiver": n.receiver,
        "incident": n.incident_id,
        "version": n.alert.incident.version if n.alert else 0,
        "severity": n.rules[0].severity,
        "rules": msgspec.to_builtins(n.rules),
        **msgspec.to_builtins(n.rendered),
    }


def _notification(alert: Alert, receiver: str, now: datetime) -> Notification:
    key = key_of(alert, receiver)
    rules: tuple[FiredRule, ...] = (fired_rule(alert),)
    rendered = render(key, alert, rules)
    return Notification(key=key, receiver=receiver, rules=rules, rendered=rendered, alert=alert, at=now)
