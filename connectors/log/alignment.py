"""Keep the readers of a topic's shares together in event time, so that none runs days ahead of another.

Requirements: keyed state forgets by the event time of what arrives. After an outage, or when a job reads the
retained log from its beginning, every share has a backlog of its own length; one that is a week ahead would
make the states forget what the others are about to bring. So no share reads further than `SLACK` past the
moment up to which all partitions have been read.

How: the group's committed offsets say how far each partition has been read, the log's time index says where
a moment lies. That is asked only when a share comes to the end of what it knows to be allowed, which is
twice in `SLACK` of event time. The slowest share is always let on: nothing is before its next record.

Refused: a watermark of the runner's (FnApiRunner has none that moves), and holding records back in state
(needs timers). A partition whose leader is lost holds the others back once it is `SLACK` behind.
"""

from datetime import UTC, datetime, timedelta

from connectors.log.interface import Log

SLACK = timedelta(hours=6)
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Alignment:
    """How far the share of one reader may go; `group` is the one whose commits tell of progress."""

    def __init__(self, log: Log, topic: str, group: str, slack: timedelta = SLACK) -> None:
        self._log, self._topic, self._group, self._slack = log, topic, group, slack
        self._limit = _LONG_AGO

    def allows(self, at: datetime) -> bool:
        """Tell whether a record of this event time may be read now."""
        if at <= self._limit:
            return True
        for ahead in (self._slack / 2, timedelta(0)):
            if self._all_read_before(at + ahead - self._slack):
                self._limit = at + ahead
                return True
        return False

    def _all_read_before(self, moment: datetime) -> bool:
        """Tell whether every partition has been read up to `moment`; one never committed has not begun."""
        done = self._log.committed(self._group, self._topic)
        held = self._log.earliest(self._topic)
        wanted = self._log.offset_at(self._topic, moment)
        return all(max(done.get(p, 0), held[p]) >= offset for p, offset in wanted.items())
