"""An entry is let through when it is new or changed in substance, and folded otherwise."""

import re
from datetime import timedelta

import pytest

from tests.transforms.deduplicate.invented import NOON, intake
from transforms.deduplicate.identity import CELL_CAP, fold_repeats
from transforms.deduplicate.reading import read
from transforms.deduplicate.states import pack, unpack

TEXT = (
    "The crew of three reached the station on Tuesday after a short flight. "
    "Mission control in Moscow said that the automatic system had lost its target at 200 metres, "
    "so the commander took over and flew the last part of the approach himself without further trouble."
)
DECISIVE = frozenset((frozenset(("dock", "docks", "docked")), frozenset(("launched",))))
URL = "https://a.example/1"


def entry(text=TEXT, **given):
    return intake(text, **({"url": URL} | given))


def folds(*intakes):
    cell, found = {}, []
    for each in intakes:
        cell = unpack("identity", pack("identity", cell))
        found.append(fold_repeats(cell, each, read(each.article, DECISIVE)))
    return found


def kinds(*intakes):
    return [fold.kind for fold in folds(*intakes)]


def test_the_same_version_again_is_a_repeat():
    assert kinds(entry(), entry(at=NOON + timedelta(hours=1))) == ["new", "repeat"]


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("crew of three", "crew of 4", {"difference": "numbers", "new": ("4",)}),
        ("crew of three", "crew of four", {"difference": "numbers", "new": ("4",)}),
        (" of three", "", {"difference": "numbers"}),
        ("200 metres", "300 metres", {"difference": "numbers", "new": ("300",)}),
        ("in Moscow", "in Houston", {"difference": "names", "new": ("houston",)}),
        ("had lost its target", "had not lost its target", {"difference": "statement"}),
        ("reached the station", "docked", {"difference": "statement"}),
    ],
)
def test_a_changed_fact_is_a_revision(old, new, why):
    fold = folds(entry(), entry(TEXT.replace(old, new)))[1]
    assert (fold.kind, fold.revision, fold.why) == ("revision", 1, why)
    assert fold.of == entry().article.id


def test_a_correction_mark_alone_is_a_revision():
    fold = folds(entry(), entry(title="Correction: Crew arrives"))[1]
    assert (fold.kind, fold.why) == ("revision", {"difference": "correction"})


def test_a_typo_mended_is_cosmetic():
    assert kinds(entry(TEXT.replace("trouble", "truoble")), entry()) == ["new", "cosmetic"]


def test_slow_drift_is_measured_from_what_was_let_through():
    later = re.findall(r"\w+", "and one more thing was told by the crew on the evening of that same day")
    versions = [f"{TEXT} {' '.join(later[:n])}" for n in range(len(later))]
    found = kinds(*(entry(text) for text in versions))
    assert found[0] == "new"
    assert "cosmetic" in found
    assert "revision" in found


def test_much_new_wording_in_a_long_text_is_seen_by_a_sample():
    words = [f"word{n:c}" for n in range(ord("a"), ord("z"))]
    old = " ".join(f"{a} {b}" for a in words for b in words)
    assert kinds(entry(old), entry(" ".join(reversed(old.split())))) == ["new", "revision"]
    assert kinds(entry(old), entry(f"{old} and a little more")) == ["new", "cosmetic"]


def test_an_identity_is_forgotten_after_seven_quiet_days():
    assert kinds(entry(), entry(at=NOON + timedelta(days=7, seconds=1))) == ["new", "new"]
    assert kinds(entry(), entry(at=NOON + timedelta(days=7))) == ["new", "repeat"]


def test_a_cell_never_holds_more_than_its_cap():
    cell = {}
    for n in range(CELL_CAP * 2):
        each = entry("Short.", url=f"https://a.example/{n}", at=NOON + timedelta(seconds=n))
        fold_repeats(cell, each, read(each.article, DECISIVE))
    assert len(cell) == CELL_CAP
    assert fold_repeats(cell, each, read(each.article, DECISIVE)).kind == "repeat"


def test_fresh_news_is_never_folded_into_what_was_taken_in_as_history():
    old = entry(at=NOON - timedelta(hours=1), historical=True)
    assert kinds(old, entry(), entry()) == ["new", "new", "repeat"]


def test_what_an_operator_wants_let_through_is():
    looks = TEXT.replace("trouble", "truoble")
    assert kinds(entry(), entry(looks), entry(looks, unfold=True)) == ["new", "cosmetic", "revision"]
    assert folds(entry(), entry(unfold=True))[1].why == {"unfolded": True}
