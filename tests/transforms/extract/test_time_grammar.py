from datetime import UTC, datetime

import pytest

MENTIONS = [
    ("Soyuz MS-40 lifted off on Tuesday.", "2026-06-09T00:00", "day", "weekday"),
    ("Soyuz MS-40 will lift off on Tuesday.", "2026-06-16T00:00", "day", "weekday"),
    ("Soyuz MS-40 lifted off on June 8 at 0855 GMT.", "2026-06-08T08:55", "minute", "explicit"),
    ("Soyuz MS-40 lifted off on June 8 at 9:45 p.m. PDT.", "2026-06-09T04:45", "minute", "explicit"),
    ("Soyuz MS-40 will lift off on 14 July 2026.", "2026-07-14T00:00", "day", "explicit"),
    ("Soyuz MS-40 will lift off in September.", "2026-09-01T00:00", "month", "explicit"),
    ("Soyuz MS-40 will lift off in 2028.", "2028-01-01T00:00", "year", "explicit"),
    ("Soyuz MS-40 lifted off two days ago.", "2026-06-08T00:00", "day", "relative"),
    ("Soyuz MS-40 lifts off tomorrow.", "2026-06-11T00:00", "day", "relative"),
    ("Soyuz MS-40 will lift off next month.", "2026-07-01T00:00", "month", "relative"),
    ("Soyuz MS-40 will lift off later this month.", "2026-06-01T00:00", "month", "relative"),
    ("Soyuz MS-40 lifted off earlier this month.", "2026-06-01T00:00", "month", "relative"),
    ("Soyuz MS-40 will lift off later this year.", "2026-01-01T00:00", "year", "relative"),
    ("Liftoff of Soyuz MS-40 is set for 2:15 p.m. EDT (1815 UTC).", "2026-06-10T18:15", "minute", "relative"),
]


@pytest.mark.parametrize(("sentence", "start", "granularity", "basis"), MENTIONS)
def test_a_stated_time_is_found_in_utc(first_event, sentence, start, granularity, basis):
    time = first_event(sentence).time
    assert (f"{time.start:%Y-%m-%dT%H:%M}", time.granularity, time.basis) == (start, granularity, basis)


@pytest.mark.parametrize(
    ("text", "start"),
    [
        ("Gaganyaan will fly in December.", "2026-12-01"),
        ("Gaganyaan is to be launched on January 3.", "2027-01-03"),
        ("Gaganyaan, planned for April, will fly in July.", "2026-07-01"),
        ("Soyuz MS-30 will land in a month; it was launched in January.", "2026-01-01"),
        ("Peregrine, in trouble since January 8, will burn up in the atmosphere on Thursday.", "2026-06-11"),
    ],
)
def test_a_plan_without_a_year_lies_ahead(first_event, text, start):
    assert str(first_event(text).time.start.date()) == start


def test_the_words_of_the_time_are_its_evidence(first_event):
    event = first_event("Soyuz MS-40 lifted off on June 8 at 0855 GMT.")
    assert [e.quote for e in event.evidence["time"]] == ["June 8", "0855 GMT"]


def test_nothing_stated_is_no_time(first_event):
    assert first_event("Soyuz MS-40 has lifted off from Baikonur.").time is None


@pytest.mark.parametrize("text", ["three\ndays ago", "three days\u2028ago", "THREE days AGO"])
def test_words_of_a_time_may_stand_on_two_lines_and_in_letters_that_look_alike(first_event, text):
    assert first_event(f"Soyuz MS-40 lifted off {text}.").time.start.day == 7


@pytest.mark.parametrize(
    "text",
    [
        "a\nfew days ago",
        "f\u0131ve days ago, not \u017feveral",
        "tonight, ton\u0131ght",
        "at 9 p.m. P\u017fT",
    ],
)
def test_no_letter_that_looks_like_another_stops_an_article(first_event, text):
    assert first_event(f"Soyuz MS-40 lifted off {text}.").type == "launch"


def test_a_sentence_may_end_with_a_time_of_day_and_the_next_speak_of_long_ago(first_event):
    text = "Soyuz MS-40 lifted off at 5:58 a.m. The ship had been built by March 9."
    assert first_event(text).time is None
    assert first_event("Soyuz MS-40 lifted off. It happened on March 9.").time.start.month == 3


def test_an_offset_counts_from_the_earlier_event_of_the_flight(extractor, saying):
    text = "Soyuz MS-40 lifted off on June 8. The crew of Soyuz MS-40 will return to Earth after 9 days."
    events = {e.type: e for e in extractor.extract(saying(text)).events}
    assert events["landing"].time.start == datetime(2026, 6, 17, tzinfo=UTC)


