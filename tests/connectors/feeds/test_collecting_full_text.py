"""Pages as part of a poll: after the unseen are known, before they are on the log, whatever breaks."""

import asyncio
from functools import partial

import pytest

from connectors.feeds.collector import Collector
from connectors.feeds.feed import Feed
from connectors.feeds.fetch import FetchResult
from connectors.feeds.full_text import FullTexts
from connectors.feeds.reading import PageText, Unread
from tests.connectors.feeds.collector_bench import Bench, KilledError, content, rss
from tests.connectors.feeds.pages import TEXT
from transforms.deduplicate.identity import fold_repeats
from transforms.deduplicate.reading import read
from transforms.intake import Intake
from transforms.records import Position

FEED = Feed("https://a.org/feed", "A", full_text=True)


class Pages(Bench):
    """A bench whose pages all have `text`; `asked` has the URLs of pages."""

    def __init__(self, *answers, feed=FEED, text=TEXT):
        super().__init__(*answers, feeds=(feed,))
        self.asked, self.outcomes, self.text = [], [], text

    async def hop(self, url, accept, *, cut_at=None):
        if url.endswith("/robots.txt"):
            return FetchResult("failed", url, 404, reason="http-404")
        self.asked.append(url)
        return FetchResult("content", url, 200, {"content-type": "text/html"}, b"<html>")

    async def read_page(self, job):
        return PageText(text=self.text) if self.text else Unread(reason="parse-crash")

    def collector(self):
        collector = super().collector()
        full_texts = partial(
            FullTexts,
            hop=self.hop,
            read=self.read_page,
            product="missionwire",
            clock=self.time.clock,
            count=self.outcomes.append,
        )
        collector._full_texts = full_texts(collector._gates, collector._in_flight)
        return collector


def texts(bench):
    return [article.text for article in bench.sinks.articles]


def test_pages_of_new_articles_are_fetched_once():
    bench = Pages(content(rss("one")), content(rss("two", "one")), content(rss("two", "one") + b" "))
    bench.polls(3)
    assert bench.asked == ["https://a.org/one", "https://a.org/two"]
    assert texts(bench) == [TEXT, TEXT]
    assert bench.outcomes == [{"taken": 1}, {"taken": 1}]


def test_a_feed_that_does_not_ask_for_it_has_no_page_fetched():
    bench = Pages(content(rss("one")), feed=Feed(FEED.url, "A"))
    bench.polls(1)
    assert (bench.asked, texts(bench)) == ([], [""])


def test_a_repeat_after_a_kill_doubles_nothing_though_the_page_has_changed():
    bench = Pages(content(rss("one")))
    bench.states.broken = KilledError()
    with pytest.raises(KilledError):
        bench.polls(1)
    bench.states.broken, bench.text = None, f"{TEXT}\n\nRelated: another story."
    bench.polls(2)
    first, again = bench.sinks.articles
    assert first.text != again.text
    assert (first.id, first.content_hash, first.identity) == (again.id, again.content_hash, again.identity)


def test_deduplication_ends_that_repeat():
    bench = Pages(content(rss("one")))
    bench.polls(1)
    bench.text, bench.states.rows = f"{TEXT}\n\nRelated: 99 other stories of Harrier.", {}
    bench.polls(1)
    cell = {}
    place = Position("articles", 0, 0)
    folds = [
        fold_repeats(cell, Intake(each, place, each.fetched), read(each, frozenset()))
        for each in bench.sinks.articles
    ]
    assert [fold.kind for fold in folds] == ["new", "repeat"]


def test_a_kill_while_pages_are_fetched_leaves_the_entries_for_the_next_start():
    bench = Pages(content(rss("one")))

    async def killed(url, accept, **options):
        raise KilledError

    usual, bench.hop = bench.hop, killed
    with pytest.raises(KilledError):
        bench.polls(1)
    assert bench.sinks.articles == []
    bench.hop = usual
    bench.polls(1)
    assert texts(bench) == [TEXT]


def test_a_reader_that_died_leaves_the_feeds_text():
    bench = Pages(content(rss("one")), text="")
    assert bench.polls(1).state == "ok"
    assert bench.outcomes == [{"read-failed": 1}]
    assert bench.sinks.titles() == ["one"]


def test_the_collector_gives_pages_its_own_gates():
    shared = []

    def full_texts(gates, in_flight):
        shared.append((gates, in_flight))

    async def run():
        bench = Pages(content(rss("one")))
        collector = Collector(
            (FEED,),
            fetch=bench.fetch,
            read=None,
            sinks=bench.sinks.sinks(),
            states=bench.states,
            code_version="test",
            full_texts=full_texts,
        )
        await collector.close()
        return collector

    collector = asyncio.run(run())
    assert shared == [(collector._gates, collector._in_flight)]
