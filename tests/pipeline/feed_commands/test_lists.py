"""`feeds import|export`: lists of feeds go into the file whole or not at all, and come out again."""

import json
import os
import tarfile
from pathlib import Path

import pytest

from connectors.feeds.opml import Outline, read_opml, write_opml
from pipeline.feed_list import added_to, sorted_out
from pipeline.settings import SettingsFaults
from tests.pipeline.feed_commands.desk import CONFIG

ARCHIVE = Path(__file__).parents[4] / "shared" / "data" / "opml.tar.xz"


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


def test_an_export_for_programs(desk):
    line = '{"url": "https://nobody.example/feed", "publisher": "Nobody"}\n'
    assert desk("export", "--json") == (0, line, "")
    file = desk.folder / "list.jsonl"
    assert desk("export", "--json", "--output", str(file))[0] == 0
    assert file.read_text() == line


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
