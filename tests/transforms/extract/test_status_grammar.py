import pytest

OCCURRED = [
    "The Soyuz MS-40 spacecraft lifted off from Baikonur on Tuesday.",
    "Soyuz MS-40 has been launched from Baikonur.",
    "Engineers managed to launch Soyuz MS-40 on the third attempt.",
    "After the launch of Soyuz MS-40 on Tuesday, the crew took off their helmets.",
    "Roscosmos used a new pad to launch Soyuz MS-40 on Tuesday.",
    "The Soyuz MS-40 crew, whose bus would not start, lifted off on Tuesday.",
    "Soyuz MS-40 was launched early on Tuesday from Baikonur.",
    "Soyuz MS-40 lifted off from Baikonur ten years after Soyuz TM-28 came home.",
    "Liftoff of Soyuz MS-40 from the renovated pad in the Kazakh steppe took place on Tuesday.",
]
PLANNED = [
    "Soyuz MS-40 will launch on Friday.",
    "Soyuz MS-40 is to be launched on Friday.",
    "Roscosmos plans to launch Soyuz MS-40 on Friday.",
    "The launch of Soyuz MS-40 is scheduled for June 14.",
    "Liftoff of Soyuz MS-40 from the renovated pad in the Kazakh steppe is scheduled for June 14.",
    "Crews are preparing for the upcoming launch of Soyuz MS-40.",
    "Soyuz MS-40 will rise from Baikonur and launch a small satellite on Friday.",
]
NOTHING = [
    ("Soyuz MS-40 did not launch.", "denied"),
    ("Soyuz MS-40 was not launched.", "denied"),
    ("Soyuz MS-40 would have launched had the valve held.", "hypothetical"),
    ("Soyuz MS-40 could launch if the money is found.", "hypothetical"),
    ("The Soyuz spacecraft launched in 1991 from Baikonur.", "historical"),
    ("The Soyuz spacecraft lifted off three years ago from Baikonur.", "historical"),
    ("Fifty-five years ago today the Soyuz spacecraft touched down.", "historical"),
    ("It is 25 years since the Soyuz TM-28 spacecraft touched down.", "historical"),
    ("The bones of many astronauts are weak after returning to Earth.", "no_mission"),
    ("Soyuz MS-40 is still docked to the space station.", "stative"),
    ("The Soyuz launch site was painted.", "metaphor"),
    ("The docking of Soyuz MS-40 will not take place on Friday.", "denied"),
    ("Soyuz MS-40 has not lifted off.", "denied"),
    ("Controllers did not fail to contact the Juno spacecraft.", "denied"),
]
FAILING = [
    ("An Electron did not reach orbit on Tuesday.", ["launch_failure", "launch"]),
    ("A fairing that did not open doomed the Vega C flight on Monday.", ["launch_failure", "launch"]),
    ("The upper stage of an Electron could not put the satellite into orbit.", ["launch_failure", "launch"]),
    ("Engineers were unable to communicate with the Juno spacecraft on Tuesday.", ["spacecraft_anomaly"]),
    ("The Juno spacecraft didn't answer.", ["spacecraft_anomaly"]),
    ("A solar panel of the Lucy spacecraft couldn’t unfold.", ["spacecraft_anomaly"]),
    ("The Cygnus freighter could not latch onto the space station on Tuesday.", ["docking_anomaly"]),
]


@pytest.mark.parametrize("sentence", OCCURRED)
def test_what_the_text_says_has_happened_has_occurred(events_in, sentence):
    assert events_in(sentence) == [("launch", "occurred", "Soyuz MS-40")]


@pytest.mark.parametrize("sentence", PLANNED)
def test_what_is_still_to_come_is_planned(events_in, sentence):
    assert events_in(sentence) == [("launch", "planned", "Soyuz MS-40")]


@pytest.mark.parametrize(("sentence", "reason"), NOTHING)
def test_a_mention_that_is_no_event_says_why(events_in, skipped_in, sentence, reason):
    assert events_in(sentence) == []
    assert reason in skipped_in(sentence)


@pytest.mark.parametrize(("sentence", "types"), FAILING)
def test_what_does_not_come_to_be_may_be_the_event(events_in, sentence, types):
    assert [kind for kind, _, _ in events_in(sentence)] == types


