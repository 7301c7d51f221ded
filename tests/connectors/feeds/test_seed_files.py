import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.feeds.seed_files import Unreadable, read_seed_files
from transforms.records import encode
from transforms.records.article import Article

DAY = datetime(2026, 3, 1, tzinfo=UTC)
RSS = (
    "<rss version='2.0'><channel><title>Orbit Daily</title><item><title>Two</title><link>https://a.org/2</link>"
    "<pubDate>Sun, 01 Mar 2026 10:00:00 GMT</pubDate></item><item><title>One</title><link>https://a.org/1</link>"
    "<pubDate>Sun, 01 Mar 2026 09:00:00 GMT</pubDate></item></channel></rss>"
)
UNDATED = "<rss version='2.0'><channel><item><title>Undated</title></item></channel></rss>"


def read(*paths, **given):
    seeds = list(read_seed_files(paths, **given))
    articles = [seed for seed in seeds if isinstance(seed, Article)]
    return articles, [seed for seed in seeds if isinstance(seed, Unreadable)]


def put(folder, name, content):
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def test_a_feed_file_without_a_sidecar_takes_the_times_that_it_claims(tmp_path):
    articles, unreadable = read(put(tmp_path, "a.xml", RSS))
    assert unreadable == []
    assert [(a.title, a.fetched, a.publisher, a.feed, a.historical) for a in articles] == [
        ("One", datetime(2026, 3, 1, 9, tzinfo=UTC), "Orbit Daily", "file:a.xml", False),
        ("Two", datetime(2026, 3, 1, 10, tzinfo=UTC), "Orbit Daily", "file:a.xml", False),
    ]


def test_a_sidecar_says_where_and_when_a_feed_was_fetched(tmp_path):
    path = put(tmp_path, "a.rss", RSS)
    put(
        tmp_path,
        "a.rss.meta.json",
        {
            "feed": "https://a.org/feed",
            "publisher": "A",
            "fetched": "2026-03-02T10:30:00Z",
            "headers": {"Content-Type": "text/xml; charset=utf-8"},
            "first_poll": True,
        },
    )
    articles, _ = read(path, fetched=DAY)
    assert [(a.title, a.fetched, a.publisher, a.feed, a.historical) for a in articles] == [
        ("Two", datetime(2026, 3, 2, 10, 30, tzinfo=UTC), "A", "https://a.org/feed", True),
        ("One", datetime(2026, 3, 2, 10, 30, tzinfo=UTC), "A", "https://a.org/feed", True),
    ]


def test_a_feed_file_that_names_no_time_is_unreadable_unless_one_is_given(tmp_path):
    path = put(tmp_path, "a.atom", UNDATED)
    articles, unreadable = read(path)
    assert articles == []
    assert unreadable == [Unreadable(path, None, "no time for 'Undated': give a sidecar or --fetched")]
    assert [a.fetched for a in read(path, fetched=DAY)[0]] == [DAY]
    assert [a.published for a in read(path, published=datetime(2026, 3, 1))[0]] == [DAY]  # noqa: DTZ001


