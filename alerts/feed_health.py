"""What operators are told about feeds: which ones are in another state than they were told last.

Requires: a feed that goes quiet is told once, and once when it is well; when our own network fails, 2,000
feeds are a few messages; a feed that stumbles now and then is none; no subscriber is told.

How: a state is told when it has lasted for a while, with all others that are due at that moment, to the
receivers that the configuration names for it and no others. A feed counts as well until it is said not to be.
Of a feed that is not polled nothing is told: whoever removed or paused it knows.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec

from alerts.notification import FiredRule, Notification, Rendered
from alerts.render import html, plain, slack
from alerts.render.facts import Facts, instant
from transforms.printable import printable
from transforms.records import FeedHealth, deterministic_id
from transforms.records.alert import Severity
from transforms.records.feed_health import FINE, WELL

THREAD = "feed-health"
_RULE = "feed-health"
_MOST_NAMED = 20
_NAME, _WHY = 80, 160


def message(changes: Sequence[FeedHealth], receiver: str, now: datetime) -> Notification:
    """Return what `receiver` is told about these feeds; the same feeds and states have the same key."""
    what = sorted(f"{change.feed} {change.state} {change.since.isoformat()}" for change in changes)
    key = deterministic_id(THREAD, receiver, *what)
    severity: Severity = "info" if all(change.state in FINE for change in changes) else "warning"
    facts = _facts(changes, severity, key)
    return Notification(
        key=key,
        receiver=receiver,
        rules=(FiredRule(_RULE, "", severity, facts.summary, key),),
        rendered=Rendered(
            subject=plain.subject(facts),
            text=plain.text(facts),
            html=html.page(facts),
            slack=slack.message(facts),
            payload=_payload(key, changes, facts),
        ),
        at=now,
        thread=THREAD,
    )


def _facts(changes: Sequence[FeedHealth], severity: Severity, key: str) -> Facts:
    lines = tuple((change.state.capitalize(), _line(change)) for change in changes[:_MOST_NAMED])
    more = len(changes) - len(lines)
    return Facts(
        severity=severity,
        summary=_summary(changes),
        lines=(*lines, ("More", f"{more} more feeds")) if more else lines,
        changes=(),
        sources=(),
        more_sources=0,
        rules=(_RULE,),
        reference=f"feed health, message {key}",
    )


def _summary(changes: Sequence[FeedHealth]) -> str:
    counts = Counter("well again" if change.state == WELL else change.state for change in changes)
    noun = "feed" if len(changes) == 1 else "feeds"
    return f"{noun}: {', '.join(f'{count} {state}' for state, count in sorted(counts.items()))}"


def _line(change: FeedHealth) -> str:
    why = ": ".join(filter(None, (change.reason, printable(change.detail, _WHY))))
    name = f"{printable(change.publisher, _NAME)} <{printable(change.feed, _WHY)}>"
    return f"{name} since {instant(change.since)}{f', {why}' if why else ''}"


def _payload(key: str, changes: Sequence[FeedHealth], facts: Facts) -> dict[str, Any]:
    feeds = [
        {
            "feed": printable(change.feed),
            "publisher": printable(change.publisher),
            "state": change.state,
            "since": change.since,
            "reason": change.reason,
            "detail": printable(change.detail),
        }
        for change in changes
    ]
    content = {
        "schema": 1,
        "delivery": key,
        "summary": facts.summary,
        "severity": facts.severity,
        "feeds": feeds,
    }
    plain: dict[str, Any] = msgspec.to_builtins(content)
    return plain
