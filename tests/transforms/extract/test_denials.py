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
NOT_SO = [
    "The Crew-13 launch will not be postponed.",
    "The Crew-13 launch won't be delayed by the storm.",
    "The storm will not delay Crew-13.",
    "The launch of Crew-13 will not be scrubbed.",
    "Progress MS-35 will not be docked on Friday.",
    "Crew-13 did not get launched.",
    "Crew-13 did not have to be launched on Tuesday.",
    "A crew that Crew-13 did not bring home launched the toy boats.",
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


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "The Crew-13 launch won't take place on Thursday, but on Saturday.",
            ("launch", "planned", "Crew-13"),
        ),
        (
            "The Progress MS-35 docking will not take place before June 20.",
            ("docking", "planned", "Progress MS-35"),
        ),
    ],
)
def test_another_day_makes_a_plan_of_what_will_not_be(events_in, text, expected):
    assert expected in events_in(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The crew used a drill to prepare to undock Crew-13.", ("undocking", "planned", "Crew-13")),
        ("NASA used a rocket to try to launch Artemis II on Tuesday.", ("launch", "planned", "Artemis II")),
    ],
)
def test_what_was_used_to_prepare_something_has_not_done_it(events_in, text, expected):
    assert events_in(text) == [expected]