def test_without_a_publication_date_a_weekday_is_no_day(extractor, saying):
    undated = saying("Soyuz MS-40 lifted off on Tuesday.", published=datetime(1970, 1, 1, tzinfo=UTC))
    assert [e.time for e in extractor.extract(undated).events] == [None]


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Soyuz MS-40 docked, Roscosmos said on Tuesday.", "2026-06-09"),
        ("NASA said today that Crew-14 will launch in September.", None),
        ("At a news conference on Friday NASA will discuss the June 20 launch of Crew-14.", "2026-06-20"),
        ("A rehearsal on Friday prepares for the June 20 launch of Crew-14.", "2026-06-20"),
        ("Nine launches, among them that of Crew-14, are planned in the week of June 15.", None),
        ("Soyuz MS-40 docked two days after its June 7 launch.", "2026-06-09"),
        ("BAIKONUR, Kazakhstan (AFP) June 9, 2026 Soyuz MS-40 has lifted off.", "2026-06-09"),
        ("The launch of Crew-14 is set for Friday, June 19, 2026.", "2026-06-19"),
        ("The launch of Crew-14 won't take place on Thursday, but on Saturday.", "2026-06-13"),
        ("The launch of Crew-14 is set for no earlier than June 20.", "2026-06-20"),
    ],
)
def test_a_time_is_the_events_own(first_event, text, day):
    time = first_event(text).time
    exact = time if time and time.granularity in ("day", "minute") else None
    assert (exact and exact.start.date().isoformat()) == day


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("The Dragon undocked on Saturday and splashed down on Sunday.", {"undocking": 6, "landing": 7}),
        ("The Dragon splashed down on Sunday after undocking on Saturday.", {"undocking": 6, "landing": 7}),
        ("Progress MS-35 is to launch on Friday and dock on Sunday.", {"launch": 12, "docking": 14}),
        (
            "The Dragon undocked Friday evening and on Saturday morning landed.",
            {"undocking": 5, "landing": 6},
        ),
        ("SpaceX put off Tuesday's launch of a Falcon 9 to Thursday.", {"launch_delay": 9, "launch": 11}),
        (
            "NASA targets Friday, June 12, for the launch and Saturday, June 13, for the docking of Crew-13.",
            {"launch": 12, "docking": 13},
        ),
        ("After Tuesday's scrub, a Falcon 9 lifted off on Wednesday.", {"launch_delay": 9, "launch": 10}),
        (
            "NASA covers the arrival of a Cygnus resupply craft at the space station on Thursday, June 18.",
            {"docking": 18},
        ),
    ],
)
def test_each_event_of_a_sentence_has_its_own_day(extractor, saying, text, days):
    found = extractor.extract(saying(text)).events
    assert {e.type: e.time.start.day for e in found} == days


def test_the_clock_of_one_event_is_not_that_of_the_one_it_counts_from(first_event):
    text = "Crew-14 docked at 9:15 a.m. EDT, 34 hours after launch Monday."
    event = first_event(text)
    assert (event.type, event.time.start) == ("docking", datetime(2026, 6, 9, 13, 15, tzinfo=UTC))


def test_what_goes_wrong_goes_wrong_when_the_flight_takes_place(extractor, saying):
    events = extractor.extract(saying("The Electron rocket failed shortly after liftoff on June 8.")).events
    assert {(e.type, e.time.start.day) for e in events} == {("launch", 8), ("launch_failure", 8)}


def test_an_event_in_a_title_has_the_day_of_its_lead(first_event):
    event = first_event("The crew touched down on the steppe on June 9.", title="Soyuz MS-40 is back")
    assert event.time.start.day == 9
    event = first_event("It happened on June 9 off California.", title="Crew-14 splashes down")
    assert (event.time.start.day, event.time.basis) == (9, "inherited")
    assert [e.quote for e in event.evidence["time"]] == ["June 9"]


def test_a_lead_that_tells_of_something_else_lends_no_day(first_event):
    text = "Progress MS-41 will lift off on June 14."
    assert first_event(text, title="Crew-14 splashes down").time is None


EVENING = datetime(2026, 6, 11, 2, 30, tzinfo=UTC)  # still Wednesday where most publishers are


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Crew-14 splashed down today.", 10),
        ("Crew-14 splashed down yesterday.", 9),
        ("Crew-14 splashed down on Wednesday.", 10),
        ("Crew-14 splashed down on Thursday.", 11),
        ("Crew-14 will splash down tomorrow.", 11),
        ("Crew-14 will splash down on Thursday.", 11),
    ],
)
def test_an_evening_in_america_is_still_today(first_event, text, day):
    assert first_event(text, published=EVENING).time.start == datetime(2026, 6, day, tzinfo=UTC)


def test_eastern_time_is_summer_time_in_summer(first_event):
    summer = first_event("Crew-14 lifted off on June 8 at 9:45 p.m. ET.")
    assert summer.time.start == datetime(2026, 6, 9, 1, 45, tzinfo=UTC)
    winter = first_event("Crew-14 will lift off on December 8, 2026, at 9:45 p.m. ET.")
    assert winter.time.start == datetime(2026, 12, 9, 2, 45, tzinfo=UTC)


def test_an_article_from_the_future_speaks_when_it_came(first_event):
    event = first_event("Soyuz MS-40 lifted off on Tuesday.", published=datetime(2036, 1, 1, tzinfo=UTC))
    assert event.time.start == datetime(2026, 6, 9, tzinfo=UTC)


def test_a_plan_is_not_for_the_day_that_it_is_moved_from(extractor, saying):
    events = extractor.extract(saying("The launch of Crew-14 has slipped from June 12 to June 14.")).events
    days = {e.type: e.time and e.time.start.day for e in events}
    assert days == {"launch_delay": None, "launch": 14}
