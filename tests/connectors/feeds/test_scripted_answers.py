"""What servers do to us, each said by a real one, and what becomes of the feed."""

import asyncio
import gzip
import zlib
from datetime import timedelta

import brotli
import pytest
from backports import zstd

from tests.connectors.feeds.answer_scripts import HTML, NO_ENTRIES, TITLE, redirected, rss, said
from tests.connectors.feeds.polled import SERVER, polled
from tests.connectors.feeds.scripted_server import head

SOON = timedelta(seconds=63)
BACK_OFF = timedelta(minutes=5, seconds=15)
ATOM = f'<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>1</id><title>{TITLE}</title></entry></feed>'.encode()
JSON = (
    '{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "title": "' + TITLE + '"}]}'
).encode()

BOMB = bytes(12 * 1024 * 1024)


def written(*pieces, wait=0.0, then_wait=False):
    async def script(writer, asked):
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(wait)
        if then_wait:
            await asyncio.Event().wait()

    return lambda server: server.scripts.update({"/feed": script})


def chain(length):
    def script(server):
        server.answer("/feed", 302, Location="/1")
        for hop in range(1, length):
            server.answer(f"/{hop}", 302, Location=f"/{hop + 1}")
        server.answer(f"/{length}", body=rss())

    return script


def in_a_circle(server):
    server.answer("/feed", 301, Location="/there")
    server.answer("/there", 301, Location="/feed")


def good(wait=SOON, titles=(TITLE,)):
    return "ok", "", list(titles), wait


def failing(reason, wait=BACK_OFF):
    return "failing", reason, [], wait


def minutes(count):
    return timedelta(minutes=count)


