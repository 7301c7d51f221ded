import pytest

HEADLINES = [
    ("SpaceX to launch Starlink 12-7", [("launch", "planned", "Starlink 12-7")]),
    ("SpaceX launches Starlink 12-7", [("launch", "occurred", "Starlink 12-7")]),
    ("SpaceX launches Starlink 12-7 tomorrow", [("launch", "planned", "Starlink 12-7")]),
    ("Live coverage: SpaceX launches Starlink 12-7", [("launch", "planned", "Starlink 12-7")]),
    ("Live\u00a0coverage: SpaceX launches Starlink 12\u20117", [("launch", "planned", "Starlink 12-7")]),
    ("Soyuz MS-40 Undocks From Space Station", [("undocking", "occurred", "Soyuz MS-40")]),
    ("Cosmonauts return from space station", [("landing", "occurred", None)]),
    ("Artemis 3 slips to September", [("launch_delay", "occurred", "Artemis 3")]),
    ("SpaceX static fires Falcon 9 ahead of Crew-19 launch", [("test", "occurred", "Crew-19")]),
    ("Crew-13 docks; Crew-12 to depart next week", [("docking", "occurred", "Crew-13")]),
    ("Remembering Columbia, NASA launches Crew-13", [("launch", "occurred", "Crew-13")]),
    ("Looking back at Earth, Orion flies by the Moon", [("orbital_event", "occurred", "Orion")]),
    ("On this day of launch, Crew-13 lifts off", [("launch", "occurred", "Crew-13")]),
    ("Starlink 12-7 launches Thursday", [("launch", "planned", "Starlink 12-7")]),
    ("China's Long March 6 launches five satellites", [("launch", "occurred", "Long March 6")]),
    ("Hours before deadline, Falcon 9 launches Starlink 12-7", [("launch", "occurred", "Starlink 12-7")]),
    ("Without its crew Starliner lands in New Mexico", [("landing", "occurred", "Starliner")]),
    ("DART spacecraft slams into asteroid", [("orbital_event", "occurred", "DART")]),
    ("Soyuz MS-40 lands as station crew shrinks to three", [("landing", "occurred", "Soyuz MS-40")]),
    ("Starliner lands after missing rendezvous with space station", [("landing", "occurred", "Starliner")]),
    (
        "Chandrayaan-4 arrives in lunar orbit, targets landing next month",
        [("orbital_event", "occurred", "Chandrayaan-4")],
    ),
    ("Atlas V launches NROL-71 following lengthy delay", [("launch", "occurred", "NROL-71")]),
    (
        "Simorgh rocket fails to loft Dunlin-1 into orbit",
        [("launch_failure", "occurred", "Dunlin-1"), ("launch", "occurred", "Dunlin-1")],
    ),
    ("Watch replays of the Soyuz MS-40 launch", [("launch", "occurred", "Soyuz MS-40")]),
    ("China suffers second launch failure of the year", [("launch_failure", "occurred", None)]),
    ("Webb telescope suffers damage from meteoroid", [("spacecraft_anomaly", "occurred", "Webb")]),
    ("Antares launch scrubbed due to faulty ground equipment", [("launch_delay", "occurred", "Antares")]),
]


@pytest.mark.parametrize(("title", "expected"), HEADLINES)
def test_a_headline_has_a_grammar_of_its_own(events_in, title, expected):
    assert [e for e in events_in(title=title) if e in expected] == expected


SPOKEN_ABOUT_COUNTED_DENIED_OR_POSSIBLE = [
    "Regulator finishes report on Starship launches",
    "Operator pays for two Falcon 9 launches",
    "China plans more than 50 space launches in 2027",
    "Starliner could become first capsule to launch twice",
    "NASA denies leak aboard Dragon",
    "Rocket launches can make clouds glow at night",
    "Agency earns millions through satellite launches",
    "Surprise asteroid will make a close approach to Earth",
    "On this day: Apollo 11 lifts off",
    "On this day in 1986: Challenger explodes after liftoff",
    "Remembering Apollo 11: Saturn V lifts off",
    "A look back: Crew-9 lands",
]


def test_a_digit_that_is_no_number_counts_nothing(events_in):
    assert events_in(title="Firm plans ② Falcon 9 launches in May") == events_in(
        title="Firm plans Falcon 9 launches in May"
    )


def test_a_round_up_lists_one_planned_launch_for_each_flight(events_in):
    title = "Launch Preview: Falcon 9 to carry Crew-19, Electron and Vega C to fly"
    assert events_in(title=title) == [
        ("launch", "planned", "Crew-19"),
        ("launch", "planned", "Electron"),
        ("launch", "planned", "Vega C"),
    ]


@pytest.mark.parametrize("joint", ["alongside", "amongst"])
def test_a_flight_of_a_round_up_ends_where_another_is_told_of(events_in, joint):
    title = f"Launch Preview: Electron flies a weather satellite {joint} Crew-19"
    assert events_in(title=title) == [("launch", "planned", "Electron"), ("launch", "planned", "Crew-19")]


ORDINARY = [
    "Prosecutor launches probe into rocket maker's bank",
    "Satellite TV firm launches streaming service",
    "Militants fire rockets across the border",
    "Rockets 102, Hornets 98",
    "Shuttle bus launched for moon festival visitors",
    "Stock rockets after chip maker's launch",
    "Yacht docking fees rise in Cape Canaveral",
]


@pytest.mark.parametrize("title", [*SPOKEN_ABOUT_COUNTED_DENIED_OR_POSSIBLE, *ORDINARY])
def test_words_of_the_domain_alone_are_no_event(events_in, title):
    assert events_in(title=title) == []
