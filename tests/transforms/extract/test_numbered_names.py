import re

import pytest

from transforms.extract.entries import FamilyEntry
from transforms.extract.numbered import Numbered, needed


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
    assert needed(pattern) == strings


def test_each_family_finds_what_its_expression_finds():
    families = [
        FamilyEntry(pattern=p, kind="mission") for p in (r"Crew-\d", r"\d{2}", r"(?:MS|M)-\d", r"Ax-\d")
    ]
    text = "Crew-9, MS-12 and M-3; Crew-1 again, but axes."
    found = [(match[0], entry.pattern) for match, entry in Numbered(families).find(text)]
    assert found == [(m[0], f.pattern) for f in families for m in re.finditer(f.pattern, text)]
