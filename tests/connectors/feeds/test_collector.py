import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from structlog.testing import capture_logs

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed
from connectors.feeds.feed_states import FeedStates
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
        async def run():
            collector = self.collector()
            await collector.load()
            try:
                for _ in range(count):
                    state = await collector.poll(self.feeds[0])
                    self.time.now = max(self.time.now, state.next_poll)
            finally:
                await collector.close()
            return state

        return asyncio.run(run())

    def run_for(self, duration):
        self.run_until(lambda: self.time.now >= START + duration)

    def run_until(self, done):
        async def run():
            collector = self.collector()

            async def stop_later():
                while not done():  # noqa: ASYNC110  virtual time has no events to wait for
                    await asyncio.sleep(0)
                collector.stop()

            stopping = asyncio.create_task(stop_later())
            await collector.run()
            await stopping

        asyncio.run(run())


def test_new_entries_are_appended_once():
    bench = Bench(content(rss("one")), content(rss("two", "one")), content(rss("two", "one")))
    bench.polls(4)
    assert bench.sinks.titles() == ["one", "two"]
    assert bench.seen.outcomes == ["entries", "entries", "unchanged", "unchanged"]


def test_a_restart_remembers_what_was_appended():
    bench = Bench(content(rss("one"), etag='"1"'), content(rss("two", "one")))
    bench.polls(1)
    bench.polls(1)
    assert bench.sinks.titles() == ["one", "two"]
    assert bench.fetch.asked == [(FEED.url, None), (FEED.url, '"1"')]


def test_a_revised_entry_is_a_new_article():
    bench = Bench(content(rss("one")), content(rss("one").replace(b">one<", b">one, corrected<")))
    bench.polls(2)
    assert bench.sinks.titles() == ["one", "one, corrected"]


class KilledError(BaseException):
    """What kill -9 looks like from inside: no `except Exception` sees it."""


def test_a_kill_between_append_and_save_loses_nothing():
    bench = Bench(content(rss("one")), content(rss("one", "two")))
    bench.states.broken = KilledError()
    with pytest.raises(KilledError):
        bench.polls(1)
    assert bench.states.rows == {}
    bench.states.broken = None
    bench.polls(1)
    assert bench.sinks.titles() == ["one", "one", "two"]
    assert bench.sinks.articles[0].id == bench.sinks.articles[1].id


def test_a_kill_before_the_append_leaves_the_entries_for_the_next_start():
    bench = Bench(content(rss("one"), etag='"1"'))
    bench.sinks.errors = [KilledError()]
    with pytest.raises(KilledError):
        bench.polls(1)
    bench.polls(1)
    assert bench.sinks.titles() == ["one"]


class BusyError(Exception):
    retryable = True
    reason = "locked"


def test_a_sink_that_may_recover_is_waited_for():
    bench = Bench(content(rss("one")))
    bench.sinks.errors = [BusyError(), BusyError(), BusyError()]
    assert bench.polls(1).state == "ok"
    assert bench.sinks.titles() == ["one"]
    assert bench.seen.waits == [
        ("locked", timedelta(seconds=1)),
        ("locked", timedelta(seconds=2)),
        ("locked", timedelta(seconds=4)),
    ]


def test_a_sink_that_will_not_recover_fails_the_feed_and_its_entries_are_tried_again():
    bench = Bench(content(rss("one")))
    bench.sinks.errors = [ValueError("full")]
    state = bench.polls(1)
    assert (state.state, state.reason, state.recent_ids) == ("failing", "bug", ())
    assert bench.polls(1).state == "ok"
    assert bench.sinks.titles() == ["one"]


def test_content_that_is_no_feed_is_one_dead_letter_for_each_change():
    html = content(b"<html>log in</html>")
    bench = Bench(content(rss("one")), html, html, content(b"<html>again</html>"), content(rss("one")))
    bench.polls(5)
    assert [(letter.stage, letter.reason, letter.value) for letter in bench.sinks.dead] == [
        ("collect", "not-a-feed", b"<html>log in</html>"),
        ("collect", "not-a-feed", b"<html>again</html>"),
    ]
    assert bench.sinks.titles() == ["one"]
    assert [(change.state, change.reason) for change in bench.sinks.health] == [
        ("ok", ""),
        ("failing", "not-a-feed"),
        ("ok", ""),
    ]


