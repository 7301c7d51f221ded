"""`feeds add`: a feed is looked at before it goes into the file."""

import asyncio
import json

import pytest

from connectors.feeds.collector import real_sleep, utc_now
from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates
from connectors.feeds.reading import read_feed
from pipeline.feed_check import Looker
from tests.pipeline.feed_commands.desk import CONFIG, DATE, GOOD, ITEM, rss


def test_a_feed_is_looked_at_once_and_added_with_its_title(desk, server):
    url = f"{server.url}/wire.xml"
    code, out, err = desk("add", url)
    assert (code, err) == (0, "")
    assert (
        out.splitlines()
        == [
            f"added to {desk.path}: The Wire",
            f"good: {url}: RSS, 2 entries, newest 2026-03-01 11:00 UTC, has etag",
        ]
        or "nothing new for 90 days" in out
    )
    assert server.requests == 1
    assert desk.new_lines() == [f'    - {{url: "{url}", publisher: "The Wire"}}']
    assert set(CONFIG.splitlines()) <= set(desk.path.read_text().splitlines())


def test_the_feed_of_a_page_is_found(desk, server):
    code, _, _ = desk("add", f"{server.url}/page", "--publisher", 'Wire: #1 "quoted"')
    assert code == 0
    assert desk.new_lines() == [f'    - {{url: "{server.url}/wire.xml", publisher: "Wire: #1 \\"quoted\\""}}']
    assert server.requests == 2


def test_a_feed_that_has_moved_is_added_where_it_is_now(desk, server):
    moved = FetchResult("content", f"{server.url}/new", 200, {}, GOOD, moved_to=f"{server.url}/new")

    async def fetch(url, *, etag=None, last_modified=None):
        return moved

    async def read(job):
        return read_feed(job)

    looker = Looker(fetch, read, HostGates(utc_now, real_sleep))
    found, _ = asyncio.run(looker.find(f"{server.url}/old"))
    assert (found.url, found.faults) == (f"{server.url}/new", [])
    found = asyncio.run(looker.look(f"{server.url}/old"))
    assert found.faults == [f"has moved for good to {server.url}/new"]


def test_a_page_without_links_has_its_feed_where_many_have(desk, server):
    server.bodies |= {"/about": b"<html>hello</html>", "/feed.xml": GOOD}
    assert desk("add", f"{server.url}/about")[0] == 0
    assert desk.feeds()[-1] == f"{server.url}/feed.xml"


def test_what_is_no_feed_is_not_added_and_it_is_said_what_was_tried(desk, server):
    server.bodies["/about"] = b"<html>hello</html>"
    code, out, err = desk("add", f"{server.url}/about")
    assert (code, out) == (1, "")
    assert err.startswith(
        f"feeds add: {server.url}/about: no feed: cannot be read: not-a-feed html; tried also"
    )
    assert desk.path.read_text() == CONFIG


@pytest.mark.parametrize(
    ("url", "code", "why"),
    [
        ("https://nobody.example/feed", 1, "is there already"),
        ("HTTPS://NOBODY.example:443/x/../feed#top", 1, "is there already as https://nobody.example/feed"),
        ("ftp://a.example/", 2, "is no web address"),
        ("https://me:secret@a.example/", 2, "has a user or password in it (not shown)"),
        ("http://127.0.0.1:1/feed", 1, "cannot be fetched: connect"),
        ("http://10.0.0.1/feed", 1, "cannot be fetched: refused-address"),
    ],
)
def test_what_cannot_be_added_says_why(desk, url, code, why):
    ended, out, err = desk("add", url)
    assert (ended, out) == (code, "")
    assert why in err
    assert "secret" not in err.replace("(not shown)", "")
    assert desk.path.read_text() == CONFIG


def test_hostile_titles_reach_neither_terminal_nor_yaml(desk, server):
    title = 'evil&#x9b;31m\n  - {url: x}\n"}, {url: "https://x.example"\u202e'
    server.bodies["/wire.xml"] = rss(ITEM.format("one", DATE), title=title)
    code, out, _ = desk("add", f"{server.url}/wire.xml")
    assert code == 0
    assert "\x9b" not in out + desk.path.read_text()
    assert "\u202e" not in out + desk.path.read_text()
    assert len(desk.feeds()) == 2


def test_a_file_that_was_bad_before_is_left_alone(desk, server):
    desk.path.write_text(CONFIG + "colour: red\n")
    code, out, err = desk("add", f"{server.url}/wire.xml")
    assert (code, out, err.splitlines()[0]) == (2, "", f"{desk.path}:10: colour: unknown key")


def test_programs_are_told_of_an_addition_in_the_shape_of_an_import(desk, server):
    url = f"{server.url}/wire.xml"

    def told(*words):
        code, out, err = desk("add", *words, "--json")
        assert err == ""
        return code, json.loads(out)

    assert told(url) == (0, {"verdict": "added", "url": url, "publisher": "The Wire", "why": ""})
    assert told(url) == (1, {"verdict": "there", "url": url, "publisher": "127.0.0.1", "why": ""})
    code, refused = told(f"{server.url}/nothing")
    assert (code, refused["verdict"], refused["why"]) == (
        1, "refused", "no feed: cannot be fetched: http-404",
    )  # fmt: skip
    code, refused = told("https://me:secret@a.example/")
    assert (code, refused["url"]) == (2, "https://a.example/")
