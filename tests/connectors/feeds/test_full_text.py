"""Pages of articles from a real local server, by the fetcher of service; only waiting is virtual."""

import asyncio
import gzip
from datetime import timedelta

import msgspec
import pytest

from connectors.feeds.answers import Answer
from connectors.feeds.full_text import FullTexts, judged, to_fetch, with_text
from connectors.feeds.hosts import HostGates
from connectors.feeds.poll_results import PollResult
from tests.connectors.feeds.collector_bench import VirtualTime
from tests.connectors.feeds.full_text_site import FEED, Site, article, html, lasting, writing
from tests.connectors.feeds.pages import TEXT, page
from tests.connectors.feeds.scripted_server import head


def test_the_text_of_the_page_takes_the_place_of_the_feeds():
    site = Site(html)
    (completed,) = site.complete("/1")
    assert completed.text == TEXT
    assert completed.summary == "Kestrel is up."
    assert (completed.id, completed.content_hash) == ("0", "c")
    assert site.outcomes == {"taken": 1}
    assert site.asked == ["/robots.txt", "/1"]
    assert site.headers[1]["accept"].startswith("text/html")
    assert site.headers[1]["user-agent"] == "missionwire-test"


def test_a_page_that_changes_between_two_polls_changes_no_identity():
    pages = [page(), page("Quite another text of the ferry Kestrel, which flies and flies on for days.")]

    def prepare(server):
        async def script(writer, asked):
            body = pages.pop(0)
            writer.write(head(length=len(body)) + body)

        server.scripts["/1"] = script

    versions = [Site(prepare).complete("/1")[0] for _ in range(2)]
    assert versions[0].text != versions[1].text
    assert versions[0].id == versions[1].id
    assert versions[0].content_hash == versions[1].content_hash
    assert versions[0].identity.endswith("/1")


def test_a_compressed_page_is_unpacked():
    site = Site(lasting("/1", gzip.compress(page()), Content_Type="text/html", Content_Encoding="gzip"))
    assert site.complete("/1")[0].text == TEXT


def test_an_article_without_a_link_keeps_its_text():
    site = Site(html)
    assert site.complete("")[0].text == "Kestrel is up."
    assert site.outcomes == {"no-link": 1}


def test_only_the_first_pages_of_a_poll_are_fetched():
    site = Site(lambda server: [html(server, f"/{n}") for n in range(5)], limit=3)
    completed = site.complete("/0", "/1", "/2", "/3", "/4")
    assert [each.text == TEXT for each in completed] == [True, True, True, False, False]
    assert [each.id for each in completed] == ["0", "1", "2", "3", "4"]
    assert site.outcomes == {"taken": 3, "over-the-cut": 2}


def test_fresh_articles_come_before_historical_ones():
    articles = [article(f"https://a.example/{n}", f"{n}", historical=n < 2) for n in range(4)]
    assert [each.id for each in to_fetch(articles, 3)] == ["2", "3", "0"]
    assert to_fetch([article(None)], 3) == ()


def test_pages_of_a_host_are_a_second_apart_and_robots_txt_is_asked_once():
    site = Site(lambda server: [html(server, f"/{n}") for n in range(3)])
    site.complete("/0", "/1", "/2", times=2)
    assert site.asked.count("/robots.txt") == 1
    assert len(site.asked) == 7
    assert site.time.now - site.time.now.replace(minute=0, second=0) == timedelta(seconds=6)


def test_a_host_that_asks_for_silence_is_left_alone():
    site = Site(lambda server: [server.answer(f"/{n}", 429, Retry_After="600") for n in range(4)])
    site.complete("/0", "/1", "/2", "/3")
    assert site.outcomes == {"fetch-failed": 4}
    assert len([path for path in site.asked if path != "/robots.txt"]) <= 2


def test_a_host_that_asks_for_silence_without_a_time_is_left_alone_as_long_as_by_polls():
    site = Site(lambda server: [server.answer(f"/{n}", 429) for n in range(4)])
    site.complete("/0", "/1", "/2", "/3")
    assert len([path for path in site.asked if path != "/robots.txt"]) <= 2


def test_what_takes_too_long_keeps_its_feed_text_and_what_was_done_is_taken():
    def prepare(server):
        html(server, "/0")
        writing()(server)
        html(server, "/2")

    site = Site(prepare, patience=timedelta(milliseconds=200))
    completed = site.complete("/0", "/1", "/2")
    assert completed[0].text == completed[2].text == TEXT
    assert site.outcomes == {"taken": 2, "out-of-time": 1}


def test_a_poll_that_is_given_up_leaves_nothing_behind():
    async def run():
        begun = asyncio.Event()

        async def hop(url, accept, *, cut_at):
            begun.set()
            await asyncio.Event().wait()

        time = VirtualTime()
        texts = FullTexts(
            HostGates(time.clock, time.sleep),
            asyncio.Semaphore(1),
            hop=hop,
            read=None,
            product="missionwire",
            clock=time.clock,
            count=None,
        )
        result = PollResult(Answer("entries"), (article("https://a.example/1"),))
        completing = asyncio.create_task(texts.complete(FEED, result))
        await begun.wait()
        completing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await completing
        return asyncio.all_tasks() - {asyncio.current_task()}

    assert asyncio.run(run()) == set()


@pytest.mark.parametrize(
    ("title", "text", "outcome"),
    [
        ("Kestrel flies", "Kestrel flies\n\nThe ferry is in orbit now.", "taken"),
        ("Kestrel flies", "The ferry KESTREL is in orbit now.", "taken"),
        ("Kestrel flies", "Please accept all of our cookies first.", "other-text"),
        ("Kestrel", "Its name is not in this text at all, but one word proves little.", "taken"),
        ("火箭發射成功", "Words without any of the title's characters.", "taken"),
        ("Kestrel flies", "Kestrel flies\n\nUp.", "shorter"),
        ("Kestrel flies", "Kestrel is up.", "shorter"),
    ],
)
def test_a_text_that_is_shorter_or_speaks_of_something_else_is_not_taken(title, text, outcome):
    assert judged(article("https://a.example/1", title=title), text).outcome == outcome


def test_the_feeds_own_summary_is_kept():
    given = article("https://a.example/1", summary="In short: up.")
    assert with_text(given, "long").summary == "In short: up."
    assert msgspec.structs.replace(with_text(given, "long"), text=given.text) == given
