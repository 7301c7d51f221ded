"""A feed that is new to us, or comes back after an outage: from its bytes to what would be sent."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from alerts.plan import Route, preview_all
from connectors.log import topics
from connectors.log.interface import NewRecord
from connectors.log.location import LogLocation
from pipeline.graph import Plan
from pipeline.log_scan import scan
from pipeline.process import run_graph
from tests.connectors.feeds.polled import polled
from transforms.records import Alert, decode, encode

pytestmark = pytest.mark.slow
STARTER = Path("alerts/starter/rules.yaml")
VEHICLES = ("Falcon 9", "Atlas V", "Ariane 6", "Electron", "Vega C")
HOUR = timedelta(hours=1)


def launch(number, published):
    """Return the item of one mission's launch."""
    vehicle, mission = VEHICLES[number % 5], f"Starlink {number // 20 + 1}-{number % 20 + 1}"
    text = (
        f"A {vehicle} rocket carrying the {mission} mission lifted off from Florida on {published:%d %B %Y}."
    )
    return (
        f"<item><title>{vehicle} launches {mission}</title><link>https://wire.example/{number}</link>"
        f"<description>{text}</description><pubDate>{published:%a, %d %b %Y %H:%M:%S} GMT</pubDate></item>"
    )


def feed_of(items):
    return f'<rss version="2.0"><channel><title>Wire</title>{"".join(items)}</channel></rss>'.encode()


def told(folder, articles):
    """Return the notifications that the articles lead to, each appended when it was fetched."""
    location = LogLocation(folder / "log.sqlite")
    log = location.open()
    log.ensure_topics(topics.topic_specs(timedelta(days=400), 10**9, 1))
    log.append([NewRecord(topics.ARTICLES, a.id, encode(a), appended=a.fetched) for a in articles])
    start, until = log.earliest(topics.ARTICLES), log.end(topics.ARTICLES)
    run_graph(Plan(location, start=start, rules=(STARTER,), code_version="test", until=until))
    alerts = [decode(Alert, record.value) for record in scan(log, topics.ALERTS)]
    log.close()
    return preview_all(alerts, [Route(("all",))])


def collected(script):
    """Return the articles of a feed that `script` serves and polls, and what was said of catching up."""

    async def run():
        async with polled() as one:
            await script(one)
            return list(one.sinks.articles), one.seen.caught

    return asyncio.run(run())


def test_a_new_feed_with_500_old_entries_tells_nobody(tmp_path):
    async def script(one):
        now = one.time.now
        one.server.answer("/feed", body=feed_of(launch(n, now - (n + 30) * HOUR) for n in range(500)))
        await one.poll()

    articles, caught = collected(script)
    assert caught == [(500, 500)]
    assert told(tmp_path, articles) == []


def test_an_outage_of_six_hours_with_one_fresh_launch_tells_of_that_one(tmp_path):
    async def script(one):
        old = [launch(n, one.time.now - (n + 30) * HOUR) for n in range(40)]
        one.server.answer("/feed", body=feed_of(old))
        await one.poll_for(HOUR)
        one.time.now += 6 * HOUR
        fresh = launch(77, one.time.now - 2 * HOUR)
        one.server.answer("/feed", body=feed_of([fresh, *old]))
        await one.poll_for(HOUR)

    articles, caught = collected(script)
    assert caught == [(40, 40), (1, 0)]
    assert len({article.id for article in articles}) == len(articles) == 41
    [only] = told(tmp_path, articles)
    assert "Starlink 4-18" in only["text"]


def test_an_outage_of_three_days_tells_only_what_is_fresh(tmp_path):
    async def script(one):
        began = one.time.now
        one.server.answer("/feed", body=feed_of([launch(0, began - HOUR * 30)]))
        await one.poll()
        one.time.now += timedelta(days=3)
        missed = [launch(n, began + n * HOUR) for n in range(1, 40)]
        fresh = launch(77, one.time.now - 2 * HOUR)
        one.server.answer("/feed", body=feed_of([fresh, *missed]))
        await one.poll()

    articles, caught = collected(script)
    assert caught == [(1, 1), (40, 39)]
    [only] = told(tmp_path, articles)
    assert "Starlink 4-18" in only["text"]
