"""The graph: one chain from articles to alerts, the same on every runner.

    articles -> decode -> deduplicate -> extract -> correlate -> evaluate rules -> alerts
                   \\          \\            \\           \\--> incidents   \\
                    `-----------`------------`-------------------------`--> dispositions, dead letters

No timers, windows, Flatten, GroupByKey or Reshuffle: whatever breaks the one fused stage never
delivers on FnApiRunner. Side results leave as tagged outputs, each to a write of its own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import msgspec

from alerts.evaluate_rules import EvaluateRules
from connectors.log import topics
from connectors.log.interface import Partition
from connectors.log.location import Location
from connectors.read_from_log import ReadFromLog
from connectors.write_to_log import Keyed, WriteToLog
from pipeline import metrics
from transforms.correlate_incidents import CorrelateIncidents
from transforms.decode_articles import DecodeArticles
from transforms.deduplicate_articles import DeduplicateArticles
from transforms.extract_events import ExtractEvents
from transforms.records import encode

GROUP = "process"


@dataclass(frozen=True)
class Plan:
    """What a run of the graph needs to know: where to read, in how many shares, and what to judge by.

    `sharded`: deduplication is shared out over workers, not held by one process. `model`: that of the parser.
    """

    location: Location
    start: Mapping[Partition, int]
    rules: tuple[Path, ...]
    code_version: str
    pack: Path | None = None
    model: str | None = None
    until: Mapping[Partition, int] | None = None
    shares: int = 1
    sharded: bool = False


def build(pipeline: beam.Pipeline, plan: Plan) -> None:
    """Lay the graph into `pipeline`."""
    records = pipeline | "ReadArticles" >> _read(plan)
    decoded = records | "DecodeArticles" >> DecodeArticles(plan.code_version)
    followed, folded = decoded.intakes | "DeduplicateArticles" >> DeduplicateArticles(plan.sharded, plan.pack)
    extracted = followed | "ExtractEvents" >> ExtractEvents(plan.pack, plan.code_version, plan.model)
    correlated = extracted.sightings | "CorrelateIncidents" >> CorrelateIncidents()
    evaluated = correlated.versions | "EvaluateRules" >> EvaluateRules(plan.rules)

    verdicts = {
        "Decode": decoded.dispositions,
        **{f"Deduplicate{number}": each for number, each in enumerate(folded, 1)},
        "Extract": extracted.dispositions,
        "Correlate": correlated.dispositions,
        "Evaluate": evaluated.dispositions,
    }
    for stage, dispositions in verdicts.items():
        _write(plan, f"{stage}Verdicts", dispositions, topics.DISPOSITIONS, _disposition)
    _write(plan, "UndecodableArticles", decoded.dead_letters, topics.DEAD_LETTERS, _dead_letter)
    _write(plan, "UnreadableArticles", extracted.dead_letters, topics.DEAD_LETTERS, _dead_letter)
    _write(plan, "Incidents", correlated.versions, topics.INCIDENTS, _incident)
    _write(plan, "Alerts", evaluated.alerts, topics.ALERTS, _alert)


def _read(plan: Plan) -> ReadFromLog:
    return ReadFromLog(plan.location, topics.ARTICLES, GROUP, plan.start, plan.until, plan.shares)


def _write(plan: Plan, label: str, records: Any, topic: str, keyed: Callable[[Any], Keyed]) -> None:
    (records | f"Key{label}" >> beam.Map(keyed) | f"Write{label}" >> WriteToLog(plan.location, topic))


def _disposition(disposition: Any) -> Any:
    metrics.count_disposition(disposition.stage, disposition.verdict, disposition.reason)
    for reason, _ in disposition.detail.get("skipped", ()):
        metrics.count_skipped(reason)
    for field in disposition.detail.get("dropped", ()):
        metrics.count_dropped(field)
    return _keyed(disposition.article_id, disposition)


def _dead_letter(letter: Any) -> Any:
    return _keyed(letter.id, letter)


def _incident(version: Any) -> Any:
    metrics.VERSIONS.inc()
    metrics.INCIDENTS.inc(version.incident.version == 1)
    return _keyed(version.incident.id, version.incident)


def _alert(alert: Any) -> Any:
    metrics.ALERTS.inc()
    return _keyed(alert.incident.id, alert)


def _keyed(key: str, record: msgspec.Struct) -> Keyed:
    return Keyed(key, encode(record))
