"""Collectors come, die, stand still and go on: no feed has two, none is without one for over a minute."""

import itertools
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from connectors.feeds.feed_leases import METADATA, FeedLeases
from transforms.sql_engine import SqlAccess

pytestmark = pytest.mark.slow
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
URLS = [f"https://{n}.example/feed" for n in range(7)]
STEP = timedelta(seconds=5)
NAMES = ("a", "b", "c")


@pytest.fixture
def access(tmp_path):
    access = SqlAccess("feed states", f"sqlite:///{tmp_path}/feeds.db")
    yield access
    access.close()


class Collectors:
    """Each renews every ten seconds while it goes on; `polled` is what all of them may poll now."""

    def __init__(self, access):
        self.access, self.serial, self.now = access, itertools.count(), START
        with access.write("create tables") as c:
            METADATA.create_all(c)
        self.members = {name: self.born() for name in NAMES}
        self.orphaned = dict.fromkeys(URLS, START)

    def born(self):
        leases = FeedLeases(self.access, f"owner-{next(self.serial)}", URLS)
        leases.join(self.now)
        return leases

    def live(self, name, fate):
        if fate == "die":
            self.members[name] = self.born()
        elif fate == "go":
            self.members[name].renew(self.now)

    def polled(self):
        return [url for each in self.members.values() if self.now < each.until for url in each.held]

    def look(self, fates):
        polled = self.polled()
        assert len(polled) == len(set(polled)), "a feed has two collectors"
        self.orphaned = {url: self.now if url in polled else since for url, since in self.orphaned.items()}
        # somebody must be there to take over
        if "go" not in fates:
            self.orphaned = dict.fromkeys(URLS, self.now)
        assert self.now - min(self.orphaned.values()) <= timedelta(minutes=1), "a feed has none"
        self.now += STEP


@pytest.mark.parametrize("seed", range(3))
def test_each_feed_has_one_collector_whatever_happens_to_them(access, seed):
    chance = Random(seed)
    collectors = Collectors(access)
    # what becomes of each: it goes on, stands still for a while, or dies and is started anew
    until = dict.fromkeys(NAMES, START)
    for _ in range(100):
        fates = []
        for name in NAMES:
            if collectors.now < until[name]:
                fates.append("stop")
            else:
                fates.append(chance.choices(["go", "stop", "die"], [30, 1, 3])[0])
                if fates[-1] == "stop":
                    until[name] = collectors.now + STEP * chance.randrange(1, 20)
            collectors.live(name, fates[-1])
        collectors.look(fates)
