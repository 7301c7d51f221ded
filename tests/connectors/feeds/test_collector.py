import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from connectors.feeds.feed_states import FeedStates
from tests.connectors.feeds.collector_bench import (
    FEED,
    OTHER,
    START,
    Bench,
    KilledError,
    ScriptedFetch,
    content,
    failed,
    rss,
)


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
