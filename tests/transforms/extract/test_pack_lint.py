"""A pack is told what in it cannot work: before it is used, with file and line."""

import json
import shutil

import msgspec
import pytest

from transforms.extract import Extractor, PackError
from transforms.extract.pack import BUNDLED, compiled, load_pack
from transforms.extract.pack_examples import wrong_examples
from transforms.extract.pack_lint import lint
from transforms.extract.patterns import bad_pattern


@pytest.fixture
def copy(tmp_path):
    return shutil.copytree(BUNDLED, tmp_path / "pack")


def change(path, number, **more):
    lines = path.read_text().splitlines()
    changed = json.loads(lines[number - 1]) | more
    lines[number - 1] = json.dumps({key: value for key, value in changed.items() if value is not None})
    path.write_text("\n".join(lines) + "\n")


def test_the_bundled_pack_has_no_fault_and_keeps_its_word(extractor):
    assert list(lint(extractor.pack)) == []
    assert list(wrong_examples(extractor)) == []


@pytest.mark.parametrize(
    ("file", "more", "fault"),
    [
        ("triggers.jsonl", {"yes": ""}, "no example `yes` of an event"),
        ("triggers.jsonl", {"no": ""}, "no example `no` without one"),
        ("gaps.jsonl", {"yes": ""}, "no example `yes` of an event"),
        ("gaps.jsonl", {"max": 31}, "a gap of 31 words, over 30"),
    ],
)
def test_a_rule_that_nothing_shows_to_work_is_a_fault(copy, file, more, fault):
    change(copy / file, 3, **more)
    assert list(lint(load_pack(copy))) == [f"{file}:3: {fault}"]


def test_an_id_that_stands_twice_is_a_fault(copy):
    entities = (copy / "entities.jsonl").read_text().splitlines()
    twin = json.loads(entities[0]) | {"name": "Twin of the first", "aliases": []}
    (copy / "entities.jsonl").write_text("\n".join([*entities, json.dumps(twin)]) + "\n")
    fault = f"entities.jsonl:{len(entities) + 1}: id {twin['id']!r} stands in line 1 too"
    assert list(lint(load_pack(copy))) == [fault]


def test_what_can_never_be_reached_is_a_fault(copy):
    triggers = (copy / "triggers.jsonl").read_text().splitlines()
    entities = (copy / "entities.jsonl").read_text().splitlines()
    (copy / "triggers.jsonl").write_text("\n".join([*triggers, triggers[0]]) + "\n")
    twin = json.loads(entities[0]) | {"id": "twin", "kind": "payload", "aliases": ["FALCON9"]}
    (copy / "entities.jsonl").write_text("\n".join([*entities, json.dumps(twin)]) + "\n")
    words = (copy / "words.toml").read_text().replace("[nouns]\n", '[nouns]\nidle = ["idler"]\n', 1)
    (copy / "words.toml").write_text(words)
    last = f"entities.jsonl:{len(entities) + 1}: never reached:"
    assert list(lint(load_pack(copy))) == [
        f"triggers.jsonl:{len(triggers) + 1}: never reached: line 1 says the same",
        "words.toml:1: idle: no rule names this class",
        f"{last} 'Falcon 9' is a name of vehicle-falcon-9",
        f"{last} 'FALCON9' is a name of vehicle-falcon-9, spelt 'Falcon 9'",
    ]


@pytest.mark.parametrize(
    ("file", "more", "fault"),
    [
        ("triggers.jsonl", {"forms": ["noun"]}, "never reached: it has none of the forms noun"),
        (
            "triggers.jsonl",
            {"verb": None, "phrase": "Falcon 9"},
            "never reached: 'Falcon 9' is a name of vehicle-falcon-9",
        ),
        (
            "triggers.jsonl",
            {"type": "launch_failure", "only": "planned"},
            "never reached: planned alone, but launch_failure is only ever occurred",
        ),
    ],
)
def test_a_trigger_that_never_speaks_is_a_fault(copy, file, more, fault):
    change(copy / file, 1, **more)
    assert f"{file}:1: {fault}" in list(lint(load_pack(copy)))


def test_verbs_of_failing_without_a_word_of_failing_are_a_fault(copy):
    words = (copy / "words.toml").read_text().splitlines()
    (copy / "words.toml").write_text("\n".join(w for w in words if not w.startswith("failing = ")))
    assert "words.toml:1: never reached: [inabilities], as there is no word of failing" in lint(
        load_pack(copy)
    )


@pytest.mark.parametrize("side", ["left", "right"])
def test_a_gap_rule_that_refuses_what_it_wants_is_a_fault(copy, side):
    rule = json.loads((copy / "gaps.jsonl").read_text().splitlines()[0])
    change(copy / "gaps.jsonl", 1, refuses=rule[side])
    assert f"gaps.jsonl:1: never reached: it refuses all of {side!r}" in list(lint(load_pack(copy)))


