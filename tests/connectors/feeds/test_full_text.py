"""Pages of articles from a real local server, by the fetcher of service; only waiting is virtual."""

import asyncio
import gzip
import socket
import zlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network

import msgspec
import pytest

from connectors.feeds.answers import Answer
from connectors.feeds.feed import Feed, FetchLimits
from connectors.feeds.fetch import Fetcher
from connectors.feeds.full_text import FullTexts, judged, to_fetch, with_text
from connectors.feeds.hosts import HostGates
from connectors.feeds.name_lookup import ThreadResolver
from connectors.feeds.page_text import read_page
from connectors.feeds.poll_results import PollResult
from connectors.feeds.reading import Unread
from tests.connectors.feeds.pages import TEXT, page
from tests.connectors.feeds.scripted_server import head, scripted_server
from tests.connectors.feeds.test_collector import VirtualTime
from transforms.records.article import Article

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = Feed("https://feed.example/", "Example", full_text=True)
LIMITS = FetchLimits(
    "missionwire-test",
    read=timedelta(milliseconds=300),
    total=timedelta(seconds=1),
    max_body_bytes=200_000,
    allowed_networks=(ip_network("127.0.0.0/8"),),
)


def article(url, id_="1", **more):
    values = {
        "feed": FEED.url,
        "publisher": "E",
        "title": "Kestrel flies",
        "text": "Kestrel is up.",
        "fetched": NOW,
    }
    return Article(id=id_, url=url, content_hash="c", **(values | more))


looked_up = Counter()


def locally(host, port, family):
    looked_up[host] += 1
    inside = host == "inside.example" or (host == "rebinding.example" and looked_up[host] > 1)
    address = "10.0.0.1" if inside else "127.0.0.1"
    return [(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP, "", (address, port))]


class Site:
    """A server that `prepare` scripted, and the texts of articles that link there."""

    def __init__(self, prepare, *, read=None, **options):
        self.prepare, self.read, self.options = prepare, read, options
        self.outcomes, self.time = {}, VirtualTime()

    async def _read(self, job):
        return read_page(job)

    def complete(self, *paths, host="news.example", times=1):
        async def run():
            async with (
                scripted_server() as server,
                Fetcher(LIMITS, resolver=ThreadResolver(locally)) as fetcher,
            ):
                server.answer("/robots.txt", 404)
                self.prepare(server)

                async def hop(url, accept):
                    # as if each answer of the name server were for once
                    fetcher._session.connector.clear_dns_cache()
                    return await fetcher.hop(url, accept)

                texts = FullTexts(
                    HostGates(self.time.clock, self.time.sleep),
                    asyncio.Semaphore(10),
                    hop=hop,
                    read=self.read or self._read,
                    product="missionwire",
                    clock=self.time.clock,
                    count=self.outcomes.update,
                    **self.options,
                )
                articles = tuple(
                    article(server.url(path, host) if path else None, f"{n}") for n, path in enumerate(paths)
                )
                result = PollResult(Answer("entries"), articles)
                for _ in range(times):
                    self.outcomes.clear()
                    completed = await texts.complete(FEED, result)
                self.asked = [path for path, _ in server.asked]
                self.headers = [headers for _, headers in server.asked]
                return completed.articles

        return asyncio.run(run())


def html(server, path="/1", body=None, **headers):
    server.answer(path, body=page() if body is None else body, Content_Type="text/html", **headers)


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


def robots(text, status=200):
    def prepare(server):
        html(server)
        server.answer("/robots.txt", status, text.encode())

    return prepare


def redirecting(*hops):
    def prepare(server):
        html(server, "/end")
        for path, location in hops:
            server.answer(path, 302, Location=location.format(port=server.port))

    return prepare


def writing(*pieces, content_type="text/html", **headers):
    """Script a page that never ends."""

    def prepare(server):
        async def script(writer, asked):
            writer.write(head(Content_Type=content_type, **headers))
            for piece in pieces:
                writer.write(piece)
            await writer.drain()
            await asyncio.Event().wait()

        server.scripts["/1"] = script

    return prepare


def dripping(server):
    async def script(writer, asked):
        writer.write(head(Content_Type="text/html"))
        while True:
            writer.write(b"<")
            await writer.drain()
            await asyncio.sleep(0.1)

    server.scripts["/1"] = script


def bomb(size=10_000_000):
    packer = zlib.compressobj(9, wbits=31)
    return packer.compress(b"a" * size) + packer.flush()


def lasting(path, body, **headers):
    return lambda server: server.answer(path, body=body, **headers)


