"""The message as JSON for machines: the same facts, with ids and times in their exact forms."""

from typing import Any

import msgspec

from alerts.notification import FiredRule
from alerts.render.facts import Facts, Source
from transforms.printable import printable
from transforms.records import Alert


def payload(key: str, alert: Alert, rules: tuple[FiredRule, ...], facts: Facts) -> dict[str, Any]:
    """Return the body of a webhook; `delivery` is the idempotency key."""
    incident = alert.incident
    content = {
        "schema": 1,
        "delivery": key,
        "summary": facts.summary,
        "severity": facts.severity,
        "rules": [
            {"id": printable(r.rule), "version": r.rule_version, "severity": r.severity} for r in rules
        ],
        "alerts": [r.alert_id for r in rules],
        "incident": {
            "id": incident.id,
            "version": incident.version,
            "type": incident.type,
            "status": incident.status,
            "mission": printable(incident.mission) if incident.mission else None,
            "time": incident.time,
            "confidence": incident.confidence,
            "independent_sources": incident.independent_sources,
            "disputed": incident.disputed,
            "fields": {name: [printable(v) for v in values] for name, values in incident.fields.items()},
            "at": incident.at,
        },
        "changes": list(facts.changes),
        "sources": [_source(source) for source in facts.sources],
    }
    plain: dict[str, Any] = msgspec.to_builtins(content)
    return plain


def _source(source: Source) -> dict[str, str | None]:
    link = source.link
    return {
        "publisher": source.publisher,
        "quote": source.quote,
        "url": link.url if link else None,
        "host": link.host if link else None,
    }
