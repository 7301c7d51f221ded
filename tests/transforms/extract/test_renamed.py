"""A flight goes by the name that fits it best, by where it stands and by what the encoder hears."""

import pytest

from tests.transforms.extract.hearing import heard
from transforms.extract.drafts import gather
from transforms.extract.renamed import rename


@pytest.fixture(scope="module")
def renamed(extractor):
    def read(text, said, title=""):
        with extractor.reading(title, text, None) as reading:
            drafts, _ = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
            reading.names = heard(title, text, said) if said else None
            rename(drafts, reading)
            return [(d.type, d.status, d.named.entity and d.named.entity.name) for d in drafts]

    return read


WAITING, LOFTED = "Nusantara 5 and Intelsat 40 wait", "A Falcon 9 rocket lifted off from Florida."


def test_a_name_that_fits_much_better_is_taken_and_no_other(renamed):
    rules, other = [("launch", "occurred", "Falcon 9")], "Nusantara 5"
    assert renamed(LOFTED, {}, WAITING) == rules
    assert renamed(LOFTED, {"launch/occurred": {other: 4.0}}, WAITING) == [("launch", "occurred", other)]
    assert renamed(LOFTED, {"launch/occurred": {other: -0.1}}, WAITING) == rules
    assert renamed(LOFTED, {"launch/occurred": {other: 4.0, "Falcon 9": 3.5}}, WAITING) == rules
    assert renamed(LOFTED, {"launch/planned": {other: 4.0}}, WAITING) == rules


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("A Falcon 9 rocket carried the Nusantara 5 satellite and lifted off.", "Nusantara 5"),
        ("The 34th SpaceX Resupply Mission lifted off on Falcon 9.", "34th SpaceX Resupply Mission"),
        ("The cargo is fresh. It lifted off on a Falcon 9. The CRS-34 mission is long.", "CRS-34"),
    ],
)
def test_what_rules_found_stays_where_it_is_heard_nearly_as_well(renamed, text, name):
    for odds, told in ((3.5, name), (-4.0, "Falcon 9")):
        said = {"launch/occurred": {"Falcon 9": 5.0, name: odds}}
        assert renamed(text, said) == [("launch", "occurred", told)]


def test_a_headline_and_a_sentence_go_by_a_name_of_another_one_that_is_heard_alone(renamed):
    said = {"launch/occurred": {"SXM-11": 4.0}}
    text = "The craft is heavy. The SXM-11 satellite was built in California. SES-22 is another."
    assert renamed(text, said, "Falcon 9 rocket lifts off") == [("launch", "occurred", "SXM-11")]
    text = "The SXM-11 satellite and SES-22 are here. A Falcon 9 lifted off on Wednesday."
    assert renamed(text, said) == [("launch", "occurred", "SXM-11")]
    said["launch/occurred"]["Falcon 9"] = 3.0
    assert renamed(text, said) == [("launch", "occurred", "Falcon 9")]


@pytest.mark.parametrize("name", ["Roscosmos", "Baikonur", "International Space Station", "Soyuz"])
def test_who_speaks_and_where_it_is_are_no_flights_nor_is_what_stands_within_a_name(renamed, name):
    text = "Soyuz MS-40 lifted off for the International Space Station from Baikonur, Roscosmos said."
    (event,) = renamed(text, {"launch/occurred": {name: 5.0}})
    assert event[2] == "Soyuz MS-40"


def test_no_event_takes_the_flight_of_another(renamed):
    text = (
        "Starship Flight 12 lifted off on Tuesday. A Falcon 9 rocket lifted off on Monday. Starship is large."
    )
    assert [n for *_, n in renamed(text, {"launch/occurred": {"Starship Flight 12": 5.0}})] == [
        n for *_, n in renamed(text, {})
    ]
    text = "Soyuz MS-40 lifted off on Monday. A Falcon 9 rocket lifted off on Sunday. SOYUZ MS-40 is at work."
    told = renamed(text, {"launch/occurred": {"Soyuz MS-40": 5.0}})
    assert sorted(n.removeprefix("Soyuz ") for *_, n in told) == ["Falcon 9", "MS-40"]


def test_one_name_heard_for_all_makes_no_two_events_of_one(renamed):
    text = "Falcon 9 launched on Monday. The Atlas V will launch on Friday."
    said = {output: {"Falcon 9": 5.0} for output in ("launch/occurred", "launch/planned")}
    assert renamed(text, said) == renamed(text, {})


def test_what_an_event_implies_stays_of_its_flight(renamed):
    text = "The Falcon 9 rocket failed to reach orbit and Nusantara 5 was lost on Monday."
    told = renamed(text, {"launch_failure/occurred": {"Nusantara 5": 5.0}, "launch/occurred": {}})
    assert {kind for kind, *_ in told} == {"launch_failure", "launch"}
    assert {name for *_, name in told} == {"Nusantara 5"}


