"""Evaluate rules on one version of an incident: each rule fires or says why not."""

from datetime import datetime
from typing import Any, Literal, NamedTuple

from alerts.rules.condition import ConditionError, scope_of
from alerts.rules.load import Rule, RuleSet
from alerts.rules.subject import subject_of
from alerts.rules.summary import fill
from transforms.records import Alert, Incident, deterministic_id

Reason = Literal[
    "fired", "draft", "historical", "change_not_listened_to", "condition_false", "condition_error"
]


class Outcome(NamedTuple):
    """What one rule said; `detail` is for people."""

    rule_id: str
    verdict: Literal["fired", "quiet"]
    reason: Reason
    alert: Alert | None = None
    detail: str = ""


def evaluate(
    rules: RuleSet, incident: Incident, *, fetched: datetime | None, published: datetime | None
) -> list[Outcome]:
    """Return one outcome for each rule; `fetched` and `published` are those of the causing article."""
    subject = subject_of(incident)
    scope = scope_of(subject)
    outcomes = []
    for rule in rules.rules:
        reason, detail = _reason(rule, incident, scope)
        if reason == "fired":
            alert = _alert(rule, incident, fill(rule.text.summary, subject), fetched, published)
            outcomes.append(Outcome(rule.id, "fired", reason, alert))
        else:
            outcomes.append(Outcome(rule.id, "quiet", reason, detail=detail))
    return outcomes


def _reason(rule: Rule, incident: Incident, scope: Any) -> tuple[Reason, str]:
    if rule.text.state == "draft":
        return "draft", ""
    if incident.historical:
        return "historical", ""
    kinds = [change.kind for change in incident.changes]
    if not set(kinds) & set(rule.text.on):
        return "change_not_listened_to", ", ".join(kinds)
    try:
        return ("fired", "") if rule.condition.holds(scope) else ("condition_false", rule.condition.source)
    except ConditionError as e:
        return "condition_error", str(e)


def _alert(
    rule: Rule, incident: Incident, summary: str, fetched: datetime | None, published: datetime | None
) -> Alert:
    return Alert(
        id=deterministic_id("alert", incident.id, incident.version, incident.cause, rule.id),
        rule=rule.id,
        rule_version=rule.version,
        severity=rule.text.severity,
        summary=summary,
        incident=incident,
        at=incident.at,
        state="shadow" if rule.text.state == "shadow" else "live",
        fetched=fetched,
        published=published,
    )