def test_what_is_heard_as_done_is_a_plan_where_a_time_to_come_stands_with_it(events_in):
    assert events_in("SpaceX launches Starlink 12-7 tomorrow.") == [("launch", "planned", "Starlink 12-7")]
    assert events_in("SpaceX launches Crew-13, docking tomorrow.") == [
        ("launch", "occurred", "Crew-13"),
        ("docking", "planned", "Crew-13"),
    ]


def test_history_carries_over_a_paragraph(events_in):
    text = "The old Soyuz spacecraft flew to orbit in 1968. It docked with a second Soyuz spacecraft."
    assert events_in(text) == []


def test_a_slip_is_a_delay_and_a_new_plan(events_in):
    text = "The launch of Soyuz MS-40 has been postponed to June 20."
    assert events_in(text) == [
        ("launch_delay", "occurred", "Soyuz MS-40"),
        ("launch", "planned", "Soyuz MS-40"),
    ]


def test_a_failure_in_flight_implies_the_launch(events_in):
    text = "The Electron rocket failed two minutes after liftoff on Tuesday."
    assert sorted(events_in(text)) == [
        ("launch", "occurred", "Electron"),
        ("launch_failure", "occurred", "Electron"),
    ]


def test_a_landing_at_a_station_is_a_docking(events_in):
    text = "The Soyuz MS-40 spacecraft landed at the space station on Tuesday."
    assert events_in(text) == [("docking", "occurred", "Soyuz MS-40")]


def test_a_docking_by_hand_after_a_fault_is_an_anomaly_beside_the_docking(events_in):
    text = "After a fault of the docking system, Progress MS-40 docked with the station on Tuesday."
    assert sorted(events_in(text)) == [
        ("docking", "occurred", "Progress MS-40"),
        ("docking_anomaly", "occurred", "Progress MS-40"),
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "Roscosmos denied that the Soyuz MS-40 capsule was leaking coolant.",
        "Reports that Starliner lost contact with Houston are false, NASA said.",
        "A spokesman rejected claims that the Cygnus docking was aborted.",
        "It is not true that the crew of Soyuz MS-40 docked under manual control.",
    ],
)
def test_what_somebody_says_is_not_so_is_denied(events_in, skipped_in, sentence):
    assert events_in(sentence) == []
    assert "denied" in skipped_in(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "If the automatic docking system fails, the crew of Soyuz MS-40 will dock by hand.",
        "Had the latch failed, the Dragon would have had to undock at once.",
        "NASA asked what would happen if Starliner lost its thrusters during undocking.",
    ],
)
def test_what_only_would_happen_is_hypothetical(events_in, skipped_in, sentence):
    assert [e for e in events_in(sentence) if e[0] != "docking"] == []
    assert "hypothetical" in skipped_in(sentence)


def test_what_is_not_so_ends_where_another_clause_begins(events_in):
    sentence = "Roscosmos denied reports of a leak, but Soyuz MS-40 undocked on Tuesday."
    assert ("undocking", "occurred", "Soyuz MS-40") in events_in(sentence)


def test_a_docked_ship_is_a_state_and_no_docking(events_in, skipped_in):
    assert events_in("The docked Dragon serves as a lifeboat for the crew.") == []
    assert "stative" in skipped_in("The docked Dragon serves as a lifeboat for the crew.")


def test_a_verb_whose_past_is_its_base_follows_its_auxiliary(events_in):
    text = "The launch of Crew-14 has been put off by two days and is now set for June 14."
    assert set(events_in(text)) == {("launch_delay", "occurred", "Crew-14"), ("launch", "planned", "Crew-14")}


@pytest.mark.parametrize(
    "sentence",
    [
        "High winds forced SpaceX to call off the launch of Crew-14 on Tuesday.",
        "SpaceX was forced to call off the launch of Crew-14 on Tuesday.",
        "Rough seas have led NASA to postpone the launch of Crew-14.",
    ],
)
def test_what_somebody_is_made_to_do_is_done(events_in, sentence):
    assert ("launch_delay", "occurred", "Crew-14") in events_in(sentence)


def test_what_somebody_might_be_made_to_do_is_not(events_in):
    sentence = "High winds could force SpaceX to call off the launch of Crew-14."
    assert ("launch_delay", "occurred", "Crew-14") not in events_in(sentence)
