"""What somebody denies, doubts, fears or cannot say has not happened, in whatever words it stands."""

from itertools import product

import pytest

UNSURE = [
    "NASA did not confirm that {}.",
    "The Pentagon could not confirm {}.",
    "Officials declined to confirm that {}.",
    "The agency did not say whether {}.",
    "NASA denied that {}.",
    "Engineers feared that {}.",
    "Controllers are worried that {}.",
    "The chances that {} are small.",
    "The claim that {} spread within minutes.",
    "The agency saw no danger that {}.",
]
HAPPENED = [
    "Crew-13 had launched",
    "the Crew-13 launch was postponed",
    "Starliner undocked",
    "North Korea launched a Chollima-1 rocket",
    "the Cygnus could not latch onto the station",
    "the Electron could not reach orbit",
    "an Electron rocket failed to reach orbit",
    "the solar array of the Lucy spacecraft did not deploy",
    "controllers were unable to contact the Juno spacecraft",
]
THOUGH = [  # a doubt or a denial of something else beside an event
    "NASA did not confirm a new day after {}.",
    "The agency could not confirm how many people saw how {} on Tuesday, and then {}.",
    "Officials declined to confirm the cost of the craft when {}.",
    "Managers are weighing whether to pay the crew more after {}.",
    "Fears that money would run out grew after {}.",
    "Contrary to the forecast, the sky was clear and {}.",
    "SpaceX confirmed fears that {}.",
    "No one doubts that {}.",
    "No one was hurt when {}.",
    "NASA asked whether it rained but {}.",
    "With no crew aboard, {}.",
]
GRAVE = [
    ("the Electron rocket failed to reach orbit on Tuesday", "launch_failure"),
    ("the Soyuz MS-29 spacecraft sprang a coolant leak on Tuesday", "spacecraft_anomaly"),
    ("a Vulcan rocket exploded on its launch pad on Tuesday", "ground_anomaly"),
]
NOT_SO = [
    "Had the upper stage of the Electron failed to reach orbit, the satellite would have been lost.",
    "There is no evidence that the Falcon 9 failed to reach orbit.",
    "Reports that the PSLV failed to reach orbit are wrong.",
    "It is too early to say that the Ariane 6 failed.",
    "The agency that could not confirm Starliner undocked is silent.",
    "Critics say that the Starship will fail to reach orbit.",
    "ISRO refuted a report that its GSLV had exploded.",
    "Roscosmos dismisses claims that the Soyuz MS-31 spacecraft sprang a leak.",
    "NASA nearly lost contact with the Orion spacecraft on Tuesday.",
    "The Falcon 9 almost failed to reach orbit on Tuesday.",
    "As intended, the Starship did not reach orbit.",
    "The Starliner spacecraft did not turn on its thrusters until Monday.",
    "Officials said that they did not believe the rocket failed on Tuesday.",
    "The company said that it does not believe its rocket exploded on Tuesday.",
    "Roscosmos denied any leak in the Progress MS-33 spacecraft.",
    "Roscosmos denies Soyuz MS-29 is leaking coolant.",
    "The Starliner crew did not respond to a question about the leak.",
    "NASA did not contact the Juno spacecraft on Tuesday.",
    "The spacewalk will not take place until new suits have been brought.",
    "SpaceX cancelled its plan to launch Starship on Friday.",
    "The Starship static fire planned for Friday was cancelled.",
    "The Crew-13 launch will not be postponed.",
    "The Crew-13 launch won't be delayed by the storm.",
    "The storm will not delay Crew-13.",
    "The launch of Crew-13 will not be scrubbed.",
    "Progress MS-35 will not be docked on Friday.",
    "Crew-13 did not get launched.",
    "Crew-13 did not have to be launched on Tuesday.",
    "A crew that Crew-13 did not bring home sailed the toy boats.",
    "The suborbital New Shepard rocket could not reach orbit.",
    "The Soyuz rocket does not reach orbit from Plesetsk with more than 7 tons.",
    "The Juno spacecraft cannot transmit while it is behind Jupiter.",
    "Orion cannot communicate with Earth while it is behind the Moon.",
    "The Hubble telescope does not communicate with Earth directly.",
    "ULA did not deliver a Vulcan rocket to the Cape.",
    "The Starship could fail to reach orbit on its next flight.",
    "An Electron would fail to reach orbit with such a load.",
]


@pytest.mark.parametrize(("said", "event"), list(product(UNSURE, HAPPENED)))
def test_what_is_denied_doubted_or_feared_has_not_happened(events_in, said, event):
    assert events_in(said.format(event)) == []


