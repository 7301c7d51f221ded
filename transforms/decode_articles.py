"""DecodeArticles: records of the `articles` topic to intakes; the rest to dead letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import apache_beam as beam

from transforms.intake import Intake, headers_of, take_in
from transforms.records import Position

DISPOSITIONS, DEAD_LETTERS = "dispositions", "dead_letters"


@dataclass
class DecodeArticles(beam.PTransform):
    """Records of any home of the log -> intakes, in order.

    `dispositions` and `dead_letters` take what is no article that this code knows.
    """

    code_version: str

    def expand(self, pcoll: Any) -> Any:
        """Wire the decoding."""
        return pcoll | "Decode" >> beam.ParDo(_Decode(self.code_version)).with_outputs(
            DISPOSITIONS, DEAD_LETTERS, main="intakes"
        )


class _Decode(beam.DoFn):
    def __init__(self, code_version: str) -> None:
        self.code_version = code_version

    def process(self, record: Any) -> Iterator[Any]:
        position = Position(record.topic, record.partition, record.offset)
        taken = take_in(
            record.value, headers_of(record), record.key, position, record.appended, self.code_version
        )
        if isinstance(taken, Intake):
            yield taken
        else:
            yield beam.pvalue.TaggedOutput(DISPOSITIONS, taken.disposition)
            yield beam.pvalue.TaggedOutput(DEAD_LETTERS, taken.letter)
