"""An alert: a rule fired on one version of an incident."""

from datetime import datetime
from typing import Literal

import msgspec

from transforms.records.incident import Incident

Severity = Literal["info", "warning", "critical"]


class Alert(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A rule's verdict on an incident version; `id` follows from incident, version, its cause and the rule.

    `rule_version` is the hash of the rule's text; `state` shadow goes to the ledger only.
    `fetched` and `published` are those of the article that caused the version, for latencies.
    """

    id: str
    rule: str
    rule_version: str
    severity: Severity
    summary: str
    incident: Incident
    at: datetime
    state: Literal["live", "shadow"] = "live"
    fetched: datetime | None = None
    published: datetime | None = None
    schema: int = 1
