"""`feeds check|status|pause|resume`: how feeds are, and whether they are polled."""

import json
from datetime import UTC, datetime

import pytest

from connectors.feeds.feed import FeedState
from connectors.feeds.feed_states import FeedStates
from pipeline.feed_list import without_credentials
from pipeline.settings import load_settings
from tests.pipeline.feed_commands.desk import CONFIG, GOOD, ITEM, rss

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_a_check_says_what_was_found_and_what_is_wrong(desk, server):
    server.bodies |= {
        "/empty": rss(),
        "/mixed": rss(ITEM.format("one", ""), "<item><link>https://a.example/x</link></item>"),
        "/broken": GOOD.replace(b"</rss>", b""),
    }
    paths = ("wire.xml", "atom", "json", "empty", "mixed", "broken", "nothing", "page")
    code, out, err = desk("check", *(f"{server.url}/{path}" for path in paths))
    lines = [line.replace(server.url, "") for line in out.splitlines() if "90 days" not in line]
    assert (code, err) == (1, "")
    assert lines == [
        "good: /wire.xml: RSS, 2 entries, newest 2026-03-01 11:00 UTC, has etag",
        "good: /atom: Atom, 1 entry, newest 2026-03-01 11:00 UTC, has etag",
        "wrong: /json: JSON Feed, 1 entry, has etag",
        "  no entry says when it was published",
        "wrong: /empty: RSS, 0 entries, has etag",
        "  has no entries",
        "wrong: /mixed: RSS, 1 entry, has etag",
        "  1 entries cannot be read",
        "  no entry says when it was published",
        "good: /broken: RSS, 2 entries, newest 2026-03-01 11:00 UTC, has etag",
        "  is not well-formed (SAXParseException), but read all the same",
        "wrong: /nothing",
        "  cannot be fetched: http-404",
        "wrong: /page",
        "  cannot be read: not-a-feed html",
    ]
    assert server.requests == len(paths)


def test_what_is_no_address_is_not_fetched_and_shows_no_password(desk):
    code, out, err = desk(
        "check", "https://me:secret@a.example/f", "me:sec/ret@a.example/f", "ftp://b.example/"
    )
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "wrong: https://a.example/f",
        "  has a user or password in it (not shown)",
        "wrong: https://a.example/f",
        "  has a user or password in it (not shown)",
        "wrong: ftp://b.example/",
        "  is no web address (expected http:// or https:// with a host)",
    ]
    found = json.loads(desk("check", "--json", "https://me:secret@a.example/f")[1])
    assert found == {
        "url": "https://a.example/f",
        "faults": ["has a user or password in it (not shown)"],
    }


def test_a_check_adds_the_scheme_as_adding_does(desk):
    assert desk("check", "127.0.0.1:1/feed")[1].splitlines()[0] == "wrong: https://127.0.0.1:1/feed"


@pytest.mark.parametrize("action", ["pause", "resume"])
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_no_password_is_shown_of_a_feed_that_is_not_there(desk, action, more):
    code, out, err = desk(action, "https://me:secret@nobody.example/feed", *more)
    assert code == 1
    assert "https://nobody.example/feed" in out + err
    assert "secret" not in out + err


def test_a_check_of_all_feeds_for_programs(desk, server):
    desk.path.write_text(CONFIG.replace("https://nobody.example/feed", f"{server.url}/atom"))
    code, out, _ = desk("check", "--json")
    found = json.loads(out)
    assert code == 0
    assert found.pop("remarks", []) in ([], ["has had nothing new for 90 days"])
    assert found == {
        "url": f"{server.url}/atom", "format": "Atom", "title": "A", "entries": 1,
        "newest": "2026-03-01T11:00:00Z", "validators": ["etag"],
    }  # fmt: skip


def test_a_status_before_the_first_start_makes_no_database(desk):
    assert desk("status")[0] == 0
    assert not (desk.folder / "data").exists()


def remember(desk, *states):
    desk("resume", "https://nobody.example/feed")  # makes the tables
    store = FeedStates.open(load_settings(desk.path, {}, with_secrets=False).database_url)
    for state in states:
        store.save(state)
    store.close()


def test_the_status_is_a_table_for_people_and_lines_for_programs(desk):
    state = FeedState(
        "https://nobody.example/feed", polls=3, failures=2, state="failing", reason="http-404", since=NOON,
        detail="\x1b[31mred", last_entry=NOON, next_poll=NOON,
    )  # fmt: skip
    remember(desk, state)
    code, out, _ = desk("status")
    assert code == 0
    head, line, empty, counts = out.splitlines()
    assert head.split("  ")[0] == "STATE"
    assert [cell.strip() for cell in line.split("  ") if cell] == [
        "failing", "2026-03-01 12:00", "2026-03-01 12:00", "-", "due",
        "2 times: http-404 [31mred", "https://nobody.example/feed",
    ]  # fmt: skip
    assert (empty, counts) == ("", "1 feeds: 1 failing; times are UTC")
    row = json.loads(desk("status", "--json")[1])
    assert (row["url"], row["state"], row["next_poll"]) == (state.url, "failing", "2026-03-01T12:00:00Z")


def test_a_feed_that_was_never_polled_is_new(desk):
    assert "new " in desk("status")[1].splitlines()[1]


def test_a_feed_is_paused_and_resumed(desk):
    url = "https://nobody.example/feed"
    assert desk("pause", url) == (0, f"{url} is paused\n", "")
    assert desk("pause", "https://NOBODY.example/feed#x") == (0, f"{url}: nothing to pause\n", "")
    line = desk("status")[1].splitlines()[1].split()
    assert (line[0], line[-1]) == ("paused", url)
    row = json.loads(desk("status", "--json")[1])
    assert (row["state"], row["next_poll"]) == ("paused", None)
    assert desk("resume", url) == (0, f"{url} is polled again\n", "")
    assert desk("resume", url) == (0, f"{url}: nothing to resume\n", "")
    assert desk("status")[1].splitlines()[1].startswith("new")


@pytest.mark.parametrize("action", ["pause", "resume"])
def test_a_feed_that_is_not_there_cannot_be_paused(desk, action):
    said = f"feeds {action}: https://x.example/: no such feed; see feeds status\n"
    assert desk(action, "https://x.example/") == (1, "", said)


def test_programs_are_told_of_pauses_in_the_shape_of_an_import(desk):
    url = "https://nobody.example/feed"

    def told(*words):
        return json.loads(desk(*words, "--json")[1])

    assert told("pause", url) == {"verdict": "paused", "url": url, "publisher": "Nobody", "why": ""}
    assert told("pause", "nobody.example/feed")["verdict"] == "there"
    assert told("resume", url)["verdict"] == "resumed"
    assert told("pause", "https://x.example/") == {
        "verdict": "refused", "url": "https://x.example/", "publisher": "",
        "why": "no such feed; see feeds status",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://me:pw@a.example:8/x@y?z=@", "https://a.example:8/x@y?z=@"),
        ("https://me:p/w@a.example/x", "https://a.example/x"),
        ("https://me:p?w#@a.example/x", "https://a.example/x"),
        ("https://me@pw@a.example", "https://a.example"),
        ("https://a.example/feed/@me", "https://a.example/feed/@me"),
        ("https://a.example:80/feed/@me", "https://a.example:80/feed/@me"),
        ("https://[::1]:80/@me", "https://[::1]:80/@me"),
    ],
)
def test_an_address_is_shown_without_user_and_password(url, shown):
    assert without_credentials(url) == shown
