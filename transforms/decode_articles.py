"""DecodeArticles: records of the `articles` topic to intakes; the rest to dead letters."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import apache_beam as beam

from transforms.intake import Intake, take_in
from transforms.records import Position

DISPOSITIONS, DEAD_LETTERS = "dispositions", "dead_letters"


class LogRecord(NamedTuple):
    """What this stage needs of a record of the log; any home's record has these fields."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: tuple[tuple[str, bytes], ...]
    appended: datetime


@dataclass
class DecodeArticles(beam.PTransform):
    """Log records -> intakes, in order; `dispositions` and `dead_letters` take what is no article."""

    code_version: str

    def expand(self, pcoll: Any) -> Any:
        """Wire the decoding."""
        return pcoll | "Decode" >> beam.ParDo(_Decode(self.code_version)).with_outputs(
            DISPOSITIONS, DEAD_LETTERS, main="intakes"
        )


class _Decode(beam.DoFn):
    def __init__(self, code_version: str) -> None:
        self.code_version = code_version

    def process(self, record: LogRecord) -> Iterator[Any]:
        position = Position(record.topic, record.partition, record.offset)
        headers = {name: value.decode("utf-8", "replace") for name, value in record.headers}
        taken = take_in(record.value, headers, record.key, position, record.appended, self.code_version)
        if isinstance(taken, Intake):
            yield taken
        else:
            yield beam.pvalue.TaggedOutput(DISPOSITIONS, taken.disposition)
            yield beam.pvalue.TaggedOutput(DEAD_LETTERS, taken.letter)
