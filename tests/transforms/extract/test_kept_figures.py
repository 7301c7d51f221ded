"""What extraction finds of articles and sentences does not fall by more than a point between changes."""

import json

import pytest

from tests.bench.extraction import days, sentences
from tests.bench.extraction.articles import SETS, SHARED, articles
from tests.bench.extraction.lessons import EXAM, UNSEEN, authored, news
from tests.bench.extraction.quality import (
    KEPT,
    exam_figures_of,
    figures_of,
    report,
    unseen_figures_of,
    without_vote,
)

pytestmark = pytest.mark.slow
labelled = pytest.mark.skipif(not SHARED.is_dir(), reason="no labelled articles beside the repository")
POINT = 0.01
ADVICE = "after a change that is meant: python -m tests.bench.extraction.quality --keep"


def fallen(name, found):
    kept = json.loads(KEPT.read_text())[name]
    return {figure: (kept[figure], found[figure]) for figure in kept if found[figure] < kept[figure] - POINT}


@labelled
@pytest.mark.parametrize("name", SETS)
def test_no_figure_fell_by_more_than_a_point(extractor, name):
    assert fallen(name, figures_of(report(extractor, articles(name)))) == {}, ADVICE


@labelled
def test_a_vote_that_knows_the_articles_hides_no_fall_of_the_rules(extractor):
    found = report(without_vote(extractor), articles("dev"))
    assert fallen("dev without the vote", figures_of(found)) == {}, ADVICE


@labelled
def test_the_days_of_events_are_as_often_right_as_they_were(extractor):
    assert fallen("days", days.figures_of(days.pairs(extractor))) == {}, ADVICE


@labelled
def test_grave_events_are_told_in_texts_that_taught_nothing(extractor):
    assert fallen("exam", exam_figures_of(report(extractor, authored(EXAM)))) == {}, ADVICE


@labelled
def test_news_of_several_events_is_read_as_well_as_it_was(extractor):
    assert fallen("unseen", unseen_figures_of(report(extractor, news(UNSEEN)))) == {}, ADVICE


def test_single_sentences_are_read_as_well_as_they_were(extractor):
    assert fallen("sentences", sentences.figures_of(sentences.readings(extractor))) == {}, ADVICE


def test_the_sentences_are_many_and_tell_of_every_kind_of_saying():
    rows = [json.loads(line) for line in sentences.SENTENCES.read_text().splitlines()]
    assert len({row["text"] for row in rows}) == len(rows) >= 300
    assert {row["says"] for row in rows} >= {
        "occurred",
        "planned",
        "scrubbed",
        "denied",
        "retrospective",
        "hypothetical",
    }


def test_trouble_in_docking_is_hardly_ever_false(extractor):
    found = sentences.figures_of(sentences.readings(extractor))
    assert found["docking_anomaly precision"] >= 0.95
    assert found["docking_anomaly recall"] >= 0.74