@pytest.mark.parametrize("name", ["Falcon  9", " Hawk", "Falcon\t9", ""])
def test_a_phrase_with_blanks_that_no_text_has_is_a_fault(copy, name):
    change(copy / "entities.jsonl", 1, aliases=[name])
    (fault,) = lint(load_pack(copy))
    assert fault == f"entities.jsonl:1: never reached: {name!r} has blanks that no text has"


def test_a_loose_word_that_opens_no_gate_is_a_fault(copy):
    manifest = (copy / "pack.toml").read_text()
    (copy / "pack.toml").write_text(manifest.replace("loose = [", 'loose = ["teapot", ', 1))
    assert list(lint(load_pack(copy))) == ["pack.toml:1: loose: 'teapot' opens no gate"]


def test_a_family_that_stands_there_twice_is_a_fault(copy):
    families = (copy / "families.toml").read_text()
    first = "[[family]]" + families.split("[[family]]")[1]
    (copy / "families.toml").write_text(families + "\n" + first)
    (fault,) = lint(load_pack(copy))
    assert fault.endswith("stands there twice")


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        ({"yes": "The Soyuz rocket was washed."}, "its words are not in its example"),
        ({"yes": "The haze has not lifted off."}, "no event of it in"),
        ({"no": "Soyuz MS-30 lifted off on Tuesday."}, "which says none"),
    ],
)
def test_an_example_that_does_not_hold_is_named(copy, more, complaint):
    change(copy / "triggers.jsonl", 1, **more)
    (found,) = wrong_examples(Extractor.load(copy))
    assert found.startswith("triggers.jsonl:1: ")
    assert complaint in found


@pytest.mark.parametrize(
    "pattern",
    [
        r"a+",
        r"(?:ab)*c",
        r"x{3,}",
        r"(?:a{1,100}b{1,100}){1,100}",
        r"(?=a*)b",
        r"(?:a|b+)",
        r"(?:a|a){1,30}b",
        r"(?:a?){1,30}b",
        r"(?:(?:ab?){1,9}){1,999}",
        r"(x)?(?(1)a*|b)",
        r"[a-z]{0,140}[a-z]{0,140}y",
        r"(?:z|z){13}y",
        r"(?:[a-z ]?){12}\d",
        r"(z{60})(?:\1{2}|x)y",
    ],
)
def test_a_pattern_without_a_bound_is_refused(pattern):
    assert "refused" in bad_pattern(pattern)


@pytest.mark.parametrize("pattern", [r"\b(MS-\d{1,3})\b", r"[A-Z][a-z]{2,40}(?: \d)?", r"(?<!x)y"])
def test_a_pattern_with_a_bound_is_fine(pattern):
    assert bad_pattern(pattern) is None


def test_a_pattern_that_is_too_deep_is_bad_not_a_crash():
    assert "bad pattern" in bad_pattern("(" * 3000 + ")" * 3000)


def test_a_compiled_pack_is_the_same_pack(copy, tmp_path):
    file = tmp_path / "space.pack"
    file.write_bytes(compiled(load_pack(copy)))
    assert load_pack(file) == load_pack(copy)


@pytest.mark.parametrize("data", [b"", b"no pack", b"\x93\x01\x02\x03"])
def test_a_file_that_is_no_pack_is_named(tmp_path, data):
    file = tmp_path / "space.pack"
    file.write_bytes(data)
    with pytest.raises(PackError, match=r"space\.pack:1: no compiled pack"):
        load_pack(file)


def test_a_compiled_pack_with_a_hostile_pattern_is_refused(tmp_path):
    pack, file = load_pack(BUNDLED), tmp_path / "space.pack"
    hostile = [msgspec.structs.replace(pack.families.family[0], pattern=r"\b(S*)*STS-\d\b")]
    families = msgspec.structs.replace(pack.families, family=hostile)
    file.write_bytes(compiled(msgspec.structs.replace(pack, families=families)))
    with pytest.raises(PackError, match="refused"):
        load_pack(file)


@pytest.mark.parametrize(
    ("pattern", "characters"),
    [
        ("z{60000}y", 60001),
        ("(?:z{200}){200}y", 40001),
        ("z{200}" * 2 + "y", 401),
        ("(?=z{200})(?!z{200})y", 401),
        ("(?:z{9}|[yz]{400})y", 401),
        ("(?>z{200}){2}", 400),
    ],
)
def test_a_pattern_with_a_very_long_way_is_refused(pattern, characters):
    assert f"a way of {characters} characters, over 300" in bad_pattern(pattern)
