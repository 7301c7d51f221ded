"""The shipped seeds are complete, of an accepted kind, and their table tells the truth."""

import json
import re
from datetime import datetime
from pathlib import Path
from typing import get_args
from urllib.parse import urlsplit

import feedparser
import pytest

from transforms.records import EventStatus, EventType

ROOT = Path(__file__).parents[2] / "seeds"
FOLDERS = {"ms19", "launches", "stations", "slips", "ordinary", "broken"}
UNREADABLE = {"broken/empty.xml", "broken/html-page.xml", "broken/truncated.json"}
KINDS = {".xml", ".json", ".jsonl", ".txt"}
SIDECAR = ".meta.json"
SIDECAR_FIELDS = {"feed", "publisher", "fetched", "published", "url", "headers"}
LINE_FIELDS = {"id", "title", "text", "published", "source", "url"}


def _files():
    return [
        path.relative_to(ROOT).as_posix()
        for path in sorted(ROOT.rglob("*"))
        if path.is_file() and path.suffix != ".md" and not path.name.endswith(SIDECAR)
    ]


def _rows():
    lines = [line for line in (ROOT / "README.md").read_text("utf-8").splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines]


def _sidecar(name):
    return json.loads((ROOT / (name + SIDECAR)).read_text("utf-8"))


def _lines(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def _identities(name):
    """Return (guid, title) of each article; a text file has no guid."""
    path = ROOT / name
    if path.suffix == ".jsonl":
        return [(line["id"], line["title"]) for line in _lines(path)]
    if path.suffix == ".txt":
        return [(None, path.read_text("utf-8").split("\n", 1)[0])]
    if path.suffix == ".json":
        return [(item["id"], item["title"]) for item in json.loads(path.read_text("utf-8"))["items"]]
    return [(entry.id, entry.title) for entry in feedparser.parse(path.read_bytes()).entries]


FILES = _files()
READABLE = [name for name in FILES if name not in UNREADABLE]
FEEDS = [name for name in READABLE if name.endswith((".xml", ".json"))]
LINES = [name for name in READABLE if name.endswith(".jsonl")]
TEXTS = [name for name in READABLE if name.endswith(".txt")]
WITH_SIDECAR = [name for name in FILES if not name.endswith(".jsonl")]
EXPECTED = _lines(Path(__file__).with_name("expectations.jsonl"))


def test_every_file_is_of_an_accepted_kind_in_a_known_folder():
    assert {Path(name).suffix for name in FILES} == KINDS
    assert {Path(name).parent.as_posix() for name in FILES} == FOLDERS


def test_there_are_at_least_twenty_articles():
    assert sum(len(_identities(name)) for name in READABLE) >= 20


def test_the_table_names_every_file_once_and_no_other():
    assert sorted(row[0].strip("`") for row in _rows()) == sorted(FILES)


def test_the_table_says_of_each_file_what_must_and_what_must_not_come_out():
    assert [row for row in _rows() if len(row) != 5 or not all(row)] == []


def test_the_table_marks_the_unreadable_files():
    assert {row[0].strip("`") for row in _rows() if row[4] == "yes"} == UNREADABLE


@pytest.mark.parametrize("name", WITH_SIDECAR)
def test_a_sidecar_says_which_feed_and_when(name):
    sidecar = _sidecar(name)
    assert {"feed", "publisher", "fetched"} <= set(sidecar) <= SIDECAR_FIELDS
    assert urlsplit(sidecar["feed"]).hostname.endswith(".example")
    assert sidecar["publisher"]
    assert datetime.fromisoformat(sidecar["fetched"]).tzinfo


def test_no_sidecar_is_left_without_its_file():
    sidecars = {p.relative_to(ROOT).as_posix().removesuffix(SIDECAR) for p in ROOT.rglob("*" + SIDECAR)}
    assert sidecars == set(WITH_SIDECAR)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_file_has_a_title_and_its_sidecar_a_date_and_a_link(name):
    title, gap, rest = (ROOT / name).read_text("utf-8").split("\n", 2)
    sidecar = _sidecar(name)
    assert title
    assert not title.endswith(".")
    assert gap == ""
    assert rest
    assert datetime.fromisoformat(sidecar["published"]) <= datetime.fromisoformat(sidecar["fetched"])
    assert urlsplit(sidecar["url"]).hostname.endswith(".example")


@pytest.mark.parametrize("name", LINES)
def test_each_json_line_is_a_whole_article(name):
    for line in _lines(ROOT / name):
        assert set(line) == LINE_FIELDS
        assert all(line.values())
        assert datetime.fromisoformat(line["published"]).tzinfo
        assert urlsplit(line["url"]).hostname.endswith(".example")


@pytest.mark.parametrize("name", [name for name in FEEDS if name.endswith(".xml")])
def test_an_xml_feed_is_well_formed_unless_it_is_the_one_that_is_not(name):
    parsed = feedparser.parse((ROOT / name).read_bytes())
    assert parsed.version in {"rss20", "atom10"}
    assert bool(parsed.bozo) == (name == "broken/not-well-formed.xml")
    assert bool(parsed.entries) == (name != "broken/no-entries.xml")


@pytest.mark.parametrize("name", [name for name in FEEDS if not name.startswith("broken/")])
def test_an_entry_says_what_it_is_and_links_to_a_reserved_host(name):
    path = ROOT / name
    if path.suffix == ".json":
        items = json.loads(path.read_text("utf-8"))["items"]
        entries = [(item["url"], item["content_html"], item["date_published"]) for item in items]
    else:
        found = feedparser.parse(path.read_bytes()).entries
        entries = [(entry.link, entry.summary, entry.published_parsed) for entry in found]
    assert all(body and moment for _, body, moment in entries)
    assert all(urlsplit(link).hostname.endswith(".example") for link, _, _ in entries)


def test_a_file_that_is_unreadable_by_design_holds_no_entry():
    assert (ROOT / "broken/empty.xml").read_bytes() == b""
    assert feedparser.parse((ROOT / "broken/html-page.xml").read_bytes()).entries == []
    with pytest.raises(json.JSONDecodeError):
        json.loads((ROOT / "broken/truncated.json").read_text("utf-8"))


def test_a_correction_keeps_its_identity_and_comes_later():
    first, second = "ms19/orbit-ledger-1.xml", "ms19/orbit-ledger-2.xml"
    assert _identities(first)[0][0] == _identities(second)[0][0]
    assert _sidecar(first)["fetched"] < _sidecar(second)["fetched"]


def test_five_publishers_tell_the_first_story():
    told = {_sidecar(name)["publisher"] for name in WITH_SIDECAR if name.startswith("ms19/")}
    told |= {line["source"] for name in LINES if name.startswith("ms19/") for line in _lines(ROOT / name)}
    assert told == {
        "Harbour Gazette",
        "Kestrel Space Desk",
        "Northlight Evening News",
        "Orbit Ledger",
        "Tarn Valley Courier",
    }


def test_each_article_has_one_line_of_expectations():
    identities = [(name, guid) for name in READABLE for guid, _ in _identities(name)]
    assert sorted(identities, key=str) == sorted(((e["file"], e["guid"]) for e in EXPECTED), key=str)


def test_expectations_use_the_words_of_the_records():
    events = [tuple(event) for expected in EXPECTED for event in expected["events"]]
    assert {kind for kind, _, _ in events} == set(get_args(EventType))
    assert {status for _, status, _ in events} == set(get_args(EventStatus))


def test_ordinary_news_is_expected_to_stay_silent():
    assert [e["events"] for e in EXPECTED if e["file"].startswith("ordinary/")] == [[]] * 9
