"""`feeds`: each of its actions as an operator types it, against a real server and a real database."""

import asyncio
import json
import os
import tarfile
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.feeds.collector import real_sleep, utc_now
from connectors.feeds.feed import FeedState
from connectors.feeds.feed_states import FeedStates
from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates
from connectors.feeds.opml import Outline, read_opml, write_opml
from connectors.feeds.reading import read_feed
from pipeline import cli
from pipeline.feed_check import Looker
from pipeline.feed_list import added_to, sorted_out
from pipeline.settings import SettingsFaults, load_settings
from tests.bench.servers import Feeds

ARCHIVE = Path(__file__).parents[3] / "shared" / "data" / "opml.tar.xz"
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
CONFIG = """\
# what we watch
data_dir: data
collect:
  allowed_networks: [127.0.0.0/8]   # the test's own server
  feeds:
    - {url: "https://nobody.example/feed", publisher: Nobody}  # quiet

receivers: [{name: screen, kind: terminal}]
routes: [{receivers: [screen]}]
"""
ITEM = "<item><title>{0}</title><link>https://a.example/{0}</link><pubDate>{1}</pubDate></item>"
DATE = "Sun, 01 Mar 2026 11:00:00 GMT"


def rss(*items, title="The Wire"):
    return f"<rss version='2.0'><channel><title>{title}</title>{''.join(items)}</channel></rss>".encode()


GOOD = rss(ITEM.format("one", DATE), ITEM.format("two", DATE))
PAGE = b'<html><head><link rel="alternate" type="application/rss+xml" href="/wire.xml"></head></html>'
ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>A</title><entry><title>t</title><id>urn:1</id>'
    b"<updated>2026-03-01T11:00:00Z</updated></entry></feed>"
)
JSON_FEED = (
    b'{"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [{"id": "1", "title": "x"}]}'
)


class Desk:
    """A configuration in a folder, and the command."""

    def __init__(self, folder, server, capsys):
        self.folder, self.path, self.server, self._capsys = (
            folder,
            folder / "missionwire.yaml",
            server,
            capsys,
        )
        self.path.write_text(CONFIG)

    def __call__(self, *words):
        code = cli.main(["feeds", *words, "--config", str(self.path)])
        said = self._capsys.readouterr()
        return code, said.out, said.err

    def new_lines(self):
        return [line for line in self.path.read_text().splitlines() if line not in CONFIG.splitlines()]

    def feeds(self):
        return [feed.url for feed in load_settings(self.path, {}, with_secrets=False).feeds()]


@pytest.fixture
def server():
    with Feeds({"/wire.xml": GOOD, "/page": PAGE, "/atom": ATOM, "/json": JSON_FEED}) as server:
        yield server


@pytest.fixture
def desk(tmp_path, server, capsys):
    return Desk(tmp_path, server, capsys)


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


def test_an_opml_file_is_imported_and_what_was_refused_is_named(desk):
    file = desk.folder / "list.opml"
    file.write_text(
        '<opml><outline title="A & B" xmlUrl="https://a.example/f?x=1&section=2"/>'
        '<outline text="Nobody" xmlUrl="https://nobody.example/feed"/>'
        '<outline text="Same" xmlUrl="https://A.example/f?x=1&section=2"/>'
        '<outline text="\x1b[31mlocal" xmlUrl="file:///etc/passwd"/>'
        '<outline text="" xmlUrl="https://c.example/f"/></opml>'
    )
    code, out, err = desk("import", str(file))
    assert (code, err) == (1, "")
    assert out.splitlines() == [
        "refused: [31mlocal file:///etc/passwd: is no web address (expected http:// or https:// with a host)",
        "2 added, 2 there already, 1 refused",
    ]
    assert desk.new_lines() == [
        '    - {url: "https://a.example/f?x=1&section=2", publisher: "A & B"}',
        '    - {url: "https://c.example/f", publisher: "c.example"}',
    ]
    code, out, _ = desk("import", str(file), "--json")
    assert [json.loads(line)["verdict"] for line in out.splitlines()] == ["there"] * 3 + ["refused", "there"]


