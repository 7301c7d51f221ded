"""A name is as likely that of a flight as the encoder holds its pieces to be, at its likeliest place.

What is likelier a name than not is found without asking for it.
"""

import pytest

from tests.transforms.extract.hearing import heard


def of(names, title, text="", **said):
    """Return the odds of names in a text as those of a launch that took place."""
    odds = heard(title, text, {"launch/occurred": said, "launch/planned": {}}).of(names)
    assert all(pair["launch/planned"] == -6.0 for pair in odds.values())
    return {name: pair["launch/occurred"] for name, pair in odds.items()}


def test_a_name_has_the_mean_of_its_pieces():
    assert of(["Falcon launches"], "Falcon launches", Falcon=2.06, launches=-3) == {"Falcon launches": -0.5}
    assert of(["Falcon"], "Falcon launches", Falcon=2.06, launches=-3) == {"Falcon": 2.1}


def test_a_part_of_a_longer_name_counts_where_it_stands_alone():
    names = ["Starship", "Starship Flight 12"]
    assert of(names, "Starship Flight 12", Starship=3).keys() == {"Starship Flight 12"}
    assert of(names, "Starship Flight 12", "Starship", Starship=3)["Starship"] == 3.0


@pytest.mark.parametrize("names", [["FALCON 9", "Falcon 9"], ["Falcon 9", "FALCON 9"]])
def test_spellings_of_the_same_words_have_the_same_odds_in_any_order(names):
    assert of(names, "FALCON 9 is up", "A Falcon 9 rose.", Falcon=2) == dict.fromkeys(names, -2.0)


@pytest.mark.parametrize("name", ["Electron", "", "12 Flight", "\u0301"])
def test_what_was_not_read_has_no_odds(name):
    assert of([name], "Starship Flight 12") == {}


@pytest.mark.parametrize(
    ("said", "runs"),
    [
        ({"Start Me Up": 3}, [(3.0, ["start", "me", "up"])]),
        ({"Start": 1, "RS1": 3}, [(3.0, ["rs1"]), (1.0, ["start"])]),
        ({"GSLV": 3, "F10": 1}, [(2.0, ["gslv", "-", "f10"])]),
        ({"GSLV": 3}, [(3.0, ["gslv"])]),
        ({"-": 3}, []),
        ({}, []),
    ],
)
def test_what_is_likely_a_name_is_found_with_the_signs_within_it(said, runs):
    names = heard(
        "RS1 flies", "It is Start Me Up, GSLV-F10.", {"launch/occurred": said, "launch/planned": {}}
    )
    assert names.runs_for("launch/occurred") == runs
    assert names.runs_for("launch/planned") == []
