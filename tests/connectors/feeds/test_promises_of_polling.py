"""Promises of polling that show in no single answer: what is not read, not asked, and what is said."""

import asyncio
import socket
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.feeds.feed import Feed
from connectors.feeds.reading import read_feed
from tests.connectors.feeds.collector_bench import FEED, START, Bench, ScriptedFetch, content, failed, rss
from tests.connectors.feeds.polled import polled
from tests.connectors.feeds.test_changed_feeds import A, B, play, scene
from tests.connectors.feeds.test_fetch import LIMITS, fetch

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def test_a_body_that_is_the_same_as_the_last_one_is_not_parsed():
    read = []

    async def reader(job):
        read.append(job.body)
        return read_feed(job)

    one, html = content(rss("one")), content(b"<html>log in</html>")
    bench = Bench(one, one, html, html, content(rss("two")), read=reader)
    bench.polls(5)
    assert read == [rss("one"), b"<html>log in</html>", rss("two")]


def test_a_503_holds_its_feed_and_a_429_holds_its_host():
    feeds = (Feed("https://a.org/1", "A"), Feed("https://a.org/2", "A"))
    asked = {}
    for reason in ("http-503", "http-429"):
        answer = failed(reason, retry_after=HOUR)
        fetching = ScriptedFetch(**{feeds[0].url: [answer], feeds[1].url: [content(rss("one"))]})
        bench = Bench(feeds=feeds, fetch=fetching)
        bench.run_until(lambda bench=bench: len(bench.states.rows) == 2)
        asked[reason] = {url for url, _ in fetching.asked}
    assert asked == {"http-503": {feeds[0].url, feeds[1].url}, "http-429": {feeds[0].url}}


def test_entries_over_the_limit_are_cut_and_that_is_reported():
    bench = Bench(content(rss(*(f"n{n}" for n in range(2003)))))
    bench.polls(1)
    assert len(bench.sinks.articles) == 2000
    assert bench.seen.oddities == [("cut", 3)]


def test_one_line_tells_how_much_of_a_first_poll_and_of_the_time_after_an_outage_is_history():
    old = rss("old").replace(b"01 Mar", b"01 Feb")
    bench = Bench(content(old), content(rss("two", "one")), content(rss("three", "two", "one")))
    with capture_logs() as logged:
        bench.polls(2)
        bench.time.now += 6 * HOUR
        bench.polls(1)
    lines = [line for line in logged if line["event"] == "caught up"]
    assert [(line["feed"], line["articles"], line["historical"]) for line in lines] == [
        (FEED.url, 1, 1),
        (FEED.url, 1, 0),
    ]
    assert lines[0]["after"] == "first poll"
    assert lines[1]["after"].startswith("6:")


def test_a_feed_that_is_away_for_a_moment_while_it_is_polled_is_not_polled_twice_at_once():
    bench, asked = scene(A, B)

    async def story(collector, until):
        asked.held = asyncio.Event()
        await until(lambda: len(asked.urls) == 2)
        await collector.change_feeds([B])
        await collector.change_feeds([A, B])
        await until(lambda: bench.time.now > START + DAY)
        assert sorted(asked.urls) == [A.url, B.url]
        asked.held.set()
        await until(lambda: asked.urls.count(A.url) > 1)

    play(bench, story)


@pytest.mark.slow
def test_a_feed_that_is_gone_is_left_alone_for_a_week_and_comes_back_when_its_host_has_it_again():
    async def run():
        async with polled() as one:
            one.server.answer("/feed", 410)
            await one.poll_for(6 * DAY)
            asked = len(one.server.asked)
            one.server.answer("/feed", body=rss("one"))
            state = await one.poll_for(2 * DAY)
            return asked, state.state, [(change.state, change.reason) for change in one.sinks.health]

    assert asyncio.run(run()) == (1, "ok", [("gone", "http-410"), ("ok", "")])


@contextmanager
def a_host_that_takes_no_more_connections():
    """A listening socket whose queue is full: the next one waits for an answer to its first packet."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server:
        waiting = [socket.socket() for _ in range(3)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(server.getsockname())
        yield server.getsockname()[1]
        for each in waiting:
            each.close()


@pytest.mark.slow
def test_a_host_that_does_not_take_the_connection_is_given_up_after_the_time_to_connect():
    limits = replace(LIMITS, connect=timedelta(milliseconds=200), total=timedelta(minutes=5))
    with a_host_that_takes_no_more_connections() as port:
        result, _ = fetch(lambda server: setattr(server, "port", port), limits=limits)
    assert (result.kind, result.reason) == ("failed", "timeout")