@pytest.mark.parametrize(
    ("content", "why"),
    [(b"", "is empty"), (b"<html>", "is no OPML: it has no outline"), (None, "No such file or directory")],
)
def test_a_file_that_gives_no_feeds_changes_nothing(desk, content, why):
    file = desk.folder / "list.opml"
    if content is not None:
        file.write_bytes(content)
    assert desk("import", str(file)) == (1, "", f"feeds import: {file}: {why}\n")


def test_an_import_that_makes_the_file_too_large_is_refused_whole(desk):
    file = desk.folder / "list.opml"
    file.write_text(write_opml([Outline(f"https://{n}.example/{'x' * 200}", "A") for n in range(5000)], ""))
    code, _, err = desk("import", str(file))
    assert code == 1
    assert "is too large" in err
    assert "nothing was changed" in err
    assert desk.path.read_text() == CONFIG
    assert list(desk.folder.glob(".missionwire*")) == []


def test_an_export_is_an_import_elsewhere(desk):
    file = desk.folder / "list.opml"
    assert desk("export", "--output", str(file)) == (0, f"{file} written: 1 feeds\n", "")
    assert read_opml(file.read_bytes()) == [Outline("https://nobody.example/feed", "Nobody")]
    assert desk("export")[1] == file.read_text()
    assert desk("import", str(file))[1] == "0 added, 1 there already, 0 refused\n"


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"{ARCHIVE.name} is not here")
def test_all_files_that_were_found_go_in_and_come_out_again(desk):
    wanted = []
    with tarfile.open(ARCHIVE) as archive:
        for member in archive:
            if member.name.endswith(".opml"):
                wanted += read_opml(archive.extractfile(member).read())
    outcomes = added_to(desk.path, wanted)
    added = [each.url for each in outcomes if each.verdict == "added"]
    assert len(outcomes) == len(wanted)
    assert [each for each in outcomes if each.verdict == "refused"] == []
    assert desk.feeds() == ["https://nobody.example/feed", *added]
    assert [each.url for each in read_opml(desk("export")[1].encode())] == desk.feeds()


def test_each_parameter_may_make_a_feed():
    known = ["https://a.example/?cid=1"]
    wanted = [Outline("https://a.example/?cid=2", "A"), Outline("https://a.example?cid=1", "A")]
    assert [each.verdict for each in sorted_out(known, wanted)] == ["added", "there"]


def test_the_file_keeps_its_mode_and_its_link(desk):
    real = desk.folder / "real.yaml"
    desk.path.rename(real)
    real.chmod(0o640)
    desk.path.symlink_to(real)
    added_to(desk.path, [Outline("https://a.example/f", "A")])
    assert desk.path.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert len(desk.feeds()) == 2


def test_a_folder_that_cannot_be_written_is_said(desk, monkeypatch):
    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    file = desk.folder / "list.opml"
    file.write_text(write_opml([Outline("https://a.example/f", "A")], ""))
    err = f"feeds import: {desk.path}: cannot be written: Permission denied; nothing was changed\n"
    assert desk("import", str(file)) == (1, "", err)


def test_a_change_by_somebody_else_is_not_overwritten(desk, monkeypatch):
    def meanwhile(number):
        desk.path.write_text(CONFIG + "# theirs\n")

    monkeypatch.setattr(os, "fsync", meanwhile)
    with pytest.raises(Exception, match="somebody else has just changed it"):
        added_to(desk.path, [Outline("https://a.example/f", "A")])
    assert desk.path.read_text() == CONFIG + "# theirs\n"


def test_a_name_that_the_file_would_refuse_is_made_one_that_it_takes(desk):
    [outcome] = added_to(desk.path, [Outline("https://a.example/f", "x" * 500 + "\x00\uffff")])
    assert (outcome.verdict, len(outcome.publisher)) == ("added", 200)
    assert len(desk.feeds()) == 2


def test_a_bad_file_raises_its_faults(desk):
    desk.path.write_text("nonsense")
    with pytest.raises(SettingsFaults):
        added_to(desk.path, [])


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
