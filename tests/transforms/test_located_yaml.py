"""A YAML file is read without running anything, and every fault in it has its line."""

import contextlib
from pathlib import Path
from typing import Literal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, ValidationError

from transforms.located_yaml import MAX_BYTES, YamlFaults, faults_of, load_located, parse_located

PATH = Path("x.yaml")


class Lamp(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    colour: Literal["red", "green"] = "red"
    watts: int = 5


class Lamps(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    lamps: list[Lamp]


def faults(text):
    with pytest.raises(YamlFaults) as caught:
        parse_located(text, PATH)
    return [str(f) for f in caught.value.faults]


def objections(text):
    located = parse_located(text, PATH)
    with pytest.raises(ValidationError) as caught:
        Lamps.model_validate(located.data)
    return [str(f) for f in faults_of(caught.value, located)]


def test_plain_words_mean_what_the_core_schema_says():
    text = "a: no\nb: 2026-01-01\nc: 010\nd: 0o17\ne: 1.5\nf: ~\ng: '1'\nh: true\n1: x\n"
    assert parse_located(text, PATH).data == {
        "a": "no",
        "b": "2026-01-01",
        "c": 10,
        "d": 15,
        "e": 1.5,
        "f": None,
        "g": "1",
        "h": True,
        "1": "x",
    }


def test_every_key_and_item_has_its_line():
    located = parse_located("a:\n  - b: 1\n    c: 2\n  - d\n", PATH)
    assert [located.line_of(loc) for loc in [("a",), ("a", 0), ("a", 0, "c"), ("a", 1)]] == [1, 2, 3, 4]


def test_an_absent_place_has_the_line_of_what_is_around_it():
    assert parse_located("a:\n  - b: 1\n", PATH).line_of(("a", 0, "missing", "deeper")) == 2


def test_all_objections_of_a_model_come_at_once_with_their_lines():
    text = "lamps:\n- name: a\n  colour: blue\n  wats: 3\n- watts: many\n"
    assert objections(text) == [
        "x.yaml:3: lamps[0].colour: wrong value (expected 'red' or 'green')",
        "x.yaml:4: lamps[0].wats: unknown key",
        "x.yaml:5: lamps[1].name: missing (expected a value)",
        "x.yaml:5: lamps[1].watts: wrong value (expected a valid integer)",
    ]


def test_a_value_is_never_repeated_in_a_fault():
    assert "hunter2" not in "".join(objections("lamps:\n- name: a\n  watts: hunter2\n"))


def test_all_faults_of_the_text_come_at_once():
    assert faults("a: 1\na: 2\nb: &x [1]\nc: *x\nd: !!python/object:os.system x\n") == [
        "x.yaml:2: a: is given twice (expected one of each key)",
        "x.yaml:4: alias: aliases are not read (expected the value itself)",
        "x.yaml:5: tag: tags are not read (expected a plain value)",
    ]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[" * 100_000, "x.yaml:1: nesting: is too deep (expected at most 32 levels)"),
        ("- " * 100_000, "x.yaml:1: nesting: is too deep (expected at most 32 levels)"),
        ("a: 1\n? [b]\n: 2\n", "x.yaml:2: file: a key is no plain word (expected text)"),
        ("a: 1\n---\nb: 1\n", "x.yaml:2: file: has a second document (expected one)"),
        ("a: 1\nb: \x00\n", "x.yaml:2: syntax: has a character that no text has"),
        ("a:\n  b: c: d\n", "x.yaml:2: syntax: mapping values are not allowed here"),
        ("a: " + "x" * MAX_BYTES, "x.yaml:1: file: is too large (expected at most 1000000 bytes)"),
    ],
)
def test_hostile_text_is_refused_with_its_line(text, fault):
    assert faults(text) == [fault]


def test_a_file_that_is_too_large_is_never_read_in_part(tmp_path):
    file = tmp_path / "x.yaml"
    file.write_text("- é\n" * (MAX_BYTES // 5), encoding="utf-8")
    assert len(load_located(file).data) == MAX_BYTES // 5
    file.write_text(file.read_text(encoding="utf-8") + "- y\n", encoding="utf-8")
    with pytest.raises(YamlFaults, match="is too large"):
        load_located(file)


def test_a_long_number_stays_text():
    assert parse_located("a: " + "9" * 10_000, PATH).data == {"a": "9" * 10_000}


def test_thousands_of_faults_are_cut_at_a_hundred():
    assert len(faults("a: 1\n" * 5000)) == 100


@given(st.text(alphabet="a:- \n\t[]{}&*!|>'\"%#?,0~\\Ux\x00", max_size=60))
@example('a: "\\UFFFFFFFF"')
@example("%YAML 9.1\n---\na: no\n")
@example("%YAML 1.x\n---\n")
def test_no_text_does_anything_but_give_content_or_faults(text):
    with contextlib.suppress(YamlFaults):
        parse_located(text, PATH)


def test_a_file_that_is_not_there_is_a_fault(tmp_path):
    with pytest.raises(YamlFaults, match="cannot be read: No such file or directory"):
        load_located(tmp_path / "nothing.yaml")


def test_a_byte_order_mark_is_no_fault_and_latin_1_is(tmp_path):
    path = tmp_path / "x.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\n")
    assert load_located(path).data == {"a": 1}
    path.write_bytes(b"a: 1\nb: caf\xe9\n")
    with pytest.raises(YamlFaults, match=r"x\.yaml:2: file: is not UTF-8"):
        load_located(path)
