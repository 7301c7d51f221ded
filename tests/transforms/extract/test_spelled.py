"""What no rule knows as a name is one where the encoder hears it, and nothing that rules know as well."""

import pytest

from tests.transforms.extract.hearing import heard
from transforms.extract.drafts import gather
from transforms.extract.renamed import rename
from transforms.extract.retold import as_one

CALLED, LIFTED = "They call it Start Me Up. The rocket lifted off on Tuesday.", ("launch", "occurred")


@pytest.fixture(scope="module")
def spelled(extractor):
    def read(text, said, title=""):
        with extractor.reading(title, text, None) as reading:
            drafts, _ = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
            reading.names = heard(title, text, said)
            drafts = as_one(drafts, reading, rename(drafts, reading))
            names = [d.named.entity for d in drafts]
            assert all(e is None or reading.page.surface(e.start, e.end) == e.name for e in names)
            return [(d.type, d.status, e and e.name) for d, e in zip(drafts, names, strict=True)]

    return read


@pytest.mark.parametrize(
    ("odds", "name"), [({"Start Me Up": 2.0}, "Start Me Up"), ({"Start Me Up": 0.4}, None), ({}, None)]
)
def test_a_nameless_flight_has_the_name_that_is_heard(spelled, odds, name):
    assert spelled(CALLED, {"launch/occurred": odds}) == [(*LIFTED, name)]


def test_what_is_heard_of_another_event_names_none(spelled):
    said = {"launch/occurred": {}, "docking/occurred": {"Start Me Up": 5.0}}
    assert spelled(CALLED, said) == [(*LIFTED, None)]


@pytest.mark.parametrize(("before", "name"), [(-0.1, "Start Me Up"), (3.0, "Electron")])
def test_a_name_that_is_heard_is_kept_and_one_that_is_not_gives_way(spelled, before, name):
    said = {"launch/occurred": {"Start Me Up": 4.0, "Electron": before}}
    assert spelled("They call it Start Me Up. The Electron rocket lifted off.", said) == [(*LIFTED, name)]


def test_all_that_is_told_of_a_flight_goes_by_one_name(spelled):
    text = "They call it Start Me Up. The Electron rocket lifted off on Tuesday and failed to reach orbit."
    failed = ("launch_failure", "occurred")
    said = {"launch/occurred": {"Start Me Up": 4.0}, "launch_failure/occurred": {"Electron": 3.0}}
    assert spelled(text, said) == [(*failed, "Electron"), (*LIFTED, "Electron")]
    said = {"launch/occurred": {"Start Me Up": 4.0}, "launch_failure/occurred": {"Start Me Up": 4.0}}
    assert spelled(text, said) == [(*failed, "Start Me Up"), (*LIFTED, "Start Me Up")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("They call it Start Me Up. Soyuz MS-40 lifted off on Tuesday.", "Soyuz MS-40"),
        (
            "It is Start Me Up. The 34th SpaceX Resupply Mission lifted off.",
            "34th SpaceX Resupply Mission",
        ),
    ],
)
def test_a_numbered_flight_and_a_mission_are_kept(spelled, text, name):
    assert spelled(text, {"launch/occurred": {"Start Me Up": 5.0}}) == [(*LIFTED, name)]


@pytest.mark.parametrize(
    "written",
    [
        "the big one",
        "No. 8",
        "10-02",
        "<b>It</b>",
        "Over " * 12,
        "A" * 40,
        "After",
        "Roscosmos",
        "Roscosmos Crew",
        "Baikonur",
    ],
)
def test_what_is_not_written_as_a_name_or_is_of_another_kind_is_none(spelled, written):
    said = {"launch/occurred": {written: 5.0}}
    assert spelled(f"They call it {written}: the rocket lifted off.", said) == [(*LIFTED, None)]


@pytest.mark.parametrize("name", ["Élan Vital", "GSLV-F10", "I'll Be Back"])
def test_a_name_is_told_as_it_is_written(spelled, name):
    assert spelled(f"They call it {name}. It lifted off.", {"launch/occurred": {name: 5.0}}) == [
        (*LIFTED, name)
    ]


@pytest.mark.parametrize(
    ("title", "heard_name", "name"),
    [
        ("Selene Pathfinder lifted off", "Selene", "Selene Pathfinder"),
        ("Selene Pathfinder Lifted Off", "Selene", "Selene"),
        ("Selene Electron lifted off", "Selene", "Selene"),
    ],
)
def test_capitalised_words_behind_a_name_belong_to_it_where_others_have_none(
    spelled, title, heard_name, name
):
    said = {"launch/occurred": {heard_name: 5.0, "Pathfinder": -1.0, "Electron": -1.0}}
    assert spelled("", said, title=title) == [(*LIFTED, name)]


@pytest.mark.parametrize(("written", "name"), [("Starlinks", None), ("Starlets", "Starlets")])
def test_the_plural_of_a_name_is_none(spelled, written, name):
    said = {"launch/occurred": {written: 5.0}}
    assert spelled(f"They call it a day. With 24 {written} it lifted off.", said) == [(*LIFTED, name)]


@pytest.mark.parametrize(("written", "name"), [("Artemis", None), ("Artemia", "Artemia")])
def test_a_family_of_flights_is_no_name_by_itself(spelled, written, name):
    said = {"launch/occurred": {written: 5.0}}
    assert spelled(f"It lifted off on Tuesday for the {written} programme.", said) == [(*LIFTED, name)]


def test_words_of_two_sentences_are_no_name(spelled):
    said = {"launch/occurred": {"Start": 5.0, "Up": 5.0}}
    assert spelled("Up it went: the rocket lifted off.", said, title="Why we Start") == [(*LIFTED, "Start")]


def test_no_event_takes_the_name_of_another_of_its_kind(spelled):
    text = "Start Me Up is the name. An Electron rocket lifted off and a Vega rocket will lift off on Friday."
    said = {output: {"Start Me Up": 5.0} for output in ("launch/occurred", "launch/planned")}
    assert spelled(text, said) == [(*LIFTED, "Start Me Up"), ("launch", "planned", "Vega")]
