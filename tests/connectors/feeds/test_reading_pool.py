import asyncio
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest

from connectors.feeds.reading import Harvest, PageJob, PageText, ReadingJob, Unread, read_feed
from connectors.feeds.reading_pool import ReadingPool
from tests.connectors.feeds.pages import TEXT, page

pytestmark = pytest.mark.slow
FEED = "https://example.org/feed"
RSS = b"<rss version='2.0'><channel><item><title>Liftoff</title></item></channel></rss>"
STUCK = "tests.connectors.feeds.stuck_reader"


def job(body):
    return ReadingJob(feed=FEED, publisher="E", url=FEED, body=body, fetched=datetime(2026, 3, 1, tzinfo=UTC))


@asynccontextmanager
async def pool_of(**arguments):
    pool = ReadingPool(**arguments)
    try:
        yield pool
    finally:
        await pool.close()


def test_a_process_reads_as_the_plain_function_does():
    async def run():
        async with pool_of(workers=1) as pool:
            return [await pool.read(job(body)) for body in (RSS, b"<html></html>", b"x" * 3_000_000)]

    results = asyncio.run(run())
    assert results == [read_feed(job(RSS)), Unread(reason="not-a-feed", detail="html"), results[2]]
    assert isinstance(results[0], Harvest)


def test_a_runaway_body_is_killed_and_the_next_one_is_read(monkeypatch):
    monkeypatch.setenv("SECRET", "token")

    async def run():
        async with pool_of(workers=1, budget=timedelta(seconds=1), module=STUCK) as pool:
            return await asyncio.gather(*(pool.read(job(body)) for body in (b"hang", b"die", b"fine")))

    assert asyncio.run(run()) == [
        Unread(reason="parse-timeout", detail="over 1 s"),
        Unread(reason="parse-crash", detail="IncompleteReadError"),
        Unread(reason="not-a-feed", detail="secret seen: False"),
    ]


def test_a_real_body_that_makes_the_parser_run_away_is_given_up():
    body = (
        b"<rss version='2.0'><channel><item><author>" + b"a" * 200_000 + b"</author></item></channel></rss>"
    )

    async def run():
        async with pool_of(workers=1, budget=timedelta(seconds=1)) as pool:
            return await pool.read(job(body))

    assert asyncio.run(run()) == Unread(reason="parse-timeout", detail="over 1 s")


def test_a_body_that_eats_memory_ends_with_its_process():
    async def run():
        async with pool_of(workers=1, memory_bytes=200 * 1024**2) as pool:
            greedy = await pool.read(job(b"[" + b"{}," * 4_000_000 + b"{}]"))
            return greedy, await pool.read(job(RSS))

    greedy, after = asyncio.run(run())
    assert isinstance(greedy, Unread)
    assert greedy.reason == "parse-crash"
    assert isinstance(after, Harvest)


def test_a_cancelled_reading_frees_its_place():
    async def run():
        async with pool_of(workers=1, module=STUCK) as pool:
            assert (await pool.read(job(b"warm"))).reason == "not-a-feed"
            reading = asyncio.create_task(pool.read(job(b"hang")))
            for _ in range(3):
                await asyncio.sleep(0)
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)
            return await pool.read(job(b"fine"))

    assert asyncio.run(run()).reason == "not-a-feed"


def test_pages_are_read_by_the_same_processes_as_feeds():
    async def run():
        async with pool_of(workers=1) as pool:
            return await pool.read_page(PageJob(body=page())), await pool.read(job(RSS))

    read, harvest = asyncio.run(run())
    assert read == PageText(text=f"Kestrel flies\n\n{TEXT}")
    assert isinstance(harvest, Harvest)


def test_a_page_that_makes_the_extractor_run_away_is_given_up():
    hostile = b"<html><body>" + b"<p>word word word</p>" * 100_000

    async def run():
        async with pool_of(workers=1, page_budget=timedelta(seconds=2)) as pool:
            return await pool.read_page(PageJob(body=hostile)), await pool.read(job(RSS))

    read, harvest = asyncio.run(run())
    assert read == Unread(reason="parse-timeout", detail="over 2 s")
    assert isinstance(harvest, Harvest)


def test_a_process_that_dies_over_a_page_costs_that_page_alone():
    async def run():
        async with pool_of(workers=1, module=STUCK) as pool:
            return [await pool.read_page(PageJob(body=body)) for body in (b"die", b"fine")]

    assert asyncio.run(run()) == [
        Unread(reason="parse-crash", detail="IncompleteReadError"),
        Unread(reason="not-a-feed", detail="secret seen: False"),
    ]


def test_pages_never_take_the_last_process():
    async def run():
        async with pool_of(workers=2, page_budget=timedelta(seconds=3), module=STUCK) as pool:
            hanging = [asyncio.create_task(pool.read_page(PageJob(body=b"hang"))) for _ in range(4)]
            read = await pool.read(job(b"fine"))
            done = [page.done() for page in hanging]
            for page in hanging:
                page.cancel()
            await asyncio.gather(*hanging, return_exceptions=True)
            return read, done

    read, done = asyncio.run(run())
    assert read.reason == "not-a-feed"
    assert done == [False, False, False, False]


def test_a_slow_page_holds_up_the_next_one_for_its_budget_only():
    async def run():
        async with pool_of(workers=2, page_budget=timedelta(seconds=1), module=STUCK) as pool:
            return await asyncio.gather(*(pool.read_page(PageJob(body=body)) for body in (b"hang", b"fine")))

    assert [read.reason for read in asyncio.run(run())] == ["parse-timeout", "not-a-feed"]
