"""EvaluateRules: versions of incidents to alerts."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam

from alerts.rules import evaluate, load_rules
from transforms.correlate_incidents import IncidentVersion
from transforms.records import Disposition, Position

DISPOSITIONS = "dispositions"


@dataclass
class EvaluateRules(beam.PTransform):
    """Incident versions -> alerts; one disposition for each version and rule.

    Rule files are read on the worker when it starts, so a savepoint never freezes them.
    """

    rules: tuple[Path, ...]

    def expand(self, pcoll: Any) -> Any:
        """Wire the evaluation."""
        return pcoll | "Evaluate" >> beam.ParDo(_Evaluate(self.rules)).with_outputs(
            DISPOSITIONS, main="alerts"
        )


class _Evaluate(beam.DoFn):
    def __init__(self, rules: tuple[Path, ...]) -> None:
        self.paths = rules

    def setup(self) -> None:
        self.rules = load_rules(self.paths)

    def process(self, version: Any) -> Iterator[Any]:
        incident, sighting = version
        for outcome in evaluate(self.rules, incident, fetched=sighting.fetched, published=sighting.published):
            yield beam.pvalue.TaggedOutput(DISPOSITIONS, _disposition(version, outcome))
            if outcome.alert is not None:
                yield outcome.alert


def _disposition(version: IncidentVersion, outcome: Any) -> Disposition:
    incident, sighting = version
    return Disposition(
        article_id=sighting.article_id,
        stage="evaluate",
        verdict=outcome.verdict,
        reason=outcome.reason,
        at=incident.at,
        position=sighting.position or Position("articles", 0, -1),
        subject=f"{outcome.rule_id}@{incident.id}/{incident.version}",
        detail={"alert": outcome.alert.id} if outcome.alert else {},
    )
