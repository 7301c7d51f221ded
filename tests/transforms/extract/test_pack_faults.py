import shutil

import pytest

from transforms.extract import Extractor, PackError
from transforms.extract.pack import BUNDLED, load_pack


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(BUNDLED, tmp_path / "pack")


def append(path, line):
    path.write_text(path.read_text(encoding="utf8") + line + "\n", encoding="utf8")


def faults(folder):
    with pytest.raises(PackError) as caught:
        Extractor.load(folder)
    return caught.value.faults


def test_all_faults_are_reported_at_once_with_file_and_line(copy):
    lines = len((copy / "gaps.jsonl").read_text(encoding="utf8").splitlines())
    append(copy / "gaps.jsonl", '{"type": "launch"}')
    append(copy / "headline.toml", "[never]")
    (copy / "blocks.txt").unlink()
    found = faults(copy)
    assert len(found) == 3
    assert f"gaps.jsonl:{lines + 1}: Object missing required field `left`" in found
    assert any(f.startswith("headline.toml:") and "never" in f for f in found)
    assert "blocks.txt:1: cannot be read: No such file or directory" in found


def test_a_line_that_is_no_json_is_named(copy):
    append(copy / "triggers.jsonl", "{no json")
    assert faults(copy)[0].startswith("triggers.jsonl:")


def test_a_broken_toml_file_is_named_with_its_line(copy):
    (copy / "timex.toml").write_text('a = 1\nb = "open\n', encoding="utf8")
    assert faults(copy)[0].startswith("timex.toml:2:")


@pytest.mark.parametrize(
    ("name", "line", "complaint"),
    [
        ("triggers.jsonl", '{"type": "lunch", "verb": "eat"}', "unknown type 'lunch'"),
        ("triggers.jsonl", '{"type": "launch"}', "exactly one of verb, noun, phrase is wanted"),
        (
            "triggers.jsonl",
            '{"type": "launch", "verb": "go", "needs": ["moon_cheese"]}',
            "'moon_cheese' is neither",
        ),
        ("entities.jsonl", '{"id": "x", "kind": "cheese", "name": "Brie"}', "unknown kind 'cheese'"),
        ("gaps.jsonl", '{"type": "launch", "left": ["nope"], "right": ["site"]}', "'nope' is neither"),
        ("families.toml", '[[family]]\npattern = "(open"\nkind = "mission"', "bad pattern"),
    ],
)
def test_what_does_not_fit_together_is_a_fault(copy, name, line, complaint):
    append(copy / name, line)
    (fault,) = faults(copy)
    assert fault.startswith(name + ":")
    assert complaint in fault


def test_the_hash_of_a_pack_changes_with_its_words(copy):
    before = load_pack(copy).hash
    append(copy / "blocks.txt", "launch lunch")
    assert load_pack(BUNDLED).hash == before != load_pack(copy).hash


def test_a_missing_pack_is_a_fault_not_a_crash(tmp_path):
    assert all("cannot be read" in fault for fault in faults(tmp_path / "none"))
