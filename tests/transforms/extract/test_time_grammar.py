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
    ("Liftoff of Soyuz MS-40 is set for 2:15 p.m. EDT (1815 UTC).", "2026-06-10T18:15", "minute", "relative"),
]


@pytest.mark.parametrize(("sentence", "start", "granularity", "basis"), MENTIONS)
def test_a_stated_time_is_found_in_utc(first_event, sentence, start, granularity, basis):
    time = first_event(sentence).time
    assert (f"{time.start:%Y-%m-%dT%H:%M}", time.granularity, time.basis) == (start, granularity, basis)


def test_the_words_of_the_time_are_its_evidence(first_event):
    event = first_event("Soyuz MS-40 lifted off on June 8 at 0855 GMT.")
    assert [e.quote for e in event.evidence["time"]] == ["June 8", "0855 GMT"]


def test_nothing_stated_is_no_time(first_event):
    assert first_event("Soyuz MS-40 has lifted off from Baikonur.").time is None


def test_an_offset_counts_from_the_earlier_event_of_the_flight(extractor, saying):
    text = "Soyuz MS-40 lifted off on June 8. The crew of Soyuz MS-40 will return to Earth after 9 days."
    events = {e.type: e for e in extractor.extract(saying(text)).events}
    assert events["landing"].time.start == datetime(2026, 6, 17, tzinfo=UTC)


def test_without_a_publication_date_a_weekday_is_no_day(extractor, saying):
    undated = saying("Soyuz MS-40 lifted off on Tuesday.", published=datetime(1970, 1, 1, tzinfo=UTC))
    assert [e.time for e in extractor.extract(undated).events] == [None]
