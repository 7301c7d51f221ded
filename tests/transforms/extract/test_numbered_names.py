import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.extract.entries import FamilyEntry
from transforms.extract.numbered import Numbered, needed
from transforms.extract.pack import BUNDLED, load_pack


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        (r"\b(Crew[ -]\d{1,3})\b", {"Crew"}),
        (r"\b((?:Ax|Axiom)[ -]\d)", {"Ax"}),
        (r"(?:Soyuz|Progress) \d", {"Soyuz", "Progress"}),
        (r"(?:Grand )?(?:CRS|NG)-\d", {"CRS", "NG"}),
        (r"['’](?:[A-Z]\w{2,9})['’](?= flight)", {" flight"}),
        (r"(?:ab){2}\d", {"ab"}),
        (r"[A-Z]{2,4}-\d", {"-"}),
        (r"\d{1,3}[A-Z]", set()),
        (r"(?:Crew-)?\d{2}", set()),
        (r"(?:Crew|\d{2})", set()),
        (r"(?i)crew-\d", set()),
        (r"(?i:crew)\d{2}", set()),
    ],
)
def test_what_every_match_of_a_pattern_holds(pattern, strings):
    assert set(needed(pattern)) == strings


@pytest.mark.parametrize(
    ("pattern", "strings"),
    [
        (r"\b(?:Grand )?Crew[ -]\d", {"Crew": (0, 6)}),
        (r"\d{1,3}(?:st|nd)? (?:SpaceX|NG)", {"SpaceX": (2, 6), "NG": (2, 6)}),
        (r"[A-Z](?:a-|bb-x)", {"a-": (1, 1), "bb-x": (1, 1)}),
        (r"(?:Ax|My Ax)-\d", {"Ax": (0, 0), "My Ax": (0, 0)}),
        (r"[A-Z]\w{3,9}(?= flight)", {" flight": (4, 10)}),
        (r"(?<=the )\d{2}", {}),
    ],
)
def test_how_far_from_its_beginning_a_match_holds_it(pattern, strings):
    assert needed(pattern) == strings


def test_each_family_finds_what_its_expression_finds():
    families = [
        FamilyEntry(pattern=p, kind="mission") for p in (r"Crew-\d", r"\d{2}", r"(?:MS|M)-\d", r"Ax-\d")
    ]
    text = "Crew-9, MS-12 and M-3; Crew-1 again, but axes."
    found = [(match[0], entry.pattern) for match, entry in Numbered(families).find(text)]
    assert found == [(m[0], f.pattern) for f in families for m in re.finditer(f.pattern, text)]


@pytest.fixture(scope="module")
def families():
    return load_pack(BUNDLED).families.family


@pytest.fixture(scope="module")
def numbered(families):
    return Numbered(families)


def test_the_packs_families_find_in_real_articles_what_their_expressions_find(shared, families, numbered):
    found = 0
    for line in (shared / "gold" / "dev.jsonl").read_bytes().splitlines():
        text = json.loads(line)["text"]
        matches = [(match.span(), entry.pattern) for match, entry in numbered.find(text)]
        assert matches == [(m.span(), f.pattern) for f in families for m in re.finditer(f.pattern, text)]
        found += len(matches)
    assert found > 200


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(["Crew", "SpaceX", "-", " ", "1", "29", "th", "MS", "CRS", "'", "A"]), max_size=14
    )
)
def test_any_text_of_their_parts_gives_what_their_expressions_give(families, numbered, parts):
    text = "".join(parts)
    matches = [(match.span(), entry.pattern) for match, entry in numbered.find(text)]
    assert matches == [(m.span(), f.pattern) for f in families for m in re.finditer(f.pattern, text)]
