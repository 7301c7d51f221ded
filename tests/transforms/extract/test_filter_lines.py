import json

import pytest

from transforms.extract.filter_lines import extract_line

LINE = {"id": 7, "title": None, "text": "Soyuz MS-40 lifted off on June 8.", "extra": [1], "source": None}


def test_a_line_gives_its_id_and_plain_events(extractor):
    out = extract_line(extractor, json.dumps(LINE | {"published": "2026-06-10T12:00:00+02:00"}).encode())
    assert out["id"] == 7
    (event,) = out["events"]
    assert (event["type"], event["status"], event["mission"]) == ("launch", "occurred", "Soyuz MS-40")
    assert event["time"] == {"start": "2026-06-08T00:00:00Z", "granularity": "day", "basis": "explicit"}
    assert event["evidence"]["trigger"] == [{"quote": "lifted off", "start": 12, "end": 22}]
    assert json.loads(json.dumps(out)) == out


def test_without_a_date_a_line_still_gives_its_events(extractor):
    (event,) = extract_line(extractor, json.dumps(LINE | {"published": None}).encode())["events"]
    assert event["time"] is None


def test_an_article_that_costs_too_much_says_so(extractor):
    out = extract_line(extractor, json.dumps(LINE | {"text": "rocket launched " * 13_000}).encode())
    assert out == {"id": 7, "events": [], "reason": "too_long: 208000 characters"}


def test_a_day_outside_the_calendar_is_no_time(extractor):
    line = LINE | {"text": "Soyuz MS-40 lifts off tomorrow.", "published": "9999-12-31T00:00:00Z"}
    assert [e["time"] for e in extract_line(extractor, json.dumps(line).encode())["events"]] in ([None], [])


@pytest.mark.parametrize(
    ("line", "complaint"),
    [
        (b"{oops", "cannot read article line"),
        (b"\xff\xfe", "cannot read article line"),
        (b"[]", "cannot read article line"),
        (b'{"title": "x"}', "`id` is missing"),
        (b'{"id": "a", "text": null}', "cannot read article a: both `title` and `text` are missing"),
        (b'{"id": "a", "text": "x", "published": "soon"}', "`published` is no time: 'soon'"),
        (b'{"id": "a", "text": 5}', "cannot read article line"),
    ],
)
def test_an_unreadable_line_says_what_is_wrong(extractor, line, complaint):
    with pytest.raises(ValueError, match="cannot read article") as caught:
        extract_line(extractor, line)
    assert complaint in str(caught.value)