ANSWERS = {
    # good ones
    "RSS": (said(body=rss()), good()),
    "Atom": (said(body=ATOM), good()),
    "JSON Feed": (said(body=JSON), good()),
    "a feed that says it is HTML": (said(body=rss(), Content_Type="text/html"), good()),
    "a new feed without entries": (said(body=NO_ENTRIES), good(titles=())),
    "a feed that stops in the middle of a tag": (said(body=rss()[:-12]), good()),
    # no feeds
    "a login page": (said(body=HTML, Content_Type="text/html"), failing("not-a-feed")),
    "a login page that says it is a feed": (
        said(body=HTML, Content_Type="application/rss+xml"),
        failing("not-a-feed"),
    ),
    "JSON that is no JSON Feed": (said(body=b'{"items": []}'), failing("not-a-feed")),
    "broken JSON": (said(body=b'{"version": '), failing("not-a-feed")),
    "nothing at all": (said(), failing("not-a-feed")),
    "white space": (said(body=b" \n" * 100), failing("not-a-feed")),
    "a picture": (said(body=b"\x89PNG\r\n\x1a\n" + bytes(100)), failing("not-a-feed")),
    # statuses
    "204": (said(204), failing("http-204")),
    "206": (said(206, rss()), failing("http-206")),
    "304 that nobody asked for": (said(304), failing("http-304")),
    "300": (said(300), failing("http-300")),
    "400": (said(400), failing("http-400")),
    "401": (said(401), failing("http-401")),
    "403": (said(403, rss()), failing("http-403")),
    "404": (said(404), failing("http-404")),
    "410": (said(410), ("gone", "http-410", [], timedelta(days=7.35))),
    "500": (said(500), failing("http-500")),
    "502": (said(502), failing("http-502")),
    "a status that does not exist": (said(999), failing("http-999")),
    # asked to wait
    "429 with seconds": (said(429, Retry_After="120"), failing("http-429", minutes(2))),
    "429 with a date": (
        said(429, Retry_After="Sun, 01 Mar 2026 13:00:00 GMT"),
        failing("http-429", minutes(60)),
    ),
    "429 with a date in the past": (
        said(429, Retry_After="Sun, 01 Mar 2020 13:00:00 GMT"),
        failing("http-429"),
    ),
    "429 for a year": (said(429, Retry_After="31536000"), failing("http-429", timedelta(days=1))),
    "429 with nonsense": (said(429, Retry_After="soon"), failing("http-429")),
    "429 without a time": (said(429), failing("http-429")),
    "503 with seconds": (said(503, Retry_After="600"), failing("http-503", minutes(10))),
    "503 with a date": (
        said(503, Retry_After="Sunday, 01-Mar-26 12:30:00 GMT"),
        failing("http-503", minutes(30)),
    ),
    "503 without a time": (said(503), failing("http-503")),
    "500 with a time": (said(500, Retry_After="7200"), failing("http-500")),
    # redirects
    "301": (redirected(301), good()),
    "302": (redirected(302), good()),
    "303": (redirected(303), good()),
    "307": (redirected(307), good()),
    "308": (redirected(308), good()),
    "five redirects": (chain(5), good()),
    "six redirects": (chain(6), failing("too-many-redirects")),
    "a circle": (in_a_circle, failing("redirect-loop")),
    "a redirect to nowhere": (said(302), failing("bad-http")),
    "a redirect to the address of cloud metadata": (
        redirected(302, "http://169.254.169.254/latest/"),
        failing("refused-address"),
    ),
    "a redirect to this machine": (
        redirected(302, "http://127.0.0.1:{port}/there"),
        failing("refused-address"),
    ),
    "a redirect to this machine in IPv6": (
        redirected(302, "http://[::ffff:127.0.0.1]:{port}/there"),
        failing("refused-address"),
    ),
    "a redirect to a name of this machine": (
        redirected(302, "http://inside.example:{port}/there"),
        failing("refused-address"),
    ),
    "a redirect to a name that there is not": (redirected(302, "http://nowhere.example/"), failing("dns")),
    "a redirect with a password": (redirected(302, "http://me:secret@127.0.0.2/"), failing("refused-url")),
    "a redirect to a file": (redirected(302, "file:///etc/passwd"), failing("refused-url")),
    "a redirect to a page": (redirected(302, body=HTML), failing("not-a-feed")),
    # codings and sizes
    "gzip": (said(body=gzip.compress(rss()), Content_Encoding="gzip"), good()),
    "deflate": (said(body=zlib.compress(rss()), Content_Encoding="deflate"), good()),
    "brotli": (said(body=brotli.compress(rss()), Content_Encoding="br"), good()),
    "zstd": (said(body=zstd.compress(rss()), Content_Encoding="zstd"), good()),
    "gzip that was not announced": (said(body=gzip.compress(rss())), failing("not-a-feed")),
    "gzip that is none": (said(body=rss(), Content_Encoding="gzip"), failing("bad-encoding")),
    "a coding that nobody asked for": (
        said(body=rss(), Content_Encoding="compress"),
        failing("bad-encoding"),
    ),
    "truncated gzip": (said(body=gzip.compress(rss())[:-9], Content_Encoding="gzip"), failing("truncated")),
    "a gzip bomb": (said(body=gzip.compress(BOMB), Content_Encoding="gzip"), failing("too-large")),
    "a brotli bomb": (said(body=brotli.compress(BOMB), Content_Encoding="br"), failing("too-large")),
    "a zstd bomb": (said(body=zstd.compress(BOMB), Content_Encoding="zstd"), failing("too-large")),
    "an endless body": (written(head(200), *[b"x" * 2**20] * 16), failing("too-large")),
    "less than announced": (written(head(200, length=5000), rss()), failing("truncated")),
    # time
    "silence": (written(then_wait=True), failing("timeout")),
    "silence in the middle": (written(head(200), b"<rss", then_wait=True), failing("timeout")),
    "a slow drip": (written(head(200), *[b"x"] * 100, wait=0.05), failing("timeout")),
    "a slow drip of headers": (written(*[b"X: 1\r\n"] * 100, wait=0.05), failing("bad-http")),
    # no HTTP
    "another protocol": (written(b"SSH-2.0-OpenSSH_9\r\n"), failing("bad-http")),
    "headers without end": (written(head(200)[:-2] + b"X: " + b"a" * 200_000), failing("bad-http")),
    "a connection that is closed": (written(), failing("bad-http")),
    # characters
    "a byte order mark": (said(body=b"\xef\xbb\xbf" + rss()), good()),
    "UTF-16 with its mark": (said(body=rss(encoding="utf-16", declared="utf-16")), good()),
    "Latin-1 that says so": (said(body=rss(encoding="latin-1", declared="iso-8859-1")), good()),
    "Latin-1 that says it is UTF-8": (said(body=rss(encoding="latin-1")), good()),
    "a charset that there is not": (
        said(body=rss(), Content_Type="application/rss+xml; charset=klingon"),
        good(),
    ),
    # stated intervals
    "max-age": (said(body=rss(), Cache_Control="max-age=600"), good(minutes(10.5))),
    "max-age over the ceiling": (said(body=rss(), Cache_Control="max-age=7200"), good(minutes(30))),
    "Expires": (said(body=rss(), Expires="Sun, 01 Mar 2026 12:20:00 GMT"), good(minutes(21))),
    "ttl": (said(body=rss(words="<ttl>20</ttl>")), good(minutes(21))),
    "updatePeriod": (
        said(
            body=rss(
                words="<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>"
            )
        ),
        good(timedelta(minutes=15.75)),
    ),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_of_a_server_decides_what_becomes_of_its_feed(name):
    script, expected = ANSWERS[name]

    async def run():
        async with polled() as one:
            one.names.addresses["inside.example"] = ["127.0.0.1"]
            script(one.server)
            state, wait = await one.poll()
            titles = [article.title for article in one.sinks.articles]
            assert all(path in ("/feed", "/there") or path[1:].isdigit() for path, _ in one.server.asked)
            return state.state, state.reason, titles, wait

    assert asyncio.run(run()) == expected


def test_there_are_at_least_forty_scripts():
    assert len(ANSWERS) > 80


@pytest.mark.parametrize(
    ("host", "asked"), [("bücher.example", "xn--bcher-kva.example"), ("News.Example.", None)]
)
def test_a_host_is_asked_by_its_ascii_name(host, asked):
    async def run():
        async with polled(host=host) as one:
            for name in (asked, "news.example", "news.example."):
                one.names.addresses[name] = [SERVER]
            one.server.answer("/feed", body=rss())
            state, _ = await one.poll()
            return state.state, one.server.asked[0][1]["host"].rpartition(":")[0]

    state, told = asyncio.run(run())
    assert state == "ok"
    assert asked is None or told == asked