def test_an_entry_that_makes_no_article_is_one_dead_letter():
    body = rss("one").replace(b"</channel>", b"<item><link>https://a.org/x</link></item></channel>")
    bench = Bench(content(body), content(body + b" "))
    bench.polls(2)
    assert [(letter.reason, letter.headers["feed"]) for letter in bench.sinks.dead] == [
        ("no-text", FEED.url),
    ]


def test_an_odd_feed_is_used_and_counted():
    bench = Bench(content(rss("one")[:-12]))
    bench.polls(1)
    assert bench.sinks.titles() == ["one"]
    assert bench.seen.oddities == [("bozo", 1)]


def test_old_entries_of_a_first_poll_are_history():
    old = rss("old").replace(b"01 Mar", b"01 Feb")
    bench = Bench(content(old), content(rss("one") + b" " + old[:0]))
    bench.polls(2)
    assert [(a.title, a.historical) for a in bench.sinks.articles] == [("old", True), ("one", False)]


def test_failures_back_off_and_recovery_is_told():
    bench = Bench(failed("timeout"), failed("http-500"), content(rss("one")))
    bench.polls(3)
    assert [(change.state, change.reason, change.since - START) for change in bench.sinks.health] == [
        ("failing", "timeout", timedelta(0)),
        ("failing", "http-500", timedelta(minutes=5, seconds=15)),
        ("ok", "", timedelta(minutes=15, seconds=45)),
    ]


def test_a_change_of_state_is_logged_with_its_detail_and_as_a_warning_unless_it_is_a_good_one():
    moved = replace(content(rss("one")), moved_to="https://a.org/new")
    answers = [failed("timeout", detail="20 s between reads"), moved]
    bench = Bench(fetch=ScriptedFetch(**{FEED.url: answers, moved.moved_to: [moved]}))
    with capture_logs() as logged:
        bench.polls(80)
    lines = [
        (line["log_level"], line["state"], line["detail"]) for line in logged if line["event"] == "feed state"
    ]
    assert lines == [
        ("warning", "failing", "20 s between reads"),
        ("info", "ok", ""),
        ("info", "moved", "to https://a.org/new"),
    ]


def test_a_bug_in_one_feed_does_not_stop_another():
    fetch = ScriptedFetch(**{FEED.url: [ZeroDivisionError("oh")], OTHER.url: [content(rss("one"))]})
    bench = Bench(feeds=(FEED, OTHER), fetch=fetch)
    bench.run_until(lambda: fetch.asked.count((OTHER.url, None)) == 4)
    assert bench.sinks.titles() == ["one"]
    assert bench.states.rows[FEED.url].reason == "bug"
    assert bench.states.rows[OTHER.url].state == "ok"


def test_a_broken_state_store_neither_hammers_feeds_nor_stops_the_loop():
    times = []
    bench = Bench()

    async def fetch(url, *, etag=None, last_modified=None):
        times.append(bench.time.now)
        return content(rss("one"))

    bench.fetch = fetch
    bench.states.broken = OSError("disk full")
    bench.run_until(lambda: len(times) == 3)
    assert times[1] - times[0] >= timedelta(minutes=5)
    assert times[2] - times[1] >= timedelta(minutes=5)


def test_the_list_is_spread_over_one_floor_at_start():
    feeds = tuple(Feed(f"https://h{n}.org/feed", "H") for n in range(4))
    times = []
    bench = Bench(feeds=feeds)

    async def fetch(url, *, etag=None, last_modified=None):
        times.append((url, bench.time.now - START))
        return content(rss("one"))

    bench.fetch = fetch
    bench.run_until(lambda: len(times) >= 4)
    assert times[:4] == [(f"https://h{n}.org/feed", timedelta(seconds=15 * n)) for n in range(4)]


