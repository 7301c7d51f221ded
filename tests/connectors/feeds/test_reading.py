from datetime import UTC, datetime

import pytest

from connectors.feeds.reading import Harvest, ReadingJob, Unread, read_feed
from transforms.records.article import article_id, content_hash

FETCHED = datetime(2026, 3, 1, 12, tzinfo=UTC)
FEED = "https://example.org/feed"


def read(body, **more):
    data = body if isinstance(body, bytes) else body.encode()
    job = {"feed": FEED, "publisher": "Example", "url": FEED, "body": data, "fetched": FETCHED}
    return read_feed(ReadingJob(**(job | more)))


def rss(*items):
    return (
        f"<?xml version='1.0'?><rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>"
    )


def only(result):
    (article,) = result.articles
    return article


def test_an_rss_item_becomes_an_article():
    article = only(
        read(
            rss(
                "<item><title>Soyuz &amp;amp; crew lift off</title>"
                "<link>/news/1?utm_source=rss</link><guid isPermaLink='false'>n-1</guid>"
                "<description>&lt;p&gt;Short.&lt;/p&gt;</description>"
                "<content:encoded xmlns:content='http://purl.org/rss/1.0/modules/content/'>"
                "<![CDATA[<p>The rocket lifted off.</p><p>All is well &amp; calm.</p>]]></content:encoded>"
                "<pubDate>Sun, 01 Mar 2026 11:30:00 +0100</pubDate><author>Ann</author>"
                "<category>Launch</category><category>Launch</category></item>"
            )
        )
    )
    text = "The rocket lifted off.\n\nAll is well & calm."
    assert article.title == "Soyuz & crew lift off"
    assert article.text == text
    assert article.summary == "Short."
    assert article.url == "https://example.org/news/1"
    assert article.published == datetime(2026, 3, 1, 10, 30, tzinfo=UTC)
    assert article.updated is None
    assert (article.feed, article.publisher, article.fetched) == (FEED, "Example", FETCHED)
    assert (article.authors, article.categories) == (("Ann",), ("Launch",))
    assert article.content_hash == content_hash("Soyuz & crew lift off", text)
    assert article.id == article_id("https://example.org/news/1", article.content_hash)
    assert article.historical is False


def test_atom_decodes_once_and_keeps_plain_titles_plain():
    article = only(
        read(
            "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='en'><entry>"
            "<title>a &lt; b &amp;amp; c</title><id>tag:x,2026:1</id><updated>2026-03-01T10:00:00Z</updated>"
            "<summary type='html'>&lt;p&gt;x &amp;amp;lt; y&lt;/p&gt;</summary></entry></feed>"
        )
    )
    assert article.title == "a < b &amp; c"
    assert article.text == "x &lt; y"
    assert article.updated == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert article.url is None
    assert article.language == "en"
    assert article.id == article_id(article.identity, article.content_hash)


@pytest.mark.parametrize(
    ("item", "url", "guid"),
    [
        ("<guid>123</guid>", None, "123"),
        ("<guid>https://a.org/1</guid>", "https://a.org/1", "https://a.org/1"),
        ("<guid isPermaLink='false'>https://a.org/1</guid>", None, "https://a.org/1"),
        ("<guid>5</guid><link>/x?b=1</link>", "https://example.org/x?b=1", "5"),
        ("<guid>5</guid><link>mailto:a@a.org</link>", None, "5"),
        ("<link>http://[</link>", None, None),
    ],
)
def test_a_guid_is_kept_raw_and_is_a_link_only_if_it_is_one(item, url, guid):
    article = only(read(rss(f"<item><title>T</title>{item}</item>")))
    assert (article.url, article.guid) == (url, guid)


def test_a_json_feed_is_read():
    article = only(
        read(
            '{"version": "https://jsonfeed.org/version/1.1", "title": "J", "language": "en", "items": [{'
            '"id": 7, "url": "/a", "title": "T <b>", "content_html": "<p>Hi</p>",'
            '"date_published": "2026-03-01T09:00:00Z",'
            '"authors": [{"name": "Bo"}, 3], "tags": ["x", null]}]}'
        )
    )
    assert (article.title, article.text, article.guid) == ("T <b>", "Hi", "7")
    assert (article.url, article.authors, article.categories) == ("https://example.org/a", ("Bo",), ("x",))


ATOM = (
    "<feed xmlns='http://www.w3.org/2005/Atom' xml:lang='fr'><author><name>The feed</name></author>"
    "<entry xml:lang='de'><title>T</title><id>1</id>{}</entry></feed>"
)


