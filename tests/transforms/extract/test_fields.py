"""The fields of an event: each from words of the sentences that state it, or absent."""

import pytest


def test_where_with_what_and_who(first_event):
    event = first_event(
        "A Falcon 9 launched Crew-14 with astronaut Ada Brook from Cape Canaveral on Tuesday."
    )
    assert (event.mission, event.vehicle, event.crew) == ("Crew-14", "Falcon 9", ("Ada Brook",))
    assert first_event("Soyuz MS-40 docked with the International Space Station.").destination
    assert first_event("Soyuz MS-40 lifted off from Baikonur.").site == "Baikonur"


def test_what_is_not_said_is_absent(first_event):
    event = first_event("Soyuz MS-40 lifted off on Tuesday.")
    assert (event.site, event.crew, event.cause, event.origin, event.slip) == (None, (), None, None, None)


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("NASA delayed the launch of Crew-14 because of strong winds.", "strong winds"),
        ("NASA delayed the launch of Crew-14 due to a helium leak.", "a helium leak"),
        ("NASA delayed the launch of Crew-14.", None),
    ],
)
def test_the_cause_is_what_follows_its_cue(first_event, text, cause):
    assert first_event(text).cause == cause


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Soyuz MS-40 docked on Tuesday, AP reported.", "AP"),
        ("Soyuz MS-40 docked on Tuesday.", None),
    ],
)
def test_the_origin_is_the_agency_that_is_quoted(first_event, text, expected):
    assert first_event(text).origin == expected


def test_graver_words_make_an_event_graver(first_event):
    mild = first_event("The docking system of Soyuz MS-40 failed on Tuesday.")
    assert mild.severity >= 3


def days(slip):
    return tuple(time and time.start.date().isoformat() for time in (slip.old, slip.new))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NASA delayed the launch of Crew-14 from June 12 to June 14.", ("2026-06-12", "2026-06-14")),
        ("The launch of Crew-14 was postponed until Friday.", (None, "2026-06-12")),
        ("The launch of Crew-14 was moved to no earlier than July.", (None, "2026-07-01")),
        (
            "The launch of Crew-14 was pushed back to June 20; it was originally scheduled for June 15.",
            ("2026-06-15", "2026-06-20"),
        ),
    ],
)
def test_a_delay_has_the_days_it_moves_from_and_to(first_event, text, expected):
    event = first_event(text)
    assert event.type == "launch_delay"
    assert days(event.slip) == expected
    assert len(event.evidence["slip"]) == sum(day is not None for day in expected)


def test_a_scrub_without_a_day_has_no_slip(first_event):
    assert first_event("SpaceX scrubbed the launch of Crew-14 because of winds.").slip is None
