"""A collector process that kills itself at a point: folder, point.

The point "none" runs to the end. What the feed says depends on how often it was asked, over all processes,
as a real one's depends on the time.
"""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.fetch import FetchResult
from connectors.feeds.reading import read_feed
from connectors.log.location import LogLocation
from pipeline.collect import sinks
from transforms.sql_engine import SqlAccess

LETHAL_CALL = 3
POLLS = 12
FEED = Feed("https://a.org/feed", "A")
START = datetime(2026, 3, 1, 12, tzinfo=UTC)
PAGE = b"<html>down for a moment</html>"


def body_of(asked):
    """Return the feed at its n-th question: two new entries each time, six shown, HTML now and then."""
    if asked in (4, 8):
        return PAGE
    shown = range(max(0, 2 * asked - 4), 2 * asked + 2)
    items = [f"<item><title>Entry {n}</title><guid>{n}</guid></item>" for n in shown]
    nameless = "<item><category>nothing to read</category></item>" if asked > 5 else ""
    return f'<rss version="2.0"><channel>{nameless}{"".join(reversed(items))}</channel></rss>'.encode()


class Lethal:
    """Calls of one name end the process at the third, before or after they are carried out."""

    def __init__(self, point):
        self.when, _, self.name = point.partition("-")
        self.calls = 0

    def around(self, name, call):
        def wrapped(*arguments, **named):
            self.calls += name == self.name
            lethal = name == self.name and self.calls == LETHAL_CALL
            if lethal and self.when == "before":
                os.kill(os.getpid(), signal.SIGKILL)
            result = call(*arguments, **named)
            if lethal:
                os.kill(os.getpid(), signal.SIGKILL)
            return result

        return wrapped


class Server:
    """Counts how often it was asked in a file."""

    def __init__(self, folder):
        self.count = folder / "asked"

    def asked(self):
        return int(self.count.read_text()) if self.count.exists() else 0

    def answer(self):
        asked = self.asked()
        new = self.count.with_suffix(".new")
        new.write_text(str(asked + 1))
        new.replace(self.count)
        return FetchResult("content", FEED.url, 200, {"etag": f'"{asked}"'}, body_of(asked))


async def work(folder, point):
    log = LogLocation(folder / "log.sqlite").open()
    states = FeedStates(SqlAccess("feed states", f"sqlite:///{folder}/state.sqlite"))
    states.create_tables()
    server, lethal, to = Server(folder), Lethal(point), sinks(log)
    answer, read_one = lethal.around("fetch", server.answer), lethal.around("read", read_feed)
    states.save = lethal.around("save", states.save)

    async def fetch(url, *, etag=None, last_modified=None):
        return answer()

    async def read(job):
        return read_one(job)

    collector = Collector(
        [FEED],
        fetch=fetch,
        read=read,
        sinks=type(to)(
            lethal.around("articles", to.articles),
            lethal.around("health", to.health),
            lethal.around("letters", to.dead_letters),
        ),
        states=states,
        code_version="test",
        clock=lambda: START + timedelta(minutes=30 * server.asked()),
    )
    await collector.load()
    while server.asked() < POLLS:
        await collector.poll(FEED)
    await collector.close()
    log.close()


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), sys.argv[2]))
