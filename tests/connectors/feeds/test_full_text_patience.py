"""Slow hosts and slow pages cost the articles that link there, and nobody else's."""

import asyncio
from collections import Counter

import pytest

from connectors.feeds.answers import Answer
from connectors.feeds.fetch import FetchResult
from connectors.feeds.full_text import FullTexts
from connectors.feeds.hosts import HostGates, host_of
from connectors.feeds.poll_results import PollResult
from connectors.feeds.reading import PageText, Unread
from tests.connectors.feeds.collector_bench import VirtualTime
from tests.connectors.feeds.full_text_site import FEED, article
from tests.connectors.feeds.pages import TEXT

FIVE = [f"slow{n}.example" for n in range(5)]


class Web:
    """Hosts that answer at once, but for those of `FIVE`, which are silent at `stuck_at`."""

    def __init__(self, stuck_at):
        self.stuck_at, self.reads, self.read_as = stuck_at, 0, PageText(text=TEXT)
        self.under_way, self.most = Counter(), Counter()
        self.outcomes = Counter()
        time = VirtualTime()
        self.texts = FullTexts(
            HostGates(time.clock, time.sleep),
            asyncio.Semaphore(100),
            hop=self.hop,
            read=self.read,
            product="missionwire",
            clock=time.clock,
            count=self.outcomes.update,
        )

    async def hop(self, url, accept, *, cut_at=None):
        kind, host = ("robots" if url.endswith("/robots.txt") else "page"), host_of(url)
        self.under_way[host] += 1
        self.most[host] = max(self.most[host], self.under_way[host])
        if host in FIVE and kind == self.stuck_at:
            await asyncio.Event().wait()
        self.under_way[host] -= 1
        if kind == "robots":
            return FetchResult("failed", url, 404, reason="http-404")
        return FetchResult("content", url, 200, {"content-type": "text/html"}, host.encode())

    async def read(self, job):
        self.reads += 1
        if job.body.decode() in FIVE and self.stuck_at == "reading":
            await asyncio.Event().wait()
        return self.read_as

    def poll(self, host, pages=5):
        articles = tuple(article(f"https://{host}/{n}", f"{host}{n}") for n in range(pages))
        return self.texts.complete(FEED, PollResult(Answer("entries"), articles))


@pytest.mark.parametrize("stuck_at", ["robots", "page", "reading"])
def test_five_slow_hosts_keep_no_other_feed_waiting(stuck_at):
    web = Web(stuck_at)

    async def run():
        slow = [asyncio.create_task(web.poll(host)) for host in FIVE for _ in range(4)]
        for _ in range(200):
            await asyncio.sleep(0)
        try:
            return await asyncio.wait_for(web.poll("quick.example"), 5)
        finally:
            for poll in slow:
                poll.cancel()
            await asyncio.gather(*slow, return_exceptions=True)

    result = asyncio.run(run())
    assert [each.text for each in result.articles] == [TEXT] * 5
    assert max(web.most.values()) <= 2


def test_a_poll_whose_page_took_too_long_to_read_has_no_more_read():
    web = Web("nowhere")
    web.read_as = Unread(reason="parse-timeout", detail="over 4 s")
    result = asyncio.run(web.poll("news.example", pages=8))
    assert web.outcomes == {"read-failed": 8}
    assert web.reads <= 2
    assert {each.text for each in result.articles} == {"Kestrel is up."}
    asyncio.run(web.poll("news.example", pages=8))
    assert web.reads <= 4


def test_a_page_that_killed_its_reader_leaves_the_others_to_be_read():
    web = Web("nowhere")
    web.read_as = Unread(reason="parse-crash")
    asyncio.run(web.poll("news.example", pages=8))
    assert web.reads == 8