@pytest.mark.parametrize(("said", "event"), list(product(THOUGH, GRAVE)))
def test_what_happened_beside_a_doubt_or_a_denial_has_happened(events_in, said, event):
    words, kind = event
    assert (kind, "occurred") in [found[:2] for found in events_in(said.replace("{}", words))]


@pytest.mark.parametrize("sentence", NOT_SO)
def test_what_is_not_so_or_cannot_be_is_no_event(events_in, sentence):
    assert events_in(sentence) == []


def test_what_did_not_reach_its_goal_may_have_reached_orbit(events_in):
    text = "The Starship flight did not achieve all its goals, but it reached orbit."
    assert events_in(text) == [("launch", "occurred", "Starship")]


def test_what_a_clause_of_its_subject_denies_is_another_thing(events_in):
    text = "Soyuz MS-40, despite a leak that engineers could not explain, docked with the station on Tuesday."
    assert ("docking", "occurred", "Soyuz MS-40") in events_in(text)


def test_what_did_not_lift_off_was_not_launched(events_in):
    text = "The Long March 2F exploded on the pad on Friday and did not lift off."
    assert "launch" not in [kind for kind, _, _ in events_in(text)]


PLANS = [
    "The spacewalk on Friday will not include Anna Kikina.",
    "The landing of Soyuz MS-29 on Friday will not be affected by snow.",
    "The static fire of New Glenn on Friday will not involve all seven engines.",
]


@pytest.mark.parametrize("sentence", PLANS)
def test_what_will_not_be_a_part_of_a_plan_leaves_it_one(events_in, sentence):
    assert [status for _, status, _ in events_in(sentence)] == ["planned"]


@pytest.mark.parametrize(
    "text",
    [
        "NASA will decide whether to launch Crew-13 on Friday.",
        "The launch of Crew-13 was scrubbed on Tuesday. SpaceX will try again on Friday.",
    ],
)
def test_a_plan_is_one_though_it_is_weighed_or_of_a_day_to_come(events_in, text):
    assert ("launch", "planned", "Crew-13") in events_in(text)


def test_a_headline_tells_of_what_does_not_come_to_be(events_in):
    title = "Kairos rocket does not reach orbit on third try"
    assert ("launch_failure", "occurred", "Kairos") in events_in(title=title)
    assert events_in(f"{title}.") == []


def test_the_mark_of_an_owner_is_no_verb(events_in):
    text = "The capsule did not miss, yet the crew of Soyuz MS-40 felt ill after Sunday's landing."
    assert ("landing", "occurred", "Soyuz MS-40") in events_in(text)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A spacewalk scrapped last week is now set for Friday.", ("spacewalk", "planned")),
        ("The canceled Starliner landing is now planned for Sunday.", ("landing", "planned")),
        (
            "Evacuation orders were cancelled after the landing of Soyuz MS-40 on Tuesday.",
            ("landing", "occurred"),
        ),
        (
            "The search was called off after the Dragon capsule's splashdown on Tuesday.",
            ("landing", "occurred"),
        ),
        (
            "Had the crew slept in, they would have missed it: Crew-13 docked on Tuesday.",
            ("docking", "occurred"),
        ),
        ("The rocket did not reach orbit as planned on Tuesday.", ("launch_failure", "occurred")),
        ("A solar panel of the Cygnus would not open on Monday.", ("spacecraft_anomaly", "occurred")),
    ],
)
def test_what_is_called_off_or_conditional_is_not_what_stands_beside_it(events_in, text, found):
    assert found in [event[:2] for event in events_in(text)]


def test_a_cancelled_spacewalk_has_not_taken_place(events_in):
    events = events_in(title="NASA scraps Friday spacewalk after ammonia leak on station")
    assert events == [("spacecraft_anomaly", "occurred", None)]


def test_a_failed_flight_whose_satellites_never_reached_orbit_was_launched(events_in):
    text = "The Electron rocket failed on Tuesday and its satellites never reached orbit."
    assert [kind for kind, _, _ in events_in(text)] == ["launch_failure", "launch"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The crew used a drill to prepare to undock Crew-13.", ("undocking", "planned", "Crew-13")),
        ("NASA used a rocket to try to launch Artemis II in May.", ("launch", "planned", "Artemis II")),
    ],
)
def test_what_was_used_to_prepare_something_has_not_done_it(events_in, text, expected):
    assert events_in(text) == [expected]
