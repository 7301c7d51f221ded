"""How many dead letters wait for somebody: those that the log keeps, less those that are done with."""

from datetime import timedelta

from connectors.log import topics
from connectors.log.interface import Log, Partition, Record
from pipeline.dead_letters import mark_of

_MOST_AT_ONCE = 50  # each may have some MiB
_ON_ITS_WAY = timedelta(seconds=1)


class OpenLetters:
    """Counts by reading the topic on from where it was; one object for each log.

    Each count reads a bounded number of records. What it has not come to counts as open: never too few.
    """

    def __init__(self) -> None:
        self._open: dict[str, tuple[Partition, int]] = {}
        self._next: dict[Partition, int] = {}

    def count(self, log: Log) -> int:
        """Return the number; raise `LogError`."""
        earliest, ends = log.earliest(topics.DEAD_LETTERS), log.end(topics.DEAD_LETTERS)
        self._next = {p: max(self._next.get(p, 0), earliest[p]) for p in ends}
        if unread := {p: offset for p, offset in self._next.items() if offset < ends[p]}:
            for record in log.read(unread, max_records=_MOST_AT_ONCE, timeout=_ON_ITS_WAY):
                self._take(record)
        self._open = {key: at for key, at in self._open.items() if at[1] >= earliest[at[0]]}
        return len(self._open) + sum(max(0, end - self._next[p]) for p, end in ends.items())

    def _take(self, record: Record) -> None:
        partition = Partition(record.topic, record.partition)
        self._next[partition] = record.offset + 1
        if mark := mark_of(record):
            self._open.pop(mark.letter, None)
        else:
            self._open[record.key] = (partition, record.offset)
