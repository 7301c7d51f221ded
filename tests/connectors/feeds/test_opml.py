"""Lists of feeds: whatever a file holds, it gives feeds or a clear reason, quickly."""

import contextlib
import io
import tarfile
import time
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.opml import MAX_BYTES, OpmlError, Outline, plain_name, read_opml, write_opml
from transforms.address_rules import url_refusal

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "opml.tar.xz"
NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=60).map(plain_name)
URLS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P", "S"]), max_size=60).map(
    lambda rest: f"https://a.example/{rest}"
)


def outlines(*lines):
    return ("<opml version='1.0'><body>" + "\n".join(lines) + "</body></opml>").encode()


def wild_files():
    if not ARCHIVE.exists():
        return [pytest.param(None, b"", marks=pytest.mark.skip(f"{ARCHIVE.name} is not here"))]
    with tarfile.open(ARCHIVE) as archive:
        members = [member for member in archive if member.name.endswith(".opml")]
        return [pytest.param(m.name, archive.extractfile(m).read(), id=m.name) for m in members]


@pytest.mark.parametrize(("name", "body"), wild_files())
def test_a_file_found_in_the_wild_gives_its_feeds(name, body):
    feeds = read_opml(body)
    assert len(feeds) == body.lower().count(b"xmlurl=")
    assert [feed.url for feed in feeds if url_refusal(feed.url)] == []
    assert all(feed.title.isprintable() for feed in feeds)


@pytest.mark.skipif(not ARCHIVE.exists(), reason=f"{ARCHIVE.name} is not here")
def test_all_files_that_were_found_are_read():
    assert len(wild_files()) == 118


@given(feeds=st.lists(st.builds(Outline, URLS, NAMES), min_size=1, max_size=9), title=st.text(max_size=20))
def test_what_was_written_is_well_formed_and_reads_back(feeds, title):
    text = write_opml(feeds, title)
    assert read_opml(text.encode()) == feeds
    found = ElementTree.fromstring(text).iter("outline")
    assert [(each.get("xmlUrl"), each.get("title")) for each in found] == feeds


@given(
    st.binary(max_size=300) | st.text(alphabet="<>\"'&;=/!- outlinexmUr\n[]#", max_size=300).map(str.encode)
)
def test_no_bytes_break_it(noise):
    for body in (noise, outlines("<outline xmlUrl='https://a.example/'/>") + noise):
        with contextlib.suppress(OpmlError):
            assert all(feed.title.isprintable() for feed in read_opml(body))


@pytest.mark.parametrize(
    ("line", "url", "title"),
    [
        (
            '<outline text="A" xmlUrl="https://a.example/?x=1&section=2&copy=3"/>',
            "?x=1&section=2&copy=3",
            "A",
        ),
        ('<outline text="A" xmlUrl="https://a.example/?x=1&amp;y=2"/>', "?x=1&y=2", "A"),
        ('<outline text="A & B > C" xmlUrl="https://a.example/">', "", "A & B > C"),
        ("<OUTLINE TEXT='It''s' XMLURL='https://a.example/'>", "", "It"),
        ('<outline title="He said "yes" once" xmlUrl="https://a.example/"/>', "", "He said"),
        ('<outline text="A" description="<a href="/x">B</a>" xmlUrl="https://a.example/y"/>', "y", "A"),
        ("<outline text=A xmlUrl=https://a.example/f />", "f", "A"),
        ('<outline type="rss" text="A" url="https://a.example/"/>', "", "A"),
        ('<outline text="&lt;b&gt;&#x41;&nbsp;&eacute;" xmlUrl="https://a.example/"/>', "", "<b>A é"),
        ('<outline text="" title="B" xmlUrl=" https://a.example/ "/>', "", "B"),
        ('<outline text="a&#x1b;[31m\u202ered\u200b" xmlUrl="https://a.example/"/>', "", "a[31m red"),
    ],
)
def test_frequent_faults_are_read_as_they_were_meant(line, url, title):
    assert read_opml(outlines(line)) == [Outline(f"https://a.example/{url}", title)]


def test_folders_pages_and_comments_are_no_feeds():
    body = outlines(
        '<outline text="Folder"><outline text="A" xmlUrl="https://a.example/"/></outline>',
        '<!-- <outline xmlUrl="https://hidden.example/"/> -->',
        '<outline type="link" url="https://page.example/"/>',
    )
    assert [feed.url for feed in read_opml(body)] == ["https://a.example/"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"<html><p>hello</p></html>", "is no OPML: it has no outline"),
        (b"\x00\xff\x00", "is no OPML: it has no outline"),
        (outlines('<outline text="a folder"/>'), "names no feed: no outline has an xmlUrl"),
        (b" " * (MAX_BYTES + 1), "is larger than 5 MB"),
    ],
)
def test_what_gives_no_feeds_says_why(body, reason):
    with pytest.raises(OpmlError, match=f"^{reason}$"):
        read_opml(body)


def test_entities_are_never_defined_by_a_document():
    bomb = b"""<?xml version="1.0"?><!DOCTYPE opml [
    <!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c SYSTEM "file:///etc/passwd">]>
    <opml><body><outline text="&b;&c;" xmlUrl="https://a.example/"/></body></opml>"""
    assert read_opml(bomb) == [Outline("https://a.example/", "&b;&c;")]


@pytest.mark.parametrize(
    ("declared", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("ISO-8859-1", "latin-1"),
        ("windows-1251", "cp1251"),
        ("", "cp1252"),
        ("idna", "utf-8"),
        ("utf-8", "latin-1"),
    ],
)
def test_a_document_is_read_by_its_encoding(declared, encoding):
    title = "Новости" if encoding == "cp1251" else "Über"
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    body = (head + f'<opml><outline text="{title}" xmlUrl="https://a.example/"/></opml>').encode(encoding)
    assert read_opml(body)[0].title == title


@pytest.mark.parametrize(
    "piece",
    [
        "<outline ",
        "<!--",
        "<outline a=\"'",
        "<outline a='\"",
        "<outline " + " " * 50,
        '"',
        "<outline a=b",
        "&#1;",
    ],
)
def test_the_time_grows_with_the_size_alone(piece):
    body = b"<outline " + (piece * (1_000_000 // len(piece))).encode()
    began = time.process_time()
    with pytest.raises(OpmlError):
        read_opml(body)
    assert time.process_time() - began < 5


def test_a_tar_is_no_opml():
    empty = io.BytesIO()
    tarfile.open(fileobj=empty, mode="w").close()
    with pytest.raises(OpmlError):
        read_opml(empty.getvalue())
