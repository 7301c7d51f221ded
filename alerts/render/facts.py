"""What a message says, in words that are already safe: one line each, no control characters, cut.

Every text of a stranger passes `printable` here, so that the forms (plain, Slack, HTML, JSON) have
only their own markup to escape.
"""

from datetime import UTC, datetime
from typing import NamedTuple

from alerts.notification import FiredRule
from alerts.render.links import Link, safe_link
from transforms.printable import printable
from transforms.records import Alert, Change, EventTime, Incident, Report

_SHAPES = {"minute": "%Y-%m-%d %H:%M UTC", "day": "%Y-%m-%d", "month": "%Y-%m", "year": "%Y"}
_MOST_SOURCES = 8
_MOST_CHANGES = 8
_MOST_RULES = 10
_SHORT, _QUOTE, _TITLE = 120, 300, 150


class Source(NamedTuple):
    """One publisher's words, and where to read them; `link` is `None` where none can be shown."""

    publisher: str
    quote: str
    link: Link | None


class Facts(NamedTuple):
    """All that a message says. `lines` are (label, value) pairs in the order of reading."""

    severity: str
    summary: str
    lines: tuple[tuple[str, str], ...]
    changes: tuple[str, ...]
    sources: tuple[Source, ...]
    more_sources: int
    rules: tuple[str, ...]
    reference: str


def facts_of(alert: Alert, rules: tuple[FiredRule, ...]) -> Facts:
    """Return what to say about the alert's incident version."""
    incident = alert.incident
    sources = _sources(incident)
    return Facts(
        severity=rules[0].severity,
        summary=_summary(rules[0].summary, incident),
        lines=_lines(incident, rules[0].severity),
        changes=tuple(_change(c) for c in incident.changes[:_MOST_CHANGES]),
        sources=sources[:_MOST_SOURCES],
        more_sources=max(0, len(sources) - _MOST_SOURCES),
        rules=tuple(f"{printable(r.rule, _SHORT)} ({r.severity})" for r in rules[:_MOST_RULES]),
        reference=f"incident {incident.id} version {incident.version}, alert {alert.id}",
    )


def _summary(summary: str, incident: Incident) -> str:
    """Return the headline; one that was told before says what is new about it."""
    said = printable(summary, _TITLE) or spoken(incident.type)
    news = [c.kind for c in incident.changes if c.kind not in ("opened", "status_changed")]
    first_telling = any(c.kind in ("opened", "status_changed") for c in incident.changes)
    return said if first_telling or not news else f"{said} (update: {', '.join(map(spoken, news))})"


def spoken(word: str) -> str:
    """Return an identifier as words."""
    return printable(word.replace("_", " "), _SHORT)


def moment(time: EventTime | None) -> str:
    """Return when, as exactly as it was stated."""
    if time is None:
        return "not stated"
    text = time.start.astimezone(UTC).strftime(_SHAPES[time.granularity])
    return f"{text} (when published; no time stated)" if time.basis == "publication" else text


def instant(at: datetime) -> str:
    """Return a time of ours, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _lines(incident: Incident, severity: str) -> tuple[tuple[str, str], ...]:
    dispute = " (disputed: reports disagree)" if incident.disputed else ""
    fixed = (
        ("What", spoken(incident.type)),
        ("Mission", printable(incident.mission or "not named", _SHORT)),
        ("Status", spoken(incident.status) + dispute),
        ("When", moment(incident.time)),
        ("Severity", severity),
        ("Confidence", f"{incident.confidence:.2f}, {_counted(incident.independent_sources)}"),
        ("Reported", instant(incident.at)),
    )
    named = tuple((spoken(name).capitalize(), _values(v)) for name, v in incident.fields.items() if v)
    return fixed + named[:_MOST_CHANGES]


def _counted(sources: int) -> str:
    return "1 independent source" if sources == 1 else f"{sources} independent sources"


def _values(values: tuple[str, ...]) -> str:
    return printable(" / ".join(values), _SHORT)


def _change(change: Change) -> str:
    """Return what changed, with quotes where old and new words can be compared; the sources have the rest."""
    kind = spoken(change.kind)
    if change.kind != "opened" and (change.old or change.new):
        subject = f" {spoken(change.field)}" if change.field not in ("", "status") else ""
        kind = f"{kind}:{subject} {_old_to_new(change.old, change.new)}"
    if not (change.old_quote and change.new_quote):
        return kind
    old, new = (printable(quote, _SHORT) for quote in (change.old_quote, change.new_quote))
    return f"{kind} (“{old}” → “{new}”)"


def _old_to_new(old: str, new: str) -> str:
    shown = [printable(text, _SHORT) for text in (old, new) if text]
    return " → ".join(shown)


def _sources(incident: Incident) -> tuple[Source, ...]:
    """Return the strongest report of each publisher that can be followed, the strongest publisher first."""
    best: dict[str, Report] = {}
    for report in sorted(incident.reports, key=_strength):
        known = best.setdefault(report.publisher, report)
        if not _can_be_followed(known) and _can_be_followed(report):
            best[report.publisher] = report
    return tuple(
        Source(printable(name, _SHORT) or "unnamed", printable(r.evidence.quote, _QUOTE), safe_link(r.url))
        for name, r in best.items()
    )


def _can_be_followed(report: Report) -> bool:
    return bool(report.evidence.quote and safe_link(report.url))


def _strength(report: Report) -> tuple[bool, float, datetime, str]:
    """Return by what reports are sorted: that it has happened is stronger than that it was to."""
    return report.status == "planned", -report.confidence, report.received, report.article_id
