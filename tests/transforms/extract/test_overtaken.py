"""A slip is no news once its flight has taken place; a plan beside it is one still."""

import pytest

SLIPPED, FLOWN, AHEAD = ("launch_delay", "occurred"), ("launch", "occurred"), ("launch", "planned")


def said(events):
    return {event[:2] for event in events}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("SpaceX launches 27 Starlink satellites after storm delays", ""),
        ("Crew-13 lifts off after weather delay", ""),
        ("Crew-13 launches to station after two-day weather delay", ""),
        ("Axiom-5 lifts off", "After several delays, Axiom-5 lifted off on Wednesday with four astronauts."),
    ],
)
def test_a_slip_that_a_launch_has_behind_it_is_no_news(events_in, title, text):
    assert said(events_in(text, title=title)) == {FLOWN}


@pytest.mark.parametrize(
    "text",
    [
        "NASA delayed the Crew-13 launch after a leak was found on Tuesday.",
        "A Falcon 9 lifted off with Starlink 12-7 on Tuesday. Crew-13 was postponed after a scrub.",
        "Vulcan lifted off on Tuesday. NASA regrouped after a launch delay of Crew-13.",
        "A Falcon 9 lifted off with Starlink 12-7 on Tuesday after a scrub of the Vulcan launch.",
    ],
)
def test_a_slip_of_its_own_or_of_another_flight_is_news(events_in, text):
    assert SLIPPED in said(events_in(text))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("NASA delays Crew-13 launch", "Crew-13 will launch on Friday; it was scheduled for Wednesday."),
        ("NASA delays Crew-13 launch", "The mission, NASA said, was expected to lift off on Nov. 20."),
        ("SpaceX scrubs Starship launch", "The next launch attempt was set for Tuesday."),
    ],
)
def test_the_new_day_of_a_slip_is_a_plan_in_whatever_tense(events_in, title, text):
    assert said(events_in(text, title=title)) == {SLIPPED, AHEAD}


@pytest.mark.parametrize("title", ["NASA postpones spacewalk to Friday", "Static fire postponed to Friday"])
def test_what_is_put_off_is_no_launch_where_no_launch_is_spoken_of(events_in, title):
    assert SLIPPED not in said(events_in(title=title))


def test_a_failure_that_might_have_been_hides_no_launch(events_in):
    text = "Critics had said that Vulcan might fail to reach orbit."
    assert said(events_in(text, title="Vulcan lifts off on its debut")) == {FLOWN}