@pytest.mark.parametrize(
    ("inside", "authors"),
    [
        ("", ("The feed",)),
        ("<author><name>Ann</name></author><author><name>Bo</name></author>", ("Ann", "Bo")),
        ("<source><title>S</title><author><name>Its source</name></author></source>", ("Its source",)),
        ("<contributor><name>Cy</name></contributor>", ("The feed",)),
    ],
)
def test_an_atom_entry_without_authors_has_those_of_its_source_or_feed(inside, authors):
    article = only(read(ATOM.format(inside)))
    assert (article.authors, article.language) == (authors, "de")


def test_both_times_of_an_entry_are_kept():
    times = "<published>2026-02-01T10:00:00Z</published><updated>2026-02-02T10:00:00+01:00</updated>"
    article = only(read(ATOM.format(times)))
    assert article.published == datetime(2026, 2, 1, 10, tzinfo=UTC)
    assert article.updated == datetime(2026, 2, 2, 9, tzinfo=UTC)


def test_the_editor_of_an_rss_feed_is_no_author_of_its_items():
    body = rss("<item><title>T</title></item>").replace(
        "<title>T</title><item>", "<title>T</title><managingEditor>e@a.org (Ed)</managingEditor><item>"
    )
    assert only(read(body)).authors == ()


@pytest.mark.parametrize(
    ("author", "authors"),
    [
        ("<author>ann@a.org (Ann)</author>", ("Ann",)),
        ("<author>ann@a.org</author>", ("ann@a.org",)),
        ("<dc:creator>Ann</dc:creator><dc:creator>Bo</dc:creator>", ("Ann", "Bo")),
    ],
)
def test_the_authors_of_an_rss_item(author, authors):
    item = f"<item xmlns:dc='http://purl.org/dc/elements/1.1/'><title>T</title>{author}</item>"
    assert only(read(rss(item))).authors == authors


@pytest.mark.parametrize(
    ("item", "channel", "header", "language"),
    [
        ("es", "<language>en-us</language>", "nl", "es"),
        (None, "<language>en-us</language>", "nl", "en-us"),
        (None, "", "nl", "nl"),
        (None, "", "", None),
        (None, "<language>no language at all</language>", "", None),
    ],
)
def test_the_nearest_word_about_the_language_counts(item, channel, header, language):
    inside = f"<dc:language xmlns:dc='http://purl.org/dc/elements/1.1/'>{item}</dc:language>" if item else ""
    body = f"<rss version='2.0'><channel>{channel}<item><title>T</title>{inside}</item></channel></rss>"
    assert only(read(body, content_language=header)).language == language


def test_a_json_item_has_what_its_feed_says_of_all():
    body = (
        '{"version": "https://jsonfeed.org/version/1.1", "authors": [{"name": "All"}], "items": ['
        '{"id": "1", "title": "A"},'
        '{"id": "2", "title": "B", "language": "da", "author": {"name": "Own"},'
        '"date_modified": "2026-02-02T10:00:00Z"}]}'
    )
    first, second = read(body, content_language="nl").articles
    assert (first.authors, first.language, first.updated) == (("All",), "nl", None)
    assert (second.authors, second.language) == (("Own",), "da")
    assert second.updated == datetime(2026, 2, 2, 10, tzinfo=UTC)


def test_the_fullest_content_is_taken():
    article = only(
        read(rss("<item><title>T</title><description>A much longer description of it</description></item>"))
    )
    assert article.text == "A much longer description of it"
    assert article.summary == ""


def test_the_source_of_a_copied_item_is_its_publisher():
    item = "<item><title>T</title><source url='https://r.example/f'>Agency &amp;amp; Co</source></item>"
    assert only(read(rss(item))).publisher == "Agency & Co"


