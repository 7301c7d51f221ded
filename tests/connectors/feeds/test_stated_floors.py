from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connectors.feeds.parse import parse_feed
from connectors.feeds.stated_floors import longest, of_feed, of_headers

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "floor"),
    [
        ({}, None),
        ({"cache-control": "max-age=300"}, timedelta(minutes=5)),
        ({"cache-control": "public, Max-Age=600, must-revalidate"}, timedelta(minutes=10)),
        ({"cache-control": 'max-age="60"'}, timedelta(minutes=1)),
        ({"cache-control": "max-age=600", "age": "400"}, timedelta(seconds=200)),
        ({"cache-control": "max-age=600", "age": "900"}, None),
        ({"cache-control": "max-age=600", "age": "old"}, timedelta(minutes=10)),
        ({"cache-control": "max-age=0"}, None),
        ({"cache-control": "max-age=-5"}, None),
        ({"cache-control": "max-age=soon"}, None),
        ({"cache-control": "max-age=999999999"}, timedelta(days=365)),
        ({"cache-control": "no-cache, max-age=600"}, None),
        ({"cache-control": "no-store"}, None),
        ({"cache-control": "s-maxage=600"}, None),
        ({"expires": "Sun, 01 Mar 2026 12:20:00 GMT"}, timedelta(minutes=20)),
        ({"expires": "Sun, 01 Mar 2026 11:20:00 GMT"}, None),
        ({"expires": "0"}, None),
        ({"expires": "Sun, 99 Mar 2026 11:20:00 GMT"}, None),
        (
            # the server's own clock is an hour slow
            {"expires": "Sun, 01 Mar 2026 11:20:00 GMT", "date": "Sun, 01 Mar 2026 11:00:00 GMT"},
            timedelta(minutes=20),
        ),
        ({"expires": "Mon, 02 Mar 2026 12:00:00 GMT", "cache-control": "max-age=60"}, timedelta(minutes=1)),
    ],
)
def test_headers_say_how_long_an_answer_is_fresh(headers, floor):
    assert of_headers(headers, NOW) == floor


@pytest.mark.parametrize(
    ("ttl", "period", "frequency", "floor"),
    [
        (None, None, None, None),
        ("60", None, None, timedelta(hours=1)),
        ("0", None, None, None),
        ("an hour", None, None, None),
        ("9" * 30, None, None, None),
        (None, "hourly", None, timedelta(hours=1)),
        (None, "hourly", "2", timedelta(minutes=30)),
        (None, " Daily ", "4", timedelta(hours=6)),
        (None, "weekly", "1", timedelta(weeks=1)),
        (None, "monthly", "0", timedelta(days=30)),
        (None, "yearly", "often", timedelta(days=365)),
        (None, "now and then", "1", None),
        ("90", "hourly", "1", timedelta(minutes=90)),
    ],
)
def test_a_feed_says_how_often_it_changes(ttl, period, frequency, floor):
    assert of_feed(ttl, period, frequency) == floor


@pytest.mark.parametrize(
    ("words", "floor"),
    [
        ("<ttl> 15 </ttl>", timedelta(minutes=15)),
        (
            "<sy:updatePeriod>hourly</sy:updatePeriod><sy:updateFrequency>4</sy:updateFrequency>",
            timedelta(minutes=15),
        ),
        ("", None),
    ],
)
def test_the_words_are_found_in_a_feed(words, floor):
    body = (
        '<rss version="2.0" xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel><title>A</title>'
        f"{words}<item><title>one</title></item></channel></rss>"
    )
    assert parse_feed(body.encode(), url="https://a.org/").stated_floor == floor


def test_the_longest_of_several_counts():
    assert longest(None, timedelta(1), None, timedelta(2)) == timedelta(2)
    assert longest(None) is None


@given(st.dictionaries(st.sampled_from(["cache-control", "expires", "age", "date"]), st.text(max_size=40)))
def test_no_header_breaks_it(headers):
    floor = of_headers(headers, NOW)
    assert floor is None or timedelta(0) < floor <= timedelta(days=365)


@given(*[st.none() | st.text(max_size=20)] * 3)
def test_no_words_of_a_feed_break_it(ttl, period, frequency):
    floor = of_feed(ttl, period, frequency)
    assert floor is None or timedelta(0) < floor <= timedelta(days=365)
