"""WriteToLog: records to a topic, one append for each bundle."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import apache_beam as beam

from connectors.log.interface import NewRecord
from connectors.log.location import Location
from connectors.log.patience import append_patiently


class Keyed(NamedTuple):
    """A record's key and bytes."""

    key: str
    value: bytes


@dataclass
class WriteToLog(beam.PTransform):
    """`Keyed` -> nothing; at least once, in order within a bundle and key.

    A log that is full or locked is waited for: the bundle stays open, so nothing is lost and the
    reading stops meanwhile. Interrupting the log ends the wait and fails the bundle.
    """

    location: Location
    topic: str

    def expand(self, pcoll: Any) -> Any:
        """Wire the write."""
        return pcoll | beam.ParDo(_Write(self.location, self.topic))


class _Write(beam.DoFn):
    def __init__(self, location: Location, topic: str) -> None:
        self.location, self.topic = location, topic
        self.batch: list[NewRecord] = []

    def start_bundle(self) -> None:
        self.batch = []

    def process(self, element: Any) -> Iterator[Any]:
        self.batch.append(NewRecord(self.topic, element.key, element.value))
        return iter(())

    def finish_bundle(self) -> None:
        if self.batch:
            append_patiently(self.location.open(), self.batch, first_wait=timedelta(seconds=1))
            self.batch = []
