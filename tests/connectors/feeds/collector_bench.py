"""A collector on fakes with failure switches, in virtual time."""

import asyncio
from datetime import UTC, datetime

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed
from connectors.feeds.fetch import FetchResult
from connectors.feeds.observer import SilentObserver
from connectors.feeds.reading import read_feed
from connectors.feeds.sinks import Sinks

START = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://a.org/feed", "A")
OTHER = Feed("https://b.org/feed", "B")


def rss(*titles):
    items = "".join(
        f"<item><title>{title}</title><link>https://a.org/{title}</link>"
        "<pubDate>Sun, 01 Mar 2026 11:00:00 GMT</pubDate></item>"
        for title in titles
    )
    return f"<rss version='2.0'><channel>{items}</channel></rss>".encode()


def content(body, **headers):
    return FetchResult("content", FEED.url, 200, headers, body)


def failed(reason, **more):
    status = int(reason.removeprefix("http-")) if reason.startswith("http-") else None
    return FetchResult("failed", FEED.url, status, reason=reason, **more)


class VirtualTime:
    """A clock that only sleeping moves."""

    def __init__(self):
        self.now = START
        self.slept = []

    def clock(self):
        return self.now

    async def sleep(self, duration):
        self.slept.append(duration)
        await asyncio.sleep(0)
        self.now += duration


class OneThread(asyncio.SelectorEventLoop):
    """Does at once what the collector gives to its writing thread: while one waits, virtual time flies."""

    def run_in_executor(self, executor, func, *args):
        written = self.create_future()
        try:
            written.set_result(func(*args))
        except BaseException as e:  # noqa: BLE001  a thread passes on a kill too
            written.set_exception(e)
        return written


def run(main):
    with asyncio.Runner(loop_factory=OneThread) as runner:
        return runner.run(main)


class ScriptedFetch:
    """Gives each feed its answers in turn, the last one for ever; an exception is raised."""

    def __init__(self, **answers):
        self.answers = {url: list(given) for url, given in answers.items()}
        self.asked = []

    async def __call__(self, url, *, etag=None, last_modified=None):
        self.asked.append((url, etag))
        await asyncio.sleep(0)
        answers = self.answers[url]
        answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


class MemoryStates:
    """A state store that can be told to break."""

    def __init__(self):
        self.rows = {}
        self.broken = None

    def load(self):
        return dict(self.rows)

    def load_of(self, urls):
        return {url: self.rows[url] for url in urls if url in self.rows}

    def save(self, state):
        if self.broken:
            raise self.broken
        self.rows[state.url] = state


class MemorySinks:
    """Sinks that keep what they get, and raise what they are told to, once each."""

    def __init__(self):
        self.articles, self.health, self.dead = [], [], []
        self.errors = []

    def append(self, articles):
        if self.errors:
            raise self.errors.pop(0)
        self.articles += articles

    def sinks(self):
        return Sinks(self.append, self.health.extend, self.dead.extend)

    def titles(self):
        return [article.title for article in self.articles]


class Counting(SilentObserver):
    def __init__(self):
        self.outcomes, self.waits, self.oddities, self.caught = [], [], [], []

    def polled(self, feed, outcome, took):
        self.outcomes.append(outcome)

    def sink_waits(self, reason, wait):
        self.waits.append((reason, wait))

    def caught_up(self, feed, articles, historical):
        self.caught.append((articles, historical))

    def oddity(self, feed, kind, count):
        self.oddities.append((kind, count))


class Bench:
    """A collector on fakes; `polls` polls the first feed that many times, `restart` forgets its memory."""

    def __init__(self, *answers, feeds=(FEED,), fetch=None, read=None):
        self.time, self.sinks, self.states, self.seen = (
            VirtualTime(),
            MemorySinks(),
            MemoryStates(),
            Counting(),
        )
        self.fetch = fetch or ScriptedFetch(**{FEED.url: answers})
        self.feeds, self.read = feeds, read

    def collector(self):
        async def read(job):
            return read_feed(job)

        return Collector(
            self.feeds,
            fetch=self.fetch,
            read=self.read or read,
            sinks=self.sinks.sinks(),
            states=self.states,
            code_version="test",
            observer=self.seen,
            clock=self.time.clock,
            sleep=self.time.sleep,
            jitter=lambda: 0.5,
        )

    def polls(self, count):
        async def poll():
            collector = self.collector()
            await collector.load()
            try:
                for _ in range(count):
                    state = await collector.poll(self.feeds[0])
                    self.time.now = max(self.time.now, state.next_poll)
            finally:
                await collector.close()
            return state

        return run(poll())

    async def poll_all(self):
        """Poll all feeds at once, in the loop that calls."""
        collector = self.collector()
        await collector.load()
        await asyncio.gather(*(collector.poll(feed) for feed in self.feeds))
        await collector.close()

    def run_for(self, duration):
        self.run_until(lambda: self.time.now >= START + duration)

    def run_until(self, done):
        async def poll():
            collector = self.collector()

            async def stop_later():
                while not done():  # noqa: ASYNC110  virtual time has no events to wait for
                    await asyncio.sleep(0)
                collector.stop()

            stopping = asyncio.create_task(stop_later())
            await collector.run()
            await stopping

        run(poll())


class KilledError(BaseException):
    """What kill -9 looks like from inside: no `except Exception` sees it."""
