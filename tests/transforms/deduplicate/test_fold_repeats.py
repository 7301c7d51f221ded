"""An entry is let through when it is new or changed in substance, and folded otherwise."""

import re
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from transforms.deduplicate import fold_copies, fold_repeats
from transforms.deduplicate.copies import copy_key
from transforms.deduplicate.identity import CELL_CAP, pack, unpack
from transforms.intake import Intake
from transforms.records import Article, Position
from transforms.records.article import article_id, content_hash

NOON = datetime(2021, 10, 5, 12, tzinfo=UTC)
TEXT = (
    "The crew of three reached the station on Tuesday after a short flight. "
    "Mission control in Moscow said that the automatic system had lost its target at 200 metres, "
    "so the commander took over and flew the last part of the approach himself without further trouble."
)


def intake(text=TEXT, *, url="https://a.example/1", title="Crew arrives", at=NOON):
    article = Article(
        id=article_id(url, content_hash(title, text)),
        feed="https://a.example/feed",
        publisher="A",
        title=title,
        text=text,
        fetched=at,
        url=url,
    )
    return Intake(article, Position("articles", 0, 0), at)


def verdicts(*intakes):
    cell, found = {}, []
    for each in intakes:
        cell, fold = fold_repeats(unpack(pack(cell)), each)
        found.append(fold.kind)
    return found


def test_the_same_version_again_is_a_repeat():
    assert verdicts(intake(), intake(at=NOON + timedelta(hours=1))) == ["new", "repeat"]


@pytest.mark.parametrize(
    ("old", "new", "difference"),
    [
        ("crew of three", "crew of 4", "numbers"),
        ("200 metres", "300 metres", "numbers"),
        ("in Moscow", "in Houston", "names"),
        ("had lost its target", "had not lost its target", "negation"),
    ],
)
def test_a_changed_fact_is_a_revision(old, new, difference):
    _, fold = fold_repeats(fold_repeats({}, intake())[0], intake(TEXT.replace(old, new)))
    assert (fold.kind, fold.revision, fold.why) == ("revision", 1, {"difference": difference})
    assert fold.of == intake().article.id


def test_a_correction_mark_alone_is_a_revision():
    _, fold = fold_repeats(fold_repeats({}, intake())[0], intake(title="Correction: Crew arrives"))
    assert (fold.kind, fold.why) == ("revision", {"difference": "correction"})


def test_a_typo_mended_is_cosmetic():
    assert verdicts(intake(TEXT.replace("trouble", "truoble")), intake()) == ["new", "cosmetic"]


def test_slow_drift_is_measured_from_what_was_let_through():
    later = re.findall(r"\w+", "and one more thing was told by the crew on the evening of that same day")
    versions = [f"{TEXT} {' '.join(later[:n])}" for n in range(len(later))]
    found = verdicts(*(intake(text) for text in versions))
    assert found[:2] == ["new", "cosmetic"]
    assert "revision" in found


def test_an_identity_is_forgotten_after_seven_quiet_days():
    later = NOON + timedelta(days=7, seconds=1)
    assert verdicts(intake(), intake(at=later)) == ["new", "new"]


def test_a_cell_never_holds_more_than_its_cap():
    cell = {}
    for n in range(CELL_CAP * 2):
        cell, _ = fold_repeats(cell, intake(url=f"https://a.example/{n}", at=NOON + timedelta(seconds=n)))
    assert len(cell) == CELL_CAP
    assert f"https://a.example/{CELL_CAP * 2 - 1}" in cell


def test_the_same_words_at_another_address_are_a_duplicate_of_the_first():
    first, second = intake(), intake(url="https://b.example/9")
    cell, kept = fold_copies({}, copy_key(first), first)
    _, fold = fold_copies(cell, copy_key(second), second)
    assert (kept.kind, fold.kind, fold.of) == ("new", "duplicate", first.article.id)


def test_few_equal_words_are_no_copy():
    first, second = intake("Live updates."), intake("Live updates.", url="https://b.example/9")
    cell, _ = fold_copies({}, copy_key(first), first)
    assert fold_copies(cell, copy_key(second), second)[1].kind == "new"


@pytest.mark.parametrize(
    "around",
    [
        "Copyright 2021 Some Wire. All rights reserved.",
        "© Some Wire",
        "Printed with permission.",
        "Reporting by A. Writer; Editing by B. Reader",
        "The post Crew arrives appeared first on Some Site.",
        "Subscribe to our newsletter.",
        "Read on at our site",
    ],
)
def test_what_a_publisher_puts_below_a_copy_makes_it_no_news(around):
    first, second = intake(), intake(f"{TEXT}\n\n{around}", url="https://b.example/9")
    cell, _ = fold_copies({}, copy_key(first), first)
    assert fold_copies(cell, copy_key(second), second)[1].kind == "duplicate"


@pytest.mark.parametrize(
    "sentence",
    ["The copyright of the film is held by the studio.", "He said that reporting by others was wrong."],
)
def test_a_sentence_of_the_story_is_never_taken_for_boilerplate(sentence):
    first, second = intake(), intake(f"{TEXT}\n\n{sentence}", url="https://b.example/9")
    cell, _ = fold_copies({}, copy_key(first), first)
    assert fold_copies(cell, copy_key(second), second)[1].kind == "new"


def test_fresh_news_is_never_folded_into_what_was_taken_in_as_history():
    fresh, old = intake(), intake(at=NOON - timedelta(hours=1))
    old = old._replace(article=msgspec.structs.replace(old.article, historical=True))
    assert verdicts(old, fresh, fresh) == ["new", "new", "repeat"]
    elsewhere = intake(url="https://b.example/9")
    cell, _ = fold_copies({}, copy_key(old), old)
    assert fold_copies(cell, copy_key(elsewhere), elsewhere)[1].kind == "new"