def test_what_the_encoder_did_not_read_is_kept(renamed):
    text = "x " * 200 + LOFTED
    assert renamed(text, {"launch/occurred": {"Falcon 9": 5.0, "Nusantara 5": 5.0}}) == renamed(text, {})


def test_an_output_that_the_encoder_lacks_renames_nothing(renamed):
    assert renamed(LOFTED, {"docking/occurred": {"Falcon 9": 5.0}}) == renamed(LOFTED, {})


def test_plan_and_deed_of_one_name_may_be_of_two_flights(renamed):
    text = "Starliner is white. Dragon docked on Monday. Dragon will undock on Friday."
    said = {"docking/occurred": {"Dragon": 4.0}, "undocking/planned": {"Starliner": 4.0, "Dragon": -0.5}}
    assert renamed(text, said) == [("docking", "occurred", "Dragon"), ("undocking", "planned", "Starliner")]


@pytest.mark.parametrize("title", ["Crew-100 lifts off", "A rocket lifts off"])
def test_a_numbered_mission_of_the_headline_keeps_its_name(renamed, title):
    text = "The Crew-100 spacecraft lifted off and is in a good orbit, as it was on Flight 2."
    told = renamed(text, {"launch/occurred": {"flight 2": 4.0}}, title)
    assert told == [("launch", "occurred", "Crew-100" if "Crew" in title else "Flight 2")]


@pytest.mark.parametrize(("odds", "name"), [(3.0, "Starliner"), (-4.0, "Dragon")])
def test_a_draft_leaves_the_name_of_its_flight_where_another_fits_it_much_better(renamed, odds, name):
    text = "Starliner docked on Monday.\n\nStarliner undocked on Friday as Dragon came."
    said = {"docking/occurred": {"Starliner": 4.0}, "undocking/occurred": {"Starliner": odds, "Dragon": 4.0}}
    told = [("docking", "occurred", "Starliner"), ("undocking", "occurred", name)]
    assert sorted(renamed(text, said)) == told


def test_a_failure_and_its_launch_stay_of_one_flight(renamed):
    text = "Electron lifted off on Monday.\n\nElectron failed to reach orbit. A Vega rocket is near."
    said = {"launch/occurred": {"Electron": 4.0}, "launch_failure/occurred": {"Electron": -4.0, "Vega": 4.0}}
    assert {name for *_, name in renamed(text, said)} == {"Electron"}


@pytest.mark.parametrize("text", ["It carried SXM-10's successor.", "It carried the SXM-10 satellite."])
def test_what_only_stands_in_for_a_name_names_no_flight(renamed, text):
    told = renamed(text, {"launch/occurred": {"SXM-10": 4.0}}, "Falcon 9 rocket lifts off")
    assert told == [("launch", "occurred", "Falcon 9" if "successor" in text else "SXM-10")]


PADDING = "\n\nSES-22 is a satellite. Intelsat 40 is a satellite." * 2


def test_what_an_event_implies_takes_no_flight_of_another(renamed):
    text = "Electron lifted off on Sunday.\n\nNusantara 5 failed to reach orbit on Monday beside Electron."
    text += PADDING
    told = renamed(text, {"launch_failure/occurred": {"Electron": 5.0}})
    assert sorted(told) == sorted(set(told)) == sorted(renamed(text, {}))


def test_all_that_is_told_of_a_flight_goes_by_one_name(renamed):
    text = "An Electron rocket failed to reach orbit.\n\nThe Electron lifted off on Monday."
    told = renamed(text, {"launch_failure/occurred": {"SES-22": 5.0}}, "SES-22 and SES-23 wait")
    assert {name for *_, name in told} == {"SES-22"}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Crew-5 and Crew-6 launched on Falcon 9 rockets. Crew-5 launched at noon.", "Falcon 9"),
        ("SES-22 lifted off on Monday after Falcon 9.", "Falcon 9"),
        ("Progress is a ship. The next Progress will launch on Friday on a Soyuz-2.1a rocket.", "Soyuz-2.1a"),
        ("Starship Flight 12 will launch on Tuesday. Nusantara 5 lifted off, unlike Starship.", "Starship"),
    ],
)
def test_lists_asides_the_next_ones_and_parts_of_names_stay_as_rules_have_them(renamed, text, name):
    said = {output: {name: 5.0} for output in ("launch/occurred", "launch/planned")}
    assert renamed(text, said) == renamed(text, {})


@pytest.mark.parametrize(
    ("odds", "before", "name"),
    [(6.0, -5.0, "SES-22"), (2.0, 0.0, "Nusantara 5"), (4.0, 2.5, "Nusantara 5")],
)
def test_what_is_much_surer_takes_the_place_of_a_name_of_its_kind(renamed, odds, before, name):
    said = {"launch/occurred": {"SES-22": odds, "Nusantara 5": before}}
    text = "Nusantara 5 lifted off as the SES-22 satellite came."
    assert renamed(text, said) == [("launch", "occurred", name)]
