"""Bodies made to break a reader: none costs more than its own feed, nor that one more than twice."""

import asyncio
from datetime import timedelta

import pytest

from connectors.feeds.entry import NotAFeed
from connectors.feeds.parse import parse_feed
from connectors.feeds.reading import Unread, read_feed
from connectors.feeds.reading_pool import ReadingPool
from tests.connectors.feeds.collector_bench import FEED, OTHER, Bench, ScriptedFetch, content, rss
from tests.connectors.feeds.suites import within_cpu_seconds

RUNAWAY = rss("one").replace(b"<item>", b"<item><author>" + b"a" * 200_000 + b"</author>")


@pytest.mark.parametrize("step", [b"<!---->", b"<!-- - -- >-->", b" ", b"<?xml?>", b"<?xml ??>", b"<!--"])
def test_what_stands_before_a_document_is_stepped_over_once(step):
    with within_cpu_seconds(2, "looking for HTML"):
        found = parse_feed(step * 500 + rss("one"), url=FEED.url)
    assert found != NotAFeed("html")


@pytest.mark.parametrize(
    "start",
    [
        b"<!-- a --> <!---->\n<html>",
        b"<?xml version='1.0'?><!DOCTYPE  html PUBLIC ''>",
        b"\xef\xbb\xbf<!-- > -- > --><HTML lang=en>",
    ],
)
def test_html_is_known_behind_comments_and_declarations(start):
    assert parse_feed(start + b"<body>log in</body></html>", url=FEED.url) == NotAFeed("html")


class Reader:
    """Reads as in service but for what it is told to break at."""

    def __init__(self, reason):
        self.reason, self.reads = reason, 0

    async def __call__(self, job):
        self.reads += b"poison" in job.body
        return Unread(reason=self.reason) if b"poison" in job.body else read_feed(job)


@pytest.mark.parametrize("reason", ["parse-timeout", "parse-crash"])
def test_a_body_that_no_reader_can_stand_is_read_twice_and_not_at_each_poll(reason):
    reader = Reader(reason)
    poison = content(b"poison")
    bench = Bench(*[poison] * 5, content(b"poison again"), content(rss("one")), read=reader)
    assert bench.polls(5).reason == reason
    assert reader.reads == 2
    assert bench.polls(1).reason == reason
    assert reader.reads == 3
    assert bench.polls(1).state == "ok"
    assert bench.sinks.titles() == ["one"]
    assert [change.reason for change in bench.sinks.health] == [reason, ""]


def test_a_reader_that_was_slow_once_reads_the_same_body_again():
    slow_once = [Unread(reason="parse-timeout")]

    async def read(job):
        return slow_once.pop() if slow_once else read_feed(job)

    bench = Bench(content(rss("one")), read=read)
    assert bench.polls(2).state == "ok"
    assert bench.sinks.titles() == ["one"]


@pytest.mark.slow
def test_a_poison_article_of_one_feed_does_not_stop_the_others():
    fetch = ScriptedFetch(
        **{FEED.url: [content(RUNAWAY)], OTHER.url: [content(rss("one")), content(rss("two", "one"))]}
    )

    async def run():
        pool = ReadingPool(workers=1, budget=timedelta(seconds=2))
        bench = Bench(feeds=(FEED, OTHER), fetch=fetch, read=pool.read)
        collector = bench.collector()
        await collector.load()
        try:
            for _ in range(2):
                await asyncio.gather(*(collector.poll(feed) for feed in bench.feeds))
        finally:
            await collector.close()
            await pool.close()
        return bench

    bench = asyncio.run(run())
    assert bench.sinks.titles() == ["one", "two"]
    assert bench.states.rows[FEED.url].reason == "parse-timeout"
    assert bench.states.rows[OTHER.url].state == "ok"
    assert [letter.reason for letter in bench.sinks.dead] == ["parse-timeout"] * 2
