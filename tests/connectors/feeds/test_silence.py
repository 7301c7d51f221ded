"""A feed that publishes each day for a month and then falls silent, behind an honest server."""

import asyncio
from datetime import timedelta

import pytest

from tests.connectors.feeds.polled import polled
from tests.connectors.feeds.scripted_server import head

pytestmark = pytest.mark.slow
DAY = timedelta(days=1)


def daily(one, *, silent_from, silent_for):
    """Script a feed with an entry each day but for some days, answering 304 while nothing changed."""
    began = one.time.now

    async def script(writer, asked):
        day = (one.time.now - began) // DAY
        days = [n for n in range(day + 1) if not silent_from <= n < silent_from + silent_for]
        items = "".join(f"<item><title>Day {n}</title><guid>{n}</guid></item>" for n in reversed(days[-20:]))
        etag = f'"{days[-1]}"'
        if asked.get("if-none-match") == etag:
            writer.write(head(304, ETag=etag))
        else:
            body = f'<rss version="2.0"><channel>{items}</channel></rss>'.encode()
            writer.write(head(200, length=len(body), ETag=etag) + body)

    one.server.scripts["/feed"] = script


def test_a_feed_that_falls_silent_after_thirty_regular_days_is_quiet_once_and_well_once():
    async def run():
        async with polled() as one:
            began = one.time.now
            daily(one, silent_from=30, silent_for=8)
            await one.poll_for(timedelta(days=45))
            told = [(change.state, (change.since - began) / DAY) for change in one.sinks.health]
            return told, one.sinks.health[1], len(one.sinks.articles)

    told, quiet, articles = asyncio.run(run())
    assert [state for state, _ in told] == ["ok", "quiet", "ok"]
    # the last entry came on day 29; three days on, and one poll at most
    assert told[1][1] == pytest.approx(32, abs=0.05)
    assert told[2][1] == pytest.approx(38, abs=0.05)
    assert quiet.detail.startswith("no new entry since 2026-03-30")
    assert articles == 37


def test_a_feed_that_fails_while_it_is_silent_is_failing_and_then_quiet_again():
    async def run():
        async with polled() as one:
            daily(one, silent_from=15, silent_for=30)
            await one.poll_for(timedelta(days=20))
            script = one.server.scripts["/feed"]
            one.server.answer("/feed", 404)
            await one.poll_for(timedelta(hours=2))
            one.server.scripts["/feed"] = script
            await one.poll_for(timedelta(days=2))
            return [change.state for change in one.sinks.health]

    assert asyncio.run(run()) == ["ok", "quiet", "failing", "quiet"]
