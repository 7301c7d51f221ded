"""The id of a flight: one for all its names, none for a name that is no flight's own."""

import pytest

from transforms.correlate.names import own_name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Soyuz MS-19 docked with the station.", "soyuz-ms-19"),
        ("Soyuz MS 19 docked with the station.", "soyuz-ms-19"),
        ("Soyuz-MS 19 docked with the station.", "soyuz-ms-19"),
        ("MS-19 docked with the International Space Station.", "soyuz-ms-19"),
        ("The Progress freighter has arrived. MS-33 docked with the station.", "progress-ms-33"),
        ("Cygnus NG-24 was launched on Tuesday.", "cygnus-ng-24"),
        ("The Northrop Grumman Commercial Resupply Services 24 mission lifted off.", "cygnus-ng-24"),
        ("The CRS-24 Cygnus lifted off.", "cygnus-ng-24"),
        ("SpaceX launched the CRS-33 Dragon.", "dragon-crs-33"),
        ("Axiom Mission 4 lifted off.", "dragon-ax-4"),
        ("Ax-4 lifted off.", "dragon-ax-4"),
        ("SpaceX launched Starlink 10-5.", "starlink-10-5"),
        ("Starlink Group 10-5 lifted off.", "starlink-10-5"),
        ("Artemis I lifted off from Florida.", "artemis-1"),
        ("Artemis 2 lifted off from Florida.", "artemis-2"),
        ("The Hubble Space Telescope went into safe mode.", "hubble"),
        ("Hubble, the space telescope, went into safe mode.", "hubble"),
    ],
)
def test_all_names_of_a_flight_have_one_id(first_event, text, expected):
    event = first_event(text)
    assert event.mission_id == expected
    assert event.evidence["mission_id"] == event.evidence["mission"]


@pytest.mark.parametrize(
    "text",
    [
        "The Soyuz docked with the station.",
        "A Falcon 9 lifted off from Florida.",
        "Starliner undocked from the station.",
        "SpaceX launched 24 Starlink satellites.",
        "The Halvorsen capsule splashed down.",
    ],
)
def test_a_generic_or_unknown_name_has_none(first_event, text):
    event = first_event(text)
    assert event.mission
    assert event.mission_id is None


def test_names_of_one_flight_are_one_incident(first_event):
    names = ("Cygnus NG-24 was launched.", "The Northrop Grumman CRS-24 mission has been launched.")
    events = [first_event(text) for text in names]
    assert {(e.family, own_name(e, ())) for e in events} == {("cygnus", "ng-24")}
