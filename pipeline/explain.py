"""`explain`: every gate that an article or an alert went through, in order, from the dispositions."""

import sys
from collections.abc import Iterator
from typing import Any, TextIO, TypeVar

import msgspec

from connectors.log import topics
from connectors.log.interface import Log
from pipeline.log_scan import scan
from pipeline.settings import Settings
from transforms.printable import printable
from transforms.records import Alert, Article, Disposition, UndecodableError, decode
from transforms.records.disposition import gate_order

R = TypeVar("R", bound=msgspec.Struct)


def run(settings: Settings, wanted: str, out: TextIO = sys.stdout) -> int:
    """Print the trail of the article or alert with the id `wanted`; return 1 if the log holds neither."""
    log = settings.existing_log()
    if log is None:
        print(f"explain: there is no log at {settings.log_path} yet", file=sys.stderr)
        return 1
    trail = trail_of(log, wanted)
    alert = None if trail else _first(log, topics.ALERTS, Alert, wanted)
    if alert is not None:
        _print_alert(alert, out)
        for article_id in dict.fromkeys(report.article_id for report in alert.incident.reports):
            _print_article(log, article_id, trail_of(log, article_id), out)
        return 0
    if not trail:
        print(f"explain: {wanted}: the log holds no article or alert with this id", file=sys.stderr)
        return 1
    _print_article(log, wanted, trail, out)
    return 0


def trail_of(log: Log, article_id: str) -> list[Disposition]:
    """Return the article's dispositions in the order of the gates, each once."""
    found = {
        (d.position, d.stage, d.subject): d
        for d in _all(log, topics.DISPOSITIONS, Disposition, article_id)
        if d.article_id == article_id
    }
    return sorted(found.values(), key=gate_order)


def terminal(trail: list[Disposition]) -> str:
    """Say in one word where an article ended: dead, folded, quiet or fired."""
    verdicts = {d.verdict for d in trail}
    return next((v for v in ("dead", "folded", "fired") if v in verdicts), "quiet")


def _all(log: Log, topic: str, kind: type[R], needle: str) -> Iterator[R]:
    wanted = needle.encode()
    for record in scan(log, topic):
        if wanted in record.value:
            try:
                yield decode(kind, record.value)
            except UndecodableError:
                continue


def _first(log: Log, topic: str, kind: type[R], wanted: str) -> R | None:
    return next((r for r in _all(log, topic, kind, wanted) if getattr(r, "id", None) == wanted), None)


def _print_alert(alert: Alert, out: TextIO) -> None:
    incident = alert.incident
    print(f"alert {alert.id}: {printable(alert.summary)}", file=out)
    print(f"  rule {alert.rule} ({alert.rule_version}), {alert.severity}, {alert.state}", file=out)
    print(
        f"  incident {incident.id} version {incident.version}: {incident.type} {incident.status}, "
        f"{printable(incident.mission or 'no mission named')}, confidence {incident.confidence:.2f}, "
        f"{incident.independent_sources} independent source(s)",
        file=out,
    )
    for change in incident.changes:
        print(f"  change: {change.kind} {change.field} {change.old!r} -> {change.new!r}", file=out)


def _print_article(log: Log, article_id: str, trail: list[Disposition], out: TextIO) -> None:
    article = _first(log, topics.ARTICLES, Article, article_id)
    title = printable(article.title) if article else "(no longer on the log)"
    print(f"article {article_id}: {title}", file=out)
    if article:
        print(f"  {printable(article.publisher)}, {printable(article.url or 'no address')}", file=out)
    for d in trail:
        print(f"  {d.at:%Y-%m-%dT%H:%M:%SZ} {d.stage:<12}{d.verdict:<8}{d.reason}{_more(d)}", file=out)
        for event in d.events:
            quote = event.evidence["type"][0].quote
            name = printable(event.mission or "no mission named")
            print(
                f'      {event.type} {event.status} {name} {event.confidence:.2f}: "{printable(quote)}"',
                file=out,
            )
        for reason, words in d.detail.get("skipped", ()):
            print(f'      no event, {printable(reason)}: "{printable(words)}"', file=out)
    print(f"  ended: {terminal(trail)}", file=out)


def _more(d: Disposition) -> str:
    parts = [f"of {d.of}"] if d.of else []
    parts += [printable(d.subject)] if d.subject else []
    parts += [f"{name}={_shown(value)}" for name, value in d.detail.items() if name != "skipped"]
    return f"  ({', '.join(parts)})" if parts else ""


def _shown(value: Any) -> str:
    return printable(str(value))