def test_a_host_gets_two_requests_at_once_a_second_apart():
    feeds = tuple(Feed(f"https://one.org/{n}", "H", poll_floor=timedelta(milliseconds=1)) for n in range(5))
    starts, running, most = [], set(), []

    async def run():
        bench = Bench(feeds=feeds)

        async def fetch(url, *, etag=None, last_modified=None):
            starts.append(bench.time.now - START)
            running.add(url)
            most.append(len(running))
            await asyncio.sleep(0)
            running.discard(url)
            return content(rss("one"))

        bench.fetch = fetch
        collector = bench.collector()
        await collector.load()
        await asyncio.gather(*(collector.poll(feed) for feed in feeds))
        await collector.close()

    asyncio.run(run())
    gaps = [later - sooner for sooner, later in pairwise(starts)]
    assert min(gaps) >= timedelta(seconds=1)
    assert max(most) <= 2


def test_no_more_than_so_many_requests_are_in_flight():
    feeds = tuple(Feed(f"https://h{n}.org/feed", "H") for n in range(300))
    running, most = set(), []

    async def run():
        bench = Bench(feeds=feeds)

        async def fetch(url, *, etag=None, last_modified=None):
            running.add(url)
            most.append(len(running))
            for _ in range(5):
                await asyncio.sleep(0)
            running.discard(url)
            return content(rss("one"))

        bench.fetch = fetch
        collector = bench.collector()
        await collector.load()
        await asyncio.gather(*(collector.poll(feed) for feed in feeds))
        await collector.close()

    asyncio.run(run())
    assert max(most) == 100


def test_a_429_without_a_time_holds_the_host_that_said_it():
    feeds = (Feed("https://a.org/1", "A"), Feed("https://b.org/2", "B"))
    limited = FetchResult("failed", "https://b.org/moved", 429, reason="http-429")
    fetch = ScriptedFetch(**{feeds[0].url: [limited], feeds[1].url: [content(b"")]})
    bench = Bench(feeds=feeds, fetch=fetch)
    bench.run_until(lambda: feeds[1].url in bench.states.rows)
    assert [url for url, _ in fetch.asked] == [feeds[0].url]
    assert bench.states.rows[feeds[1].url].reason == "http-429"


def test_a_first_poll_and_the_end_of_an_outage_are_told_with_how_much_is_history():
    old = rss("old").replace(b"01 Mar", b"01 Feb")
    bench = Bench(content(old), content(rss("two", "one")), content(rss("three", "two", "one")))
    bench.polls(2)
    bench.time.now += timedelta(hours=6)
    bench.polls(1)
    assert bench.seen.caught == [(1, 1), (1, 0)]


def test_a_host_that_asks_for_silence_gets_it_from_all_its_feeds():
    feeds = (Feed("https://a.org/1", "A"), Feed("https://a.org/2", "A"))
    fetch = ScriptedFetch(
        **{feeds[0].url: [failed("http-429", retry_after=timedelta(hours=1))], feeds[1].url: [content(b"")]}
    )
    bench = Bench(feeds=feeds, fetch=fetch)
    bench.run_until(lambda: feeds[1].url in bench.states.rows)
    assert [url for url, _ in fetch.asked] == [feeds[0].url]
    assert bench.states.rows[feeds[1].url].reason == "http-429"


def test_stop_ends_a_loop_in_the_middle_of_a_poll():
    async def run():
        bench = Bench()
        started = asyncio.Event()

        async def fetch(url, *, etag=None, last_modified=None):
            started.set()
            await asyncio.Event().wait()

        bench.fetch = fetch
        collector = bench.collector()
        running = asyncio.create_task(collector.run())
        await started.wait()
        collector.stop()
        collector.stop()
        await asyncio.wait_for(running, 5)
        return bench

    assert asyncio.run(run()).states.rows == {}


def test_a_collector_without_feeds_waits_for_its_end():
    bench = Bench(feeds=())
    bench.run_for(timedelta(minutes=5))
    assert bench.sinks.articles == []


def test_states_survive_in_sql(tmp_path):
    bench = Bench(content(rss("one"), etag='"1"'), content(rss("two", "one")))
    bench.states = FeedStates.open(f"sqlite:///{tmp_path}/feeds.db")
    bench.polls(1)
    bench.polls(1)
    assert bench.sinks.titles() == ["one", "two"]
    bench.states.close()
