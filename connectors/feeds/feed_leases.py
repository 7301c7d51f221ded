"""Which collector polls which feed, where several share one database.

Requires: a feed is polled by one collector at a time; one that dies is replaced within a minute, one that
comes gets its share; 100,000 feeds cost no more than a few rows each time.

How: each collector has one row that it keeps alive, and each feed's row names its collector. So renewing is
one row, however many feeds are held. A collector whose row went unrenewed is removed, and only then are its
feeds free: because removing and renewing meet on one row, a collector is either alive or knows that it was
given up, and then begins again with nothing. What it still had under way is refused when it saves.

Refused: an end of lease on each feed (100,000 updates each ten seconds); hashing feeds to collectors (all
move when one comes); a lock of the session for each feed (lost with a connection, unseen).
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TypeVar

from sqlalchemy import Column, Connection, String, Table, Text, delete, func, or_, select, update

from connectors.feeds.feed_states import METADATA
from transforms.sql_engine import SqlAccess
from transforms.sql_rows import insert_missing, insert_new
from transforms.sql_store import Moment

T = TypeVar("T")
FEED_COLLECTORS = Table(
    "feed_collectors",
    METADATA,
    Column("owner", String(64), primary_key=True),
    Column("until", Moment, nullable=False),
)
FEED_LEASES = Table(
    "feed_leases",
    METADATA,
    Column("url", Text, primary_key=True),
    Column("owner", String(64), index=True),
)
_BATCH = 500
_LONG_AGO = datetime.min.replace(tzinfo=UTC)
_L, _C = FEED_LEASES.c, FEED_COLLECTORS.c


@dataclass
class FeedLeases:
    """The leases of `owner` on some of `urls`. Call it from one thread, with times of a clock that all share.

    `lease` is how long the owner counts as alive after `renew`, which is due after a third of it: clocks may
    differ by less than the rest.
    """

    access: SqlAccess
    owner: str
    urls: Sequence[str]
    lease: timedelta = timedelta(seconds=30)
    held: set[str] = field(default_factory=set)
    until: datetime = _LONG_AGO

    def join(self, now: datetime) -> None:
        """Make this collector known, and the rows of all feeds; feeds are taken by `renew`."""
        self._make_rows(self.urls)
        with self.access.write("join") as c:
            self._enter(c, now)

    def renew(self, now: datetime, busy: Collection[str] = ()) -> set[str]:
        """Stay alive, give back what is over the fair share, take what is free; return all held.

        What is `busy` is not given back.
        """
        with self.access.write("renew leases") as c:
            c.execute(delete(FEED_COLLECTORS).where(_C.until <= now, _C.owner != self.owner))
            mine = update(FEED_COLLECTORS).where(_C.owner == self.owner).values(until=now + self.lease)
            if c.execute(mine).rowcount == 0:
                self._enter(c, now)
            self._agree(c)
            share = self._share(c)
        self.until = now + self.lease
        over = max(0, len(self.held) - share)
        self._give_back([url for url in sorted(self.held) if url not in busy][:over])
        self._take(share)
        return set(self.held)

    def change(self, urls: Sequence[str]) -> None:
        """Share `urls` instead: give up what is none of them, busy or not; `renew` takes what is new."""
        wanted = set(urls)
        self._make_rows(wanted.difference(self.urls))
        self._give_back(sorted(self.held - wanted))
        self.urls = urls

    def leave(self) -> None:
        """Let others have all feeds at once."""
        with self.access.write("leave") as c:
            c.execute(delete(FEED_COLLECTORS).where(_C.owner == self.owner))
        self.held.clear()

    def holds(self, c: Connection, url: str) -> bool:
        """Tell whether the feed is this collector's, and keep it so until the transaction ends."""
        mine = select(_L.url).where(_L.url == url, _L.owner == self.owner)
        return c.scalar(mine.with_for_update(read=True)) is not None

    def elsewhere(self) -> set[str]:
        """Return the URLs that other collectors hold and count as alive; may be called from any thread."""
        with self.access.read("read leases") as c:
            others = select(_C.owner).where(_C.owner != self.owner)
            return set(c.scalars(select(_L.url).where(_L.owner.in_(others))))

    def _make_rows(self, urls: Collection[str]) -> None:
        for batch in _batches(urls):
            with self.access.write("enter feeds") as c:
                insert_missing(c, FEED_LEASES, ["url"], [{"url": url} for url in batch])

    def _enter(self, c: Connection, now: datetime) -> None:
        """Begin with nothing: what was held may be another's by now."""
        c.execute(update(FEED_LEASES).where(_L.owner == self.owner).values(owner=None))
        insert_new(c, FEED_COLLECTORS, ["owner"], owner=self.owner, until=now + self.lease)
        self.held.clear()

    def _agree(self, c: Connection) -> None:
        """Learn what is held from the database, should it differ: a commit's answer may have been lost."""
        mine = FEED_LEASES.c.owner == self.owner
        if c.scalar(select(func.count()).select_from(FEED_LEASES).where(mine)) != len(self.held):
            self.held = set(c.scalars(select(_L.url).where(mine)))

    def _share(self, c: Connection) -> int:
        alive = c.scalar(select(func.count()).select_from(FEED_COLLECTORS)) or 1
        return -(-len(self.urls) // alive)

    def _give_back(self, urls: Sequence[str]) -> None:
        for batch in _batches(urls):
            with self.access.write("give feeds back") as c:
                mine = update(FEED_LEASES).where(_L.url.in_(batch), _L.owner == self.owner)
                c.execute(mine.values(owner=None))
            self.held.difference_update(batch)

    def _take(self, share: int) -> None:
        """Go once through the free feeds, in short transactions; what another is taking is passed over."""
        ours, last = set(self.urls), ""
        while len(self.held) < share:
            with self.access.write("take feeds") as c:
                orphaned = or_(_L.owner.is_(None), _L.owner.not_in(select(_C.owner)))
                free = select(_L.url).where(_L.url > last, orphaned)
                rows = c.scalars(free.order_by(_L.url).limit(_BATCH).with_for_update(skip_locked=True)).all()
                taken = [url for url in rows if url in ours][: share - len(self.held)]
                c.execute(update(FEED_LEASES).where(_L.url.in_(taken)).values(owner=self.owner))
            self.held.update(taken)
            if not rows:
                return
            last = rows[-1]


def _batches(urls: Collection[T]) -> Iterator[list[T]]:
    left = iter(urls)
    while batch := list(islice(left, _BATCH)):
        yield batch
