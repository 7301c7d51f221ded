"""Records travel as JSON; what this code does not know is refused with a reason."""

from datetime import UTC, datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.intake import Intake, Rejected, take_in
from transforms.records import Article, Position, UndecodableError, decode, deterministic_id, encode

NOON = datetime(2021, 10, 5, 12, tzinfo=UTC)
HERE = Position("articles", 0, 7)


def article(**changes):
    return Article(
        **{"id": "1", "feed": "f", "publisher": "P", "title": "T", "text": "x", "fetched": NOON} | changes
    )


@given(st.text(), st.text(), st.datetimes(timezones=st.just(UTC)))
def test_a_record_comes_back_as_it_was(title, text, fetched):
    record = article(title=title.encode("utf-8", "replace").decode(), text=text, fetched=fetched)
    assert decode(Article, encode(record)) == record


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "not-json"),
        (b"{", "not-json"),
        (b'{"id": "\xff"}', "not-json"),
        (b"[]", "wrong-shape"),
        (b'{"id": 1}', "wrong-shape"),
        (b'{"id": "1", "schema": 99}', "newer-schema"),
        (encode(article()).replace(b"00:00Z", b"00:00"), "wrong-shape"),
    ],
)
def test_what_is_no_article_is_refused_with_a_reason(data, reason):
    with pytest.raises(UndecodableError) as refused:
        decode(Article, data)
    assert refused.value.reason == reason


def test_a_newer_schema_that_still_fits_is_refused_too():
    newer = msgspec.structs.replace(article(), schema=2)
    with pytest.raises(UndecodableError, match="newer-schema"):
        decode(Article, encode(newer))


def test_ids_depend_on_the_parts_and_their_borders():
    assert deterministic_id("ab", "c") != deterministic_id("a", "bc")
    assert deterministic_id("a", None) != deterministic_id("a", "")
    assert deterministic_id("a", 1) == "c32a3702ffa58dce1defc1f7594913d6"


def test_a_record_that_is_no_article_becomes_a_dead_letter_with_its_bytes():
    rejected = take_in(b"\x00junk", {"h": "v"}, "key", HERE, NOON, "1.0")
    assert isinstance(rejected, Rejected)
    letter = rejected.letter
    assert (letter.value, letter.headers, letter.stage, letter.reason) == (
        b"\x00junk",
        {"h": "v"},
        "decode",
        "not-json",
    )
    assert (letter.position, letter.code_version, rejected.disposition.verdict) == (HERE, "1.0", "dead")


def test_an_article_is_taken_in_with_its_place_and_time():
    assert take_in(encode(article()), {}, "1", HERE, NOON, "1.0") == Intake(article(), HERE, NOON)


@pytest.mark.parametrize(
    ("changes", "identity"),
    [
        ({"url": "https://a.example/1", "guid": "g"}, "https://a.example/1"),
        ({"guid": "g"}, "f\ng"),
        ({}, "1"),
    ],
)
def test_identity_is_the_address_then_feed_and_guid_then_the_id(changes, identity):
    assert article(**changes).identity == identity