@pytest.mark.parametrize(
    ("date", "published"),
    [
        ("Sun, 01 Mar 2026 11:00:00 GMT", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("Sun, 01 Mar 2026 11:00:00", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01 11:00", datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01T11:00:00+02:00", datetime(2026, 3, 1, 9, tzinfo=UTC)),
        ("Mon, 02 Mar 2026 11:00:00 GMT", datetime(2026, 3, 2, 11, tzinfo=UTC)),
        ("Tue, 03 Mar 2026 11:00:00 GMT", None),
        ("Sun, 31 Feb 2026 11:00:00 GMT", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("0001-01-01T00:00:00Z", None),
        ("9999-99-99", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_only_believable_dates_are_taken(date, published):
    article = only(read(rss(f"<item><title>T</title><pubDate>{date}</pubDate></item>")))
    assert article.published == published


def test_on_a_first_poll_the_old_and_the_undated_are_history():
    items = [
        "<item><title>old</title><pubDate>Sat, 28 Feb 2026 11:59:00 GMT</pubDate></item>",
        "<item><title>fresh</title><pubDate>Sat, 28 Feb 2026 12:01:00 GMT</pubDate></item>",
        "<item><title>undated</title></item>",
    ]
    first = read(rss(*items), historical_before=datetime(2026, 2, 28, 12, tzinfo=UTC))
    assert [article.historical for article in first.articles] == [True, False, True]
    assert [article.historical for article in read(rss(*items)).articles] == [False, False, False]


def test_entries_that_make_no_article_are_rejected_with_their_reason():
    result = read(
        rss(
            "<item><link>https://example.org/1</link></item>",
            "<item><description>text alone</description></item>",
            "<item><title>fine</title></item>",
        )
    )
    assert [article.title for article in result.articles] == ["fine"]
    assert [rejected.reason for rejected in result.rejected] == ["no-text", "no-identity"]
    assert b"https://example.org/1" in result.rejected[0].value


def test_the_same_version_twice_in_a_feed_is_one_article():
    item = "<item><title>T</title><link>https://example.org/1</link></item>"
    assert len(read(rss(item, item)).articles) == 1


def test_the_id_follows_from_identity_and_content_alone():
    item = "<item><title>{}</title><link>https://example.org/1</link></item>"
    one = only(read(rss(item.format("T"))))
    later = only(read(rss(item.format("T")), fetched=datetime(2026, 4, 1, tzinfo=UTC)))
    revised = only(read(rss(item.format("U"))))
    assert one.id == later.id
    assert one.id != revised.id
    assert one.identity == revised.identity


def test_at_most_two_thousand_entries_are_read():
    result = read(rss(*(f"<item><title>{n}</title></item>" for n in range(2003))))
    assert (len(result.articles), result.cut) == (2000, 3)


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "empty"),
        (b" \n\0", "empty"),
        (b"<!DOCTYPE html><html><body>Log in</body></html>", "html"),
        (b"\xef\xbb\xbf<!-- x -->\n<HTML><title>x</title>", "html"),
        (b'{"error": "no"}', "json no JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": {}}', "json no JSON Feed"),
        (b"[1,", "json not well-formed"),
        (b"[" * 100_000, "too-deep"),
        (b"garbage", "other SAXParseException"),
    ],
)
def test_what_is_no_feed_is_named(body, detail):
    result = read(body)
    assert result.reason == "not-a-feed"
    assert result.detail.startswith(detail)


def test_a_broken_feed_gives_what_it_holds():
    result = read("<rss version='2.0'><channel><item><title>Half & whole</title></item><item><title>cut o")
    assert [article.title for article in result.articles] == ["Half & whole"]
    assert [rejected.reason for rejected in result.rejected] == ["no-text"]
    assert result.bozo == "SAXParseException"


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        (
            "<rss version='2.0'><channel><item><title>Café</title></item></channel></rss>".encode("latin-1"),
            "",
        ),
        (rss("<item><title>Café</title></item>").encode("utf-8-sig"), "text/xml; charset=us-ascii"),
        (rss("<item><title>Café</title></item>").encode("utf-16"), "text/xml"),
        (
            "<?xml version='1.0' encoding='windows-1252'?><rss version='2.0'><channel><item>"
            "<title>Café</title></item></channel></rss>".encode("cp1252"),
            "application/rss+xml",
        ),
        (rss("<item><title>Café</title></item>").encode(), "application/xml; charset=nonsense"),
    ],
)
def test_the_characters_survive_wrong_and_missing_encodings(body, content_type):
    assert only(read(body, content_type=content_type)).title == "Café"


@pytest.mark.parametrize("body", ["/etc/passwd", "file:///etc/passwd", "http://127.0.0.1:9/feed"])
def test_a_body_that_is_an_address_is_not_opened(body):
    assert isinstance(read(body), Unread)


def test_entities_of_a_document_do_not_reach_files_or_grow():
    declared = "<!DOCTYPE r [<!ENTITY f SYSTEM 'file:///etc/passwd'><!ENTITY a 'aaaaaaaaaa'>"
    declared += "".join(f"<!ENTITY a{n} '{'&a;' if n == 0 else f'&a{n - 1};' * 10}'>" for n in range(12))
    item = "<item><title>T &f; &a11;</title></item>"
    result = read(f"<?xml version='1.0'?>{declared}]><rss version='2.0'><channel>{item}</channel></rss>")
    assert isinstance(result, Harvest)
    assert "root:" not in only(result).title
    assert len(only(result).title) < 200
