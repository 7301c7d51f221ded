"""Where a page's feed may be: what it links to comes before what many have."""

import pytest

from connectors.feeds.page_links import possible_feeds

URL = "https://a.example/news/today.html"
LINK = '<link rel="alternate" type="application/rss+xml" href="{}">'
PLACES = [
    "https://a.example/news/feed/", "https://a.example/feed/", "https://a.example/rss.xml",
    "https://a.example/feed.xml", "https://a.example/atom.xml", "https://a.example/index.xml",
    "https://a.example/rss", "https://a.example/feed.json",
]  # fmt: skip


def found(page, url=URL):
    return [each for each in possible_feeds(page.encode(), url) if each not in PLACES]


@pytest.mark.parametrize(
    ("page", "urls"),
    [
        ("<link rel=alternate type=application/rss+xml href=/x.xml>", ["https://a.example/x.xml"]),
        (
            "<LINK REL='home Alternate' TYPE='application/atom+xml; charset=utf-8' HREF='x?a=1&amp;b=2'>",
            ["https://a.example/news/x?a=1&b=2"],
        ),
        (
            '<base href="//b.example/y/"><link rel="alternate" type="application/feed+json" href="x">',
            ["https://b.example/y/x"],
        ),
        ('<link rel="alternate" hreflang="de" href="/de/"><link rel="stylesheet" href="/x.rss">', []),
        ('<a href="/blog/rss">Feed</a> <a href="/rssinfo">?</a>', ["https://a.example/blog/rss"]),
        (
            LINK.format("/comments/1.xml") + LINK.format("/posts.xml"),
            ["https://a.example/posts.xml", "https://a.example/comments/1.xml"],
        ),
        (
            "".join(
                LINK.format(href)
                for href in ("http://a.example/x", "javascript:alert(1)", "https://me:pw@a.example/x", "")
            ),
            [],
        ),
        ('<!-- <link rel="alternate" type="application/rss+xml" href="/old.xml"> -->', []),
    ],
)
def test_links_of_a_page(page, urls):
    assert found(page) == urls


def test_common_places_are_tried_after_the_links():
    page = b'<link rel="alternate" type="application/rss+xml" href="/rss.xml">'
    assert possible_feeds(page, URL) == [
        "https://a.example/rss.xml",
        *(p for p in PLACES if "rss.xml" not in p),
    ]
    assert possible_feeds(b"", "https://a.example") == PLACES[1:]


def test_a_page_of_links_is_not_tried_to_its_end():
    page = b"".join(
        b'<link rel="alternate" type="application/rss+xml" href="/%d"><a href="/%d/rss">' % (n, n)
        for n in range(5000)
    )
    assert len(possible_feeds(page, URL)) == 12