KEPT = {
    "disallowed": (robots("User-agent: *\nDisallow: /1"), "robots"),
    "disallowed by name": (robots("User-agent: missionwire\nDisallow: /\nUser-agent: *\nAllow: /"), "robots"),
    "robots.txt is broken": (robots("", 500), "robots-unreachable"),
    "robots.txt asks for silence": (robots("", 429), "robots-unreachable"),
    "robots.txt leads inside": (
        lambda server: (html(server), server.answer("/robots.txt", 302, Location="http://169.254.169.254/")),
        "robots-unreachable",
    ),
    "not found": (lambda server: server.answer("/1", 404), "fetch-failed"),
    "forbidden": (lambda server: server.answer("/1", 403, page()), "fetch-failed"),
    "no server": (redirecting(("/1", "http://127.0.0.1:1/")), "robots-unreachable"),
    "to the cloud's metadata": (redirecting(("/1", "http://169.254.169.254/latest")), "robots-unreachable"),
    "to a name inside": (
        redirecting(("/1", "http://inside.example:{port}/end")),
        "robots-unreachable",
    ),
    "to IPv6 loopback": (redirecting(("/1", "http://[::1]:{port}/end")), "robots-unreachable"),
    "to a file": (redirecting(("/1", "file:///etc/passwd")), "fetch-failed"),
    "to itself": (redirecting(("/1", "/1")), "fetch-failed"),
    "in a circle": (redirecting(("/1", "/2"), ("/2", "/1")), "fetch-failed"),
    "too far": (redirecting(*((f"/{n}", f"/{n + 1}") for n in range(1, 8))), "fetch-failed"),
    "silent": (writing(), "fetch-failed"),
    "dripping": (dripping, "fetch-failed"),
    "endless": (writing(*[b"<p>more and more" * 1000] * 100), "fetch-failed"),
    "huge": (lasting("/1", page("word " * 60_000), Content_Type="text/html"), "fetch-failed"),
    "a gzip bomb": (lasting("/1", bomb(), Content_Type="text/html", Content_Encoding="gzip"), "fetch-failed"),
    "half of a gzip": (
        lasting("/1", gzip.compress(page())[:-9], Content_Type="text/html", Content_Encoding="gzip"),
        "fetch-failed",
    ),
    "a picture": (lasting("/1", b"\x89PNG", Content_Type="image/png"), "not-html"),
    "a document": (lasting("/1", b"%PDF-1.7", Content_Type="application/pdf"), "not-html"),
    "a picture that calls itself a page": (lasting("/1", b"\x89PNG", Content_Type="text/html"), "no-text"),
    "nothing": (lasting("/1", b"", Content_Type="text/html"), "no-text"),
    "a page without text": (
        lasting("/1", b"<html><div id=app></div><script>x</script></html>", Content_Type="text/html"),
        "no-text",
    ),
    "less than the feed has": (lasting("/1", page("Up."), Content_Type="text/html"), "shorter"),
    "a wall": (
        lasting(
            "/1",
            b"<html><body><p>We and our partners store cookies. Please accept them.</p></body></html>",
            Content_Type="text/html",
        ),
        "other-text",
    ),
}


@pytest.mark.parametrize("case", KEPT)
def test_the_feeds_text_stays(case):
    prepare, outcome = KEPT[case]
    site = Site(prepare)
    (completed,) = site.complete("/1")
    assert (completed.text, completed.summary) == ("Kestrel is up.", "")
    assert site.outcomes == {outcome: 1}
    if outcome == "robots":
        assert site.asked == ["/robots.txt"]


def test_a_redirect_is_followed_and_its_robots_txt_is_asked():
    site = Site(redirecting(("/1", "http://other.example:{port}/end")))
    assert site.complete("/1")[0].text == TEXT
    assert site.asked == ["/robots.txt", "/1", "/robots.txt", "/end"]


def test_a_name_that_leads_inside_after_robots_txt_was_asked_is_refused_then():
    looked_up.clear()
    site = Site(lambda server: server.answer("/robots.txt", body=b""))
    (completed,) = site.complete("/1", host="rebinding.example")
    assert completed.text == "Kestrel is up."
    assert site.outcomes == {"fetch-failed": 1}
    assert (site.asked, looked_up["rebinding.example"]) == (["/robots.txt"], 2)


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

        async def hop(url, accept):
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


@pytest.mark.parametrize("reason", ["parse-timeout", "parse-crash"])
def test_a_page_that_a_reader_cannot_stand_keeps_the_feeds_text(reason):
    async def read(job):
        return Unread(reason=reason)

    site = Site(html, read=read)
    assert site.complete("/1")[0].text == "Kestrel is up."
    assert site.outcomes == {"read-failed": 1}


def test_a_bug_of_ours_costs_no_article():
    async def read(job):
        raise ZeroDivisionError

    site = Site(html, read=read)
    assert site.complete("/1")[0].text == "Kestrel is up."
    assert site.outcomes == {"bug": 1}


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
