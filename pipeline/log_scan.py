"""Read a topic up to its present end, and say how far a group is behind it."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

from connectors.log.interface import Log, LogError, Partition, Record

_BATCH = 1000
_ON_ITS_WAY = timedelta(seconds=10)  # there is something to read, but a busy broker may take its time


def scan(
    log: Log,
    topic: str,
    start: Mapping[Partition, int] | None = None,
    until: Mapping[Partition, int] | None = None,
    at_once: int = _BATCH,
) -> Iterator[Record]:
    """Yield the records from `start` (the earliest) up to `until` (the end at the time of the call).

    Within a partition they come in offset order, several partitions merged by append time. `at_once` is how
    many are in memory, for topics whose records are large. Raise `LogError` if records that are there do
    not come: half of a topic must not pass for the whole.
    """
    ends = dict(until if until is not None else log.end(topic))
    next_offsets = dict(start if start is not None else log.earliest(topic))
    while due := {p: next_offsets[p] for p, end in ends.items() if next_offsets[p] < end}:
        batch = log.read(due, max_records=at_once, timeout=_ON_ITS_WAY)
        if not batch:
            if not log.interrupted:
                _check_gone(log, topic, due, ends)
            return
        for record in batch:
            partition = Partition(record.topic, record.partition)
            next_offsets[partition] = record.offset + 1
            if record.offset < ends[partition]:
                yield record


def _check_gone(log: Log, topic: str, due: Mapping[Partition, int], ends: Mapping[Partition, int]) -> None:
    """Raise `LogError` unless retention has taken what was to be read."""
    earliest = log.earliest(topic)
    for partition, offset in due.items():
        if max(offset, earliest[partition]) < ends[partition]:
            what = f"reading {topic}, partition {partition.partition} at {offset}"
            raise LogError(what, f"no records come, and it goes on to {ends[partition]}", retryable=True)


def lag(log: Log, group: str, topic: str) -> int:
    """Return how many records of the topic the group has not done yet."""
    done, earliest = log.committed(group, topic), log.earliest(topic)
    return sum(end - max(done.get(p, 0), earliest[p]) for p, end in log.end(topic).items())
