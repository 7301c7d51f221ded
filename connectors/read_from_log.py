"""ReadFromLog: the records of a topic, the same read for every runner.

One element for each share of the topic's partitions, the offsets of the share as the restriction. A call
reads for at most `WAIT`, then hands the rest back (self-checkpoint), so bundles are short. On FnApiRunner
there is one share with all partitions, because that runner ignores resume delays: the read itself must
block while there is nothing. On Flink there is one for each worker. It ends when the log is interrupted,
or at `until`: then the pipeline drains and `run()` returns.

What a checkpoint holds is the name of a share and its offsets, nothing else: which partitions there are is
asked again and again, so new ones are read without a new job, by the share that their number leads to.
Several shares keep together in event time (`connectors/log/alignment.py`).

A call commits the offsets that it starts from: they have been handed over by bundles that are
finished, writes included. On one machine the next start begins there; where a runner keeps checkpoints
they say how far the group is behind, no more. A log that is away is waited for, in bundles of a second.
"""

import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile
from time import monotonic
from typing import Any

import apache_beam as beam
from apache_beam.coders import Coder
from apache_beam.io.iobase import RestrictionTracker
from apache_beam.transforms.core import RestrictionProvider

from connectors.log.alignment import Alignment
from connectors.log.interface import LogError, Partition, Record
from connectors.log.location import Location
from connectors.log.offsets import Offsets, Share, decode_offsets, encode_offsets
from connectors.log.patience import pause

WAIT = timedelta(milliseconds=200)
MAX_RECORDS = 500
_NEW_PARTITIONS_WITHIN_S = 10.0
_WAIT_FOR_LOG = timedelta(seconds=1)
_LOG = logging.getLogger("missionwire.log")


@dataclass
class ReadFromLog(beam.PTransform):
    """Begin -> records in the order of the log; unbounded unless `until` is given; at least once.

    Partitions without an offset in `start` are read from their earliest record.
    """

    location: Location
    topic: str
    group: str
    start: Mapping[Partition, int]
    until: Mapping[Partition, int] | None = None
    shares: int = 1

    def expand(self, pbegin: Any) -> Any:
        """Wire one element for each share into the read."""
        names = [str(Share(index, self.shares)) for index in range(self.shares)]
        return pbegin | "Shares" >> beam.Create(names, reshuffle=False) | "Read" >> beam.ParDo(_Read(self))


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
        self.offsets = self.offsets.after(record)
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


class _OffsetsCoder(Coder):
    def encode(self, value: Offsets) -> bytes:
        return encode_offsets(value)

    def decode(self, encoded: bytes) -> Offsets:
        return decode_offsets(encoded)

    def is_deterministic(self) -> bool:
        return True


class _Read(beam.DoFn, RestrictionProvider):
    def __init__(self, read: ReadFromLog) -> None:
        self.location, self.topic, self.group = read.location, read.topic, read.group
        self.alone = read.shares == 1
        self.start, self.until = dict(read.start), None if read.until is None else dict(read.until)

    def setup(self) -> None:
        self.log = self.location.open()
        self.committed: dict[str, Mapping[Partition, int]] = {}
        self.alignment = Alignment(self.log, self.topic, self.group)
        self.partitions: list[Partition] = []
        self.looked_s = -_NEW_PARTITIONS_WITHIN_S

    def initial_restriction(self, element: str) -> Offsets:
        share = Share.parse(element)
        start = {p: offset for p, offset in self.start.items() if share.has(p)}
        return Offsets(start, self.until)

    def create_tracker(self, restriction: Offsets) -> _Tracker:
        return _Tracker(restriction)

    def restriction_coder(self) -> Coder:
        return _OffsetsCoder()

    def restriction_size(self, element: str, restriction: Offsets) -> int:
        return 1

    def truncate(self, element: str, restriction: Offsets) -> None:
        return None

    @beam.DoFn.unbounded_per_element()
    def process(self, element: str, tracker: Any = beam.DoFn.RestrictionParam()) -> Iterator[Any]:
        _rounds.turn()
        try:
            due = self._begin(element, tracker.current_restriction())
            if due is None:
                tracker.try_claim(None)
                return
            records = self._wait_and_read(due)
        except LogError as e:
            if not e.retryable:
                raise
            _LOG.warning("reading waits: %s", e)
            pause(self.log, _WAIT_FOR_LOG)
            records = []
        for record in filter(tracker.current_restriction().has, records):
            if not tracker.try_claim(record):
                return
            yield record
        tracker.defer_remainder()

    def _wait_and_read(self, due: dict[Partition, int]) -> list[Record]:
        """Return the next records that may be read; none may mean that other shares are far behind."""
        records = self.log.read(due, max_records=MAX_RECORDS, timeout=WAIT) if due else []
        if self.alone:
            return records
        allowed = list(takewhile(lambda record: self.alignment.allows(record.appended), records))
        if not allowed and (records or not due):
            pause(self.log, WAIT)
        return allowed

    def _begin(self, element: str, offsets: Offsets) -> dict[Partition, int] | None:
        """Commit what is done and return where to read on, `None` if the read is over."""
        if self.committed.get(element) != offsets.next:
            self.log.commit(self.group, offsets.next)
            self.committed[element] = offsets.next
        share = Share.parse(element)
        due = offsets.due(p for p in self._partitions() if share.has(p))
        over = self.log.interrupted or (offsets.until is not None and not due)
        return None if over else due

    def _partitions(self) -> list[Partition]:
        if monotonic() - self.looked_s >= _NEW_PARTITIONS_WITHIN_S:
            self.partitions, self.looked_s = self.log.partitions(self.topic), monotonic()
        return self.partitions
