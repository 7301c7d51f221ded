"""ReadFromLog: the records of a topic, the same read for every runner.

One element for each group of partitions, an offset for each partition as the restriction. A call
reads for at most `WAIT`, then hands the rest back (self-checkpoint), so bundles are short. On
FnApiRunner all partitions are one group, because that runner ignores resume delays: the read itself
must block while there is nothing. It ends when the log is interrupted, or at `until`: then the
pipeline drains and `run()` returns.

A call commits the offsets that it starts from: they have been handed over by bundles that are
finished, writes included. The committed offsets are where the next start begins.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.io.iobase import RestrictionTracker
from apache_beam.transforms.core import RestrictionProvider

from connectors.log.interface import Log, Partition, Record
from connectors.log.location import Location

WAIT = timedelta(milliseconds=200)
MAX_RECORDS = 500


class Offsets(NamedTuple):
    """A restriction: the next offset of each partition, and where a bounded read ends."""

    next: dict[Partition, int]
    until: dict[Partition, int] | None
    done: bool = False

    @property
    def due(self) -> dict[Partition, int]:
        """Return the partitions that are still to be read, with their next offsets."""
        ends = self.until
        return {p: o for p, o in self.next.items() if ends is None or o < ends.get(p, 0)}

    def has(self, record: Record) -> bool:
        """Tell whether the record lies before the end of the read."""
        end = None if self.until is None else self.until.get(Partition(record.topic, record.partition), 0)
        return end is None or record.offset < end


@dataclass
class ReadFromLog(beam.PTransform):
    """Begin -> records in the order of the log; unbounded unless `until` is given; at least once."""

    location: Location
    group: str
    start: Mapping[Partition, int]
    until: Mapping[Partition, int] | None = None

    def expand(self, pbegin: Any) -> Any:
        """Wire one element for all partitions into the read."""
        begin = Offsets(dict(self.start), dict(self.until) if self.until is not None else None)
        return (
            pbegin
            | "Partitions" >> beam.Create([begin])
            | "Read" >> beam.ParDo(_Read(self.location, self.group))
        )


class Rounds:
    """Counts how often the read of this process came round; it stands still when the graph hangs."""

    def __init__(self) -> None:
        self.count = 0

    def turn(self) -> None:
        """Count one."""
        self.count += 1


_rounds = Rounds()


def rounds() -> int:
    """Return how often the read of this process came round: five times a second or more while all is well."""
    return _rounds.count


class _Tracker(RestrictionTracker):
    def __init__(self, offsets: Offsets) -> None:
        self.offsets = offsets

    def current_restriction(self) -> Offsets:
        return self.offsets

    def current_progress(self) -> Any:
        raise NotImplementedError

    def try_claim(self, record: Record | None) -> bool:
        """Claim a record; `None` says that the read is over."""
        if record is None or self.offsets.done:
            self.offsets = self.offsets._replace(done=True)
            return False
        advanced = {**self.offsets.next, Partition(record.topic, record.partition): record.offset + 1}
        self.offsets = self.offsets._replace(next=advanced)
        return True

    def try_split(self, fraction_of_remainder: float) -> tuple[Offsets, Offsets] | None:
        if self.offsets.done:
            return None
        rest, self.offsets = self.offsets, self.offsets._replace(done=True)
        return self.offsets, rest

    def check_done(self) -> None:
        if not self.offsets.done:
            raise ValueError(f"the read stopped in the middle of {self.offsets.next}")

    def is_bounded(self) -> bool:
        return False


class _Provider(RestrictionProvider):
    def initial_restriction(self, element: Offsets) -> Offsets:
        return element

    def create_tracker(self, restriction: Offsets) -> _Tracker:
        return _Tracker(restriction)

    def restriction_size(self, element: Offsets, restriction: Offsets) -> int:
        return 1

    def truncate(self, element: Offsets, restriction: Offsets) -> None:
        return None


_OFFSETS = _Provider()


class _Read(beam.DoFn):
    def __init__(self, location: Location, group: str) -> None:
        self.location, self.group = location, group
        self.committed: dict[Partition, int] = {}

    @beam.DoFn.unbounded_per_element()
    def process(self, element: Any, tracker: Any = beam.DoFn.RestrictionParam(_OFFSETS)) -> Iterator[Any]:
        log = self.location.open()
        offsets = tracker.current_restriction()
        self._commit(log, offsets.next)
        _rounds.turn()
        if log.interrupted or not offsets.due:
            tracker.try_claim(None)
            return
        for record in filter(offsets.has, log.read(offsets.due, max_records=MAX_RECORDS, timeout=WAIT)):
            if not tracker.try_claim(record):
                return
            yield record
        tracker.defer_remainder()

    def _commit(self, log: Log, offsets: dict[Partition, int]) -> None:
        if offsets != self.committed:
            log.commit(self.group, offsets)
            self.committed = offsets
