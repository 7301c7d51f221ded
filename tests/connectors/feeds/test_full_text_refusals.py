"""When the feed's own text stays, and what was asked until then."""

import asyncio
import gzip
import zlib

import pytest

from connectors.feeds.reading import Unread
from tests.connectors.feeds.full_text_site import Site, html, lasting, looked_up, writing
from tests.connectors.feeds.pages import TEXT, page
from tests.connectors.feeds.scripted_server import head


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
    "huge": (lasting("/1", page("word " * 150_000), Content_Type="text/html"), "fetch-failed"),
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


@pytest.mark.parametrize("coding", ["", "gzip"])
def test_of_an_endless_robots_txt_the_start_counts(coding):
    def prepare(server):
        async def script(writer, asked):
            rules = b"User-agent: *\nDisallow: /1\n" + b"# more\n" * 80_000
            writer.write(head(Content_Encoding=coding) + (gzip.compress(rules * 3) if coding else rules))
            await writer.drain()
            await asyncio.Event().wait()

        html(server)
        html(server, "/2")
        server.scripts["/robots.txt"] = script

    site = Site(prepare)
    completed = site.complete("/1", "/2")
    assert [each.text == TEXT for each in completed] == [False, True]
    assert site.outcomes == {"robots": 1, "taken": 1}
