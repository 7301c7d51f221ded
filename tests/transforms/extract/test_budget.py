"""An article that costs too much is told so, and stops nothing."""

from datetime import UTC, datetime

import pytest

from transforms.extract import Extractor
from transforms.extract.budget import Budget
from transforms.intake import Intake
from transforms.records import Position
from transforms.sight import sight

NEWS = "Soyuz MS-40 lifted off on Tuesday and docked with the station. (It was: late; it is.)"
NOON = datetime(2026, 6, 10, 12, 0, tzinfo=UTC)


@pytest.fixture
def limited(extractor):
    def make(clock=lambda: 0.0, **limits):
        return Extractor(extractor.pack, extractor._vocabulary, budget=Budget(**limits), clock=clock)

    return make


class SlowClock:
    """Each look at it takes ten seconds."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        self.now += 10.0
        return self.now


@pytest.mark.parametrize(
    ("limits", "reason", "counted"),
    [
        ({"characters": 20}, "too_long", "85 characters"),
        ({"signs": 5}, "too_dense", "7 signs, over 5"),
        ({"sentences": 1}, "too_dense", "2 sentences, over 1"),
        ({"triggers": 1}, "too_dense", "3 triggers, over 1"),
        ({"names": 0}, "too_dense", "1 names, over 0"),
        ({"mentions": 1}, "too_dense", "2 mentions, over 1"),
    ],
)
def test_what_an_article_has_too_much_of_is_named(limited, saying, limits, reason, counted):
    found = limited(**limits).extract(saying(NEWS))
    assert (found.events, found.reason, found.counted) == ((), reason, counted)


def test_an_article_within_its_budget_is_read(limited, extractor, saying):
    within = limited(characters=85, signs=7, sentences=2, triggers=3, names=9, mentions=3)
    assert within.extract(saying(NEWS)) == extractor.extract(saying(NEWS))


def test_an_article_that_takes_too_long_is_left_and_the_next_one_is_read(limited, saying):
    slow = limited(SlowClock(), seconds=15.0)
    found = slow.extract(saying(NEWS))
    assert (found.events, found.reason, found.counted) == ((), "too_slow", "over 15 seconds")
    assert slow.extract(saying("The council met.")).reason == "no_gate_word"
    assert limited(SlowClock(), seconds=900.0).extract(saying(NEWS)).reason == "events"


def test_the_time_of_one_article_is_not_that_of_the_next(limited, saying):
    patient = limited(SlowClock(), seconds=100.0)
    assert [patient.extract(saying(NEWS)).reason for _ in range(9)] == ["events"] * 9


@pytest.mark.parametrize(
    "limits", [{"characters": 20}, {"triggers": 1}, {"clock": SlowClock(), "seconds": 5.0}]
)
def test_an_article_over_its_budget_is_a_dead_letter_with_its_reason(limited, saying, limits):
    intake = Intake(saying(NEWS), Position("articles", 0, 7), NOON)
    found = sight(limited(**limits), intake, "1.0")
    assert found.sightings == ()
    assert (found.disposition.verdict, found.disposition.reason) == ("dead", found.letter.reason)
    assert found.letter.reason in ("too_long", "too_dense", "too_slow")
    assert found.letter.error
    assert found.letter.position == intake.position
