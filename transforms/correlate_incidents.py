"""CorrelateIncidents: sightings to new versions of incidents, through one keyed state by mission family."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.coders import BytesCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from transforms.cells import cell_of, first_content
from transforms.correlate import Sighting, correlation_key
from transforms.correlate.cell import CELLS, STATE_ID, correlate_in_cell
from transforms.correlate.lifecycle import starter_lifecycle
from transforms.element_coders import travels
from transforms.records import Incident

DISPOSITIONS = "dispositions"
travels(Sighting)


class IncidentVersion(NamedTuple):
    """A new version of an incident and the sighting that made it."""

    incident: Incident
    sighting: Sighting


@dataclass
class CorrelateIncidents(beam.PTransform):
    """Sightings -> versions of incidents; one disposition for each sighting. Redelivery changes nothing."""

    def expand(self, pcoll: Any) -> Any:
        """Wire: key by family, correlate."""
        return (
            pcoll
            | "KeyByFamily" >> beam.Map(_by_family).with_output_types(tuple[str, Sighting])
            | "Correlate" >> beam.ParDo(_Correlate()).with_outputs(DISPOSITIONS, main="versions")
        )


def _by_family(sighting: Any) -> tuple[str, Sighting]:
    return cell_of(correlation_key(sighting), CELLS), sighting


class _Correlate(beam.DoFn):
    STATE = ReadModifyWriteStateSpec(STATE_ID, BytesCoder())

    def setup(self) -> None:
        self.lifecycle = starter_lifecycle()

    def process(self, element: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        name, sighting = element
        content = state.read() or first_content(STATE_ID, name)
        outcome = correlate_in_cell(content, sighting, self.lifecycle)
        state.write(outcome.content)
        yield beam.pvalue.TaggedOutput(DISPOSITIONS, outcome.disposition)
        for incident in outcome.versions:
            yield IncidentVersion(incident, sighting)
