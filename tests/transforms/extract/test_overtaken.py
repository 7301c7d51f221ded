"""A plan of before is none beside its slip, and a slip is no news once the flight has taken place."""

import pytest

SLIPPED, FLOWN = ("launch_delay", "occurred"), ("launch", "occurred")


def said(events):
    return {event[:2] for event in events}


@pytest.mark.parametrize(
    "plan",
    [
        "The launch was scheduled for Wednesday.",
        "The rocket was to lift off on Wednesday.",
        "The launch had been set for Wednesday.",
        "SpaceX planned to launch the ship on Wednesday, but the weather did not cooperate.",
        "The mission was supposed to launch on Wednesday.",
    ],
)
def test_what_was_planned_is_no_plan_beside_a_slip(events_in, plan):

    assert said(events_in(plan, title="SpaceX postpones the Axiom-5 launch")) == {SLIPPED}


def test_the_next_attempt_is_a_plan_beside_a_slip(events_in):
    found = said(
        events_in("The launch is now scheduled for Friday.", title="SpaceX postpones the Axiom-5 launch")
    )
    assert found == {SLIPPED, ("launch", "planned")}


def test_what_was_planned_is_a_plan_where_nothing_slips(events_in):
    assert ("launch", "planned") in said(
        events_in("Axiom-5 was scheduled to lift off on Friday, and still is.")
    )


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("SpaceX launches 27 Starlink satellites after storm delays", ""),
        (
            "Axiom-5 lifts off",
            "After several delays, the Falcon 9 with four astronauts lifted off on Wednesday.",
        ),
    ],
)
def test_a_slip_that_a_launch_has_behind_it_is_no_news(events_in, title, text):
    assert said(events_in(text, title=title)) == {FLOWN}


def test_a_slip_after_something_else_is_news(events_in):
    assert SLIPPED in said(events_in("NASA delayed the Crew-13 launch after a leak was found on Tuesday."))


def test_a_slip_of_another_flight_is_news_beside_a_launch(events_in):
    text = "A Falcon 9 lifted off with Starlink 12-7 on Tuesday. The Crew-13 launch slipped after a leak."
    assert said(events_in(text)) == {SLIPPED, FLOWN}
