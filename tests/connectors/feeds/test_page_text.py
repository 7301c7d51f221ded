import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.feeds.page_text import read_page
from connectors.feeds.reading import PageJob, PageText, Unread
from tests.connectors.feeds.pages import TEXT, page

ROOT = Path(__file__).parents[3]


def read(body, content_type="text/html"):
    return read_page(PageJob(body=body, content_type=content_type))


def test_the_article_is_taken_and_its_surroundings_are_left():
    assert read(page()) == PageText(text=f"Kestrel flies\n\n{TEXT}")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html><body></body></html>",
        b"<html><body><div id='root'></div><script>render()</script></body></html>",
        b"%PDF-1.7 \0\1\2",
        b"plain words without any markup",
        b"<rss version='2.0'><channel><item><title>Liftoff</title></item></channel></rss>",
        b"<" * 10_000,
        b"<html>" + b"<div>" * 20_000,
    ],
)
def test_a_page_without_an_article_has_no_text(body):
    assert isinstance(read(body), Unread)
    assert read(body).reason == "no-text"


def test_a_long_article_is_cut():
    result = read(page(*(f"on day {n} the ferry flies on and on " * 150 for n in range(40))))
    assert 50_000 < len(result.text) <= 100_000


def test_what_looks_compressed_is_not_unpacked():
    import gzip

    assert read(gzip.compress(page())).reason == "no-text"


OFFLINE = """
import sys
def forbid(event, arguments):
    if event.startswith(("socket.connect", "socket.getaddrinfo", "socket.sendto", "urllib", "subprocess")):
        raise SystemExit(f"network: {event}")
sys.addaudithook(forbid)
from connectors.feeds.page_text import read_page
from connectors.feeds.reading import PageJob
from tests.connectors.feeds.pages import page
link = "<link rel=canonical href=https://a.example/1><base href=https://b.example/>"
print(len(read_page(PageJob(body=page(head=link))).text))
"""


@pytest.mark.slow
def test_reading_a_page_asks_no_network():
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert int(done.stdout) == len(f"Kestrel flies\n\n{TEXT}")


_PIECES = st.sampled_from(
    [b"<p>", b"</p>", b"<table><tr>", b"<!--", b"]]>", b"&#0;", b"\xff\xfe", b"<meta charset=x>"]
)
_CUT_IN = st.lists(st.one_of(_PIECES, st.binary(max_size=40)), max_size=10)


@settings(max_examples=60, deadline=None)
@given(_CUT_IN, st.integers(0, 600), st.text(max_size=20))
def test_no_page_is_too_strange(pieces, place, charset):
    whole = page()
    result = read(whole[:place] + b"".join(pieces) + whole[place:], f"text/html; charset={charset}")
    assert isinstance(result, Unread) or (result.text.strip() == result.text != "")
