"""Consumer groups of the embedded log: members share partitions, and a changed share fences old commits.

Members keep a lease in the database. Whenever the set of live members changes, the one who notices
raises the group's generation; everyone then takes the share that follows from the sorted members. A
commit names the generation it was read under and is refused once another one has begun. A lease that
ends further ahead than a lease can is from before the clock was set back, and counts as over: else a
dead member would keep its partitions for as long as the clock jumped.
"""

import uuid
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from sqlite3 import Connection
from typing import TYPE_CHECKING

from connectors.log.interface import LogError, Partition, Record
from connectors.log.sqlite_connection import Connections
from connectors.log.sqlite_statements import monotonic, store_positions, to_ms

if TYPE_CHECKING:
    from connectors.log.sqlite_log import SqliteLog

_RENEWALS_PER_LEASE = 3
_NONE = -1  # the generation of a share that is over


class GroupMember:
    """One member; belongs to one thread."""

    def __init__(
        self,
        log: "SqliteLog",
        connections: Connections,
        group: str,
        topics: tuple[str, ...],
        clock: Callable[[], datetime],
        lease: timedelta,
    ) -> None:
        self._log, self._connections = log, connections
        self._group, self._topics = group, topics
        self._clock, self._lease = clock, lease
        self._id = uuid.uuid4().hex
        self._generation = _NONE
        self._positions: dict[Partition, int] = {}
        self._renew()

    def poll(self, *, max_records: int = 500, timeout: timedelta = timedelta(0)) -> list[Record]:
        """Return the next records of this member's share; a changed share starts where it was committed."""
        end = monotonic() + timeout
        while True:
            self._renew()
            left = max(timedelta(0), min(end - monotonic(), self._lease / _RENEWALS_PER_LEASE))
            found = self._log.read(self._positions, max_records=max_records, timeout=left)
            for record in found:
                self._positions[Partition(record.topic, record.partition)] = record.offset + 1
            if found or self._log.interrupted or monotonic() >= end:
                return found

    def commit(self) -> None:
        """Store what was polled; refuse once if the share has changed since, and then forget it."""
        if self._generation == _NONE:
            return
        with self._connections.writing("committing to") as connection:
            if _generation(connection, self._group) != self._generation:
                self._generation = _NONE
                raise LogError(
                    f"committing for group {self._group}",
                    "the partitions have moved to other members; they will be read again",
                    retryable=True,
                )
            store_positions(connection, self._group, self._positions)

    def close(self) -> None:
        """Leave, so that the others take over at once."""
        with self._connections.writing("leaving a group of") as connection:
            gone = connection.execute(
                "DELETE FROM members WHERE consumer_group = ? AND member = ?", (self._group, self._id)
            )
            if gone.rowcount:
                _raise_generation(connection, self._group)

    def _renew(self) -> None:
        """Extend the lease, drop members whose lease is over, and take the share of a new generation."""
        with self._connections.writing("joining a group of") as connection:
            if self._lease_members(connection, to_ms(self._clock())):
                _raise_generation(connection, self._group)
            generation = _generation(connection, self._group)
            members = self._members(connection)
        if generation != self._generation:
            self._generation, self._positions = generation, self._start(self._share(members))

    def _lease_members(self, connection: Connection, now: int) -> bool:
        """Renew this member and drop dead ones; tell whether the set of members changed."""
        dead = connection.execute(
            "DELETE FROM members WHERE consumer_group = ? AND member <> ? AND expires NOT BETWEEN ? AND ?",
            (self._group, self._id, now + 1, now + 2 * _ms(self._lease)),
        ).rowcount
        known = connection.execute(
            "UPDATE members SET expires = ? WHERE consumer_group = ? AND member = ?",
            (now + _ms(self._lease), self._group, self._id),
        ).rowcount
        if not known:
            connection.execute(
                "INSERT INTO members VALUES (?, ?, ?, ?)",
                (self._group, self._id, "\n".join(self._topics), now + _ms(self._lease)),
            )
        return bool(dead) or not known

    def _members(self, connection: Connection) -> list[tuple[str, frozenset[str]]]:
        query = "SELECT member, topics FROM members WHERE consumer_group = ? ORDER BY member"
        rows = connection.execute(query, (self._group,)).fetchall()
        return [(member, frozenset(topics.split("\n"))) for member, topics in rows]

    def _share(self, members: Sequence[tuple[str, frozenset[str]]]) -> list[Partition]:
        mine = []
        for topic in self._topics:
            takers = [member for member, topics in members if topic in topics]
            partitions = self._log.partitions(topic)
            mine += [p for p in partitions if takers[p.partition % len(takers)] == self._id]
        return mine

    def _start(self, share: list[Partition]) -> dict[Partition, int]:
        positions: dict[Partition, int] = {}
        for topic in self._topics:
            committed, earliest = self._log.committed(self._group, topic), self._log.earliest(topic)
            positions |= {p: committed.get(p, earliest[p]) for p in share if p.topic == topic}
        return positions


def _ms(duration: timedelta) -> int:
    """Return whole milliseconds."""
    return duration // timedelta(milliseconds=1)


def _generation(connection: Connection, group: str) -> int:
    query = "SELECT generation FROM generations WHERE consumer_group = ?"
    row = connection.execute(query, (group,)).fetchone()
    return row[0] if row else 0


def _raise_generation(connection: Connection, group: str) -> None:
    connection.execute(
        "INSERT INTO generations VALUES (?, 1)"
        " ON CONFLICT (consumer_group) DO UPDATE SET generation = generation + 1",
        (group,),
    )