def test_lines_may_be_records_or_loose(tmp_path):
    record = Article(id="r1", feed="f", publisher="P", title="Record", text="x", fetched=DAY)
    lines = [
        encode(record).decode(),
        "",
        json.dumps(
            {
                "id": "snapi-7",
                "title": "Loose ",
                "text": "a\r\nb",
                "source": "SpaceNews",
                "published": "2026-03-01T08:00:00Z",
                "url": "https://a.org/x?utm_source=y",
                "events": [],
            }
        ),
        '{"title": "No id", "published": "2026-03-01T07:00:00"}',
        '{"title": "No time"}',
        '{"title": "Bad time", "published": "soon"}',
        '{"title": 7}',
        "not json",
        '{"published": "2026-03-01T07:00:00Z"}',
        encode(record).decode().replace("{", '{"schema": 99, ', 1),
    ]
    path = put(tmp_path, "a.jsonl", "\n".join(lines))
    articles, unreadable = read(path)
    assert [(a.title, a.publisher, a.fetched.hour) for a in articles] == [
        ("Record", "P", 0),
        ("No id", "file:a.jsonl", 7),
        ("Loose", "SpaceNews", 8),
    ]
    assert articles[0] == record
    assert (articles[2].id, articles[2].text, articles[2].url) == ("snapi-7", "a\nb", "https://a.org/x")
    assert [seed.line for seed in unreadable] == [5, 6, 7, 8, 9, 10]
    assert unreadable[0].why == "no time: give a sidecar, --fetched or --published"
    assert unreadable[5].why == "article of a newer kind: schema 99"


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("A title\n\nThe text.\n\nMore.", "A title", "The text.\n\nMore."),
        ("\ufeffA first sentence.\n\nThe text.", "", "A first sentence.\n\nThe text."),
        ("No break\nafter it", "", "No break\nafter it"),
        ("w" * 200 + "\n\nText", "", "w" * 200 + "\n\nText"),
        ("Only a line", "", "Only a line"),
    ],
)
def test_a_text_file_may_begin_with_its_title(tmp_path, content, title, text):
    articles, _ = read(put(tmp_path, "a.txt", content), published=DAY)
    assert [(a.title, a.text, a.published, a.fetched) for a in articles] == [(title, text, DAY, DAY)]


def test_an_empty_text_file_is_unreadable(tmp_path):
    path = put(tmp_path, "a.txt", " \n")
    assert read(path, published=DAY) == ([], [Unreadable(path, None, "neither title nor text")])


def test_a_folder_is_read_in_the_order_of_names_without_what_is_no_article(tmp_path):
    put(tmp_path, "b/2.txt", "second")
    put(tmp_path, "a.txt", "first")
    put(
        tmp_path,
        "c.json",
        {"version": "https://jsonfeed.org/version/1", "items": [{"id": 1, "title": "third"}]},
    )
    put(tmp_path, "c.json.meta.json", {"publisher": "C", "fetched": "2026-03-01"})
    put(tmp_path, "README.md", "no")
    put(tmp_path, ".hidden/x.txt", "no")
    put(tmp_path, "picture.png", "no")
    articles, unreadable = read(tmp_path, fetched=DAY)
    assert [a.text or a.title for a in articles] == ["first", "second", "third"]
    assert unreadable == [Unreadable(tmp_path / "picture.png", None, "unknown kind of file: .png")]


def test_what_cannot_be_read_is_named_and_the_rest_goes_on(tmp_path):
    html = put(tmp_path, "login.xml", "<html>log in</html>")
    sidecar = put(tmp_path, "bad.txt.meta.json", '{"fetchd": "2026-03-01"}')
    bad = put(tmp_path, "bad.txt", "text")
    late = put(tmp_path, "late.txt", "text")
    late_notes = put(tmp_path, "late.txt.meta.json", {"fetched": "some day"})
    missing = tmp_path / "missing.txt"
    unknown = put(tmp_path, "x.pdf", "")
    fine = put(tmp_path, "fine.txt", "fine")
    articles, unreadable = read(html, bad, late, missing, unknown, fine, published=DAY)
    assert [a.text for a in articles] == ["fine"]
    assert [(seed.path, seed.why) for seed in unreadable] == [
        (html, "not-a-feed: html"),
        (sidecar, "Object contains unknown field `fetchd`"),
        (late_notes, "no time: 'some day'"),
        (missing, "No such file or directory"),
        (unknown, "unknown kind of file: .pdf"),
    ]


def test_entries_that_make_no_article_are_named(tmp_path):
    path = put(tmp_path, "a.xml", RSS.replace("<title>One</title>", ""))
    articles, unreadable = read(path)
    assert [a.title for a in articles] == ["Two"]
    assert unreadable == [Unreadable(path, None, "entry: no-text")]


def test_two_readings_give_the_same_bytes(tmp_path):
    path = put(tmp_path, "a.xml", RSS)
    once, again = ([encode(a) for a in read(Path(path))[0]] for _ in range(2))
    assert once == again
