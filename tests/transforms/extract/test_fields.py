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


def events_of(extractor, article):
    return {e.type: e for e in extractor.extract(article).events}


def test_the_site_of_a_launch_is_not_that_of_the_docking_which_follows(extractor, saying):
    text = "Soyuz MS-40 lifted off from Baikonur and docked with the International Space Station on Tuesday."
    found = events_of(extractor, saying(text))
    assert (found["launch"].site, found["docking"].site) == ("Baikonur", None)
    assert found["docking"].destination == "International Space Station"


@pytest.mark.parametrize(
    ("text", "crew"),
    [
        (
            "Cosmonauts Anton Shkaplerov and Pavel Orlov docked Soyuz MS-40.",
            ("Anton Shkaplerov", "Pavel Orlov"),
        ),
        (
            "Commander Anton Shkaplerov docked Soyuz MS-40. It docked with commander Anton Shkaplorov.",
            ("Anton Shkaplerov",),
        ),
        (
            "Soyuz MS-40 docked with astronaut Mark Kelly and astronaut Scott Kelly.",
            ("Mark Kelly", "Scott Kelly"),
        ),
    ],
)
def test_a_misspelt_name_is_no_second_person(first_event, text, crew):
    assert first_event(text).crew == crew


@pytest.mark.parametrize(
    ("text", "speaker", "agency"),
    [
        ("Soyuz MS-40 docked on Tuesday, Roscosmos said.", "Roscosmos", None),
        ("According to NASA, Crew-14 has splashed down.", "NASA", None),
        ("NASA officials said that Crew-14 had splashed down.", "NASA", None),
        ("Progress MS-40 undocked on Tuesday, as per AP.", "AP", "AP"),
        ("NASA launched Crew-14 on Tuesday.", None, None),
    ],
)
def test_who_states_an_event_is_told_from_whose_text_it_is(first_event, text, speaker, agency):
    event = first_event(text)
    assert (event.stated_by, event.origin) == (speaker, agency)


@pytest.mark.parametrize(
    ("text", "severity", "words"),
    [
        ("The docking system of Progress MS-40 failed on Tuesday.", 3, []),
        ("The docking system of the crewed Soyuz MS-40 failed on Tuesday.", 4, ["crewed"]),
        ("Progress MS-40 suffered a minor helium leak in orbit on Tuesday.", 1, ["minor"]),
    ],
)
def test_severity_is_the_type_and_the_words_that_change_it(first_event, text, severity, words):
    event = first_event(text)
    trigger, *cues = (e.quote for e in event.evidence["severity"])
    assert (event.severity, cues, trigger) == (severity, words, event.evidence["trigger"][0].quote)


def test_an_event_is_as_sure_as_its_type_and_its_status_together(first_event):
    event = first_event("Soyuz MS-40 docked with the station on Tuesday.")
    assert 0 < event.confidence <= event.confidence_status < 1
