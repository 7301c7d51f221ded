import shutil

import msgspec
import pytest

from transforms.extract import Extractor, PackError
from transforms.extract.pack import BUNDLED, compiled, load_pack


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


def test_a_trigger_of_the_empty_type_is_a_fault_of_its_line(copy):
    lines = len((copy / "triggers.jsonl").read_text(encoding="utf8").splitlines())
    append(copy / "triggers.jsonl", '{"type": "", "noun": "go", "yes": "It went.", "no": "Nothing."}')
    assert faults(copy) == [f"triggers.jsonl:{lines + 1}: unknown type ''"]


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
            "unknown kind or class of words 'moon_cheese'",
        ),
        ("entities.jsonl", '{"id": "x", "kind": "cheese", "name": "Brie"}', "unknown kind 'cheese'"),
        ("gaps.jsonl", '{"type": "launch", "left": ["nope"], "right": ["site"]}', "words 'nope'"),
        (
            "triggers.jsonl",
            '{"type": "launch", "verb": "go", "not_by": ["moon_cheese"]}',
            "unknown kind or class of words 'moon_cheese'",
        ),
        ("triggers.jsonl", '{"type": "launch", "verb": "go", "forms": ["passed"]}', "Invalid enum value"),
        ("triggers.jsonl", '{"type": "launch", "verb": "go", "weight": 9}', "Expected `int` <= 3"),
        ("triggers.jsonl", '{"type": "launch", "verb": "go", "near": -1}', "Expected `int` >= 0"),
        (
            "gaps.jsonl",
            '{"type": "launch", "left": ["site"], "right": ["site"], "absorbs": ["lunch"]}',
            "unknown type 'lunch'",
        ),
        ("families.toml", '[[family]]\npattern = "(open"\nkind = "mission"', "bad pattern"),
        ("families.toml", '[[series]]\nkind = "cheese"\nnames = ["Brie"]', "unknown kind 'cheese'"),
        ("severity.toml", '[[cue]]\nwords = ["ate"]\nchange = 1\ntypes = ["lunch"]', "unknown type 'lunch'"),
        ("severity.toml", '[[cue]]\nwords = ["ate"]\nchange = 9', "Expected `int` <= 4"),
        ("headline.toml", '"menu:" = "lunch"', "unknown type 'lunch'"),
        ("anti.toml", '"cheese" = nan', "cheese: weighs nan, no number over 0"),
        ("timex.toml", "zillion = 1000000", "numbers: zillion is 1000000, not from 0 to 10000"),
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


def test_a_missing_pack_is_one_fault(tmp_path):
    assert faults(tmp_path / "none") == [f"{tmp_path / 'none'}: no such pack"]


@pytest.mark.parametrize(
    ("file", "text"), [("entities.jsonl", "[" * 200_000), ("anti.toml", "a = " + "[" * 9_000)]
)
def test_what_is_nested_too_deeply_is_a_fault(copy, file, text):
    (copy / file).write_text(text, encoding="utf8")
    assert any(f.startswith(f"{file}:1: ") for f in faults(copy))


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("least_confidence = 0.55", "least_confidence = 7.0", "least_confidence is 7.0, not from 0 to 1"),
        ("least_confidence = 0.47", "least_confidence = -1.0", "least_confidence is -1.0, not from 0 to 1"),
        ('announces = "launch"', 'announces = "zzz"', "unknown type 'zzz'"),
        ('carriers = ["vehicle"', 'carriers = ["barge"', "unknown kind 'barge'"),
        ("bias = -0.55", "bias = nan", "confidence: bias is nan, not from -100 to 100"),
        ("bias = -0.55", "bias = -5000.0", "confidence: bias is -5000.0"),
        ("heard = 0.43", "heard = inf", "confidence_heard: heard is inf, not from -100 to 100"),
        ("none_heard = ", "none_heard = -nan # ", "naming: none_heard is nan, not from -100 to 100"),
        ("[confidence]\nbias", "[confidence]\nmany = 1.0\nbias", "unknown field `many`"),
        ('site = "site"', 'barge = "site"', "unknown kind 'barge'"),
        ('site = "site"', 'site = "place"', "Invalid enum value 'place'"),
        ('fields = ["vehicle"', 'fields = ["cheese"', "Invalid enum value 'cheese'"),
        ('artemis = ["orion"', 'artemis = ["barge"', "no name is of the family 'barge'"),
        (
            'mission = ["mission", "payload", "spacecraft", "vehicle", "stage", "expedition", "programme"]',
            "mission = []",
            "launch: no kind of names may name its flight",
        ),
        ('implies = ["launch"]', 'implies = ["launch_failure"]', "launch_failure names itself"),
        ("history_days = 14", "history_days = 999999", "Expected `int` <= 3660"),
        ("gate = [", 'gate = ["", ', "gate: an empty word"),
        ('"dream-chaser"', '"dream-catcher"', "no name is of the family 'dream-catcher'"),
    ],
)
def test_what_a_manifest_gets_wrong_is_a_fault(copy, old, new, fault):
    text = (copy / "pack.toml").read_text(encoding="utf8")
    assert old in text
    (copy / "pack.toml").write_text(text.replace(old, new, 1), encoding="utf8")
    assert any(fault in f for f in faults(copy))


@pytest.mark.parametrize(
    ("file", "old", "new", "fault"),
    [
        ("headline.toml", "past_prefixes = [", 'past_prefixes = ["", ', "past_prefixes: an empty word"),
        ("headline.toml", "past_prefixes = [", 'past_prefixes = [":", ', "':' begins every headline"),
        ("headline.toml", "[roundups]", '[roundups]\n" " = "launch"', "roundups: an empty word"),
        ("modality.toml", "negative = [", 'negative = ["", ', "negative: an empty word"),
        ("words.toml", "failing = [", 'failing = ["", ', "failing: an empty word"),
        ("timex.toml", "[months]", '[months]\n"" = 3', "months: an empty word"),
        ("timex.toml", "[units]", '[units]\n"" = 3', "units: an empty word"),
        ("timex.toml", "home = -300", "home = 100000", "home is 100000, not from -720 to 840"),
        ("families.toml", "after = [", 'after = ["", ', "after: an empty word"),
    ],
)
def test_an_empty_word_or_a_number_out_of_bounds_is_a_fault_of_its_line(copy, file, old, new, fault):
    text = (copy / file).read_text(encoding="utf8")
    assert old in text
    (copy / file).write_text(text.replace(old, new, 1), encoding="utf8")
    assert any(f.startswith(f"{file}:") and fault in f for f in faults(copy))


def test_a_compiled_pack_is_checked_like_a_folder(tmp_path):
    pack, file = load_pack(BUNDLED), tmp_path / "space.pack"
    wrong = {
        "gaps": [msgspec.structs.replace(pack.gaps[0], type="zzz")],
        "hash": "../../evil",
        "manifest": msgspec.structs.replace(pack.manifest, mission=["nokind"]),
    }
    file.write_bytes(compiled(msgspec.structs.replace(pack, **wrong)))
    found = "\n".join(faults(file))
    for fault in ("unknown type 'zzz'", "its hash is not 16", "unknown kind 'nokind'"):
        assert fault in found


def test_a_compiled_pack_of_which_a_byte_changed_is_refused(tmp_path):
    file = tmp_path / "space.pack"
    file.write_bytes(compiled(load_pack(BUNDLED)).replace(b"Falcon 9", b"Falcon 8", 1))
    assert faults(file) == ["space.pack:1: no compiled pack: its digest is of other bytes"]
