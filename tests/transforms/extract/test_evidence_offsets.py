import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.article_lines import read_line
from transforms.extract.events import is_proven
from transforms.records import Evidence, MissionEvent
from transforms.records.event import FIELDS

SOUP = """
Soyuz MS-40 Falcon 9 launched lifted off will to docked undocked on Tuesday June 8 , . the station not
scheduled for delayed launch rocket 0855 GMT “ ” — \u200b 🚀 é NASA's failed docking system astronaut Ada
Brook because of winds return Earth after 9 days İ ß
"""
WORDS = st.sampled_from([*SOUP.split(), "\n\n", ""])


def misquotes(article, events):
    for event in events:
        for entries in event.evidence.values():
            for e in entries:
                source = article.title if e.field == "title" else article.text
                if source[e.start : e.end] != e.quote or not e.quote:
                    yield event.type, e


def unproven(event):
    stated = {name for name in FIELDS if getattr(event, name)} | {"type", "trigger", "status"}
    if event.time and event.time.basis == "publication":
        stated.remove("time")
    return stated - set(event.evidence)


@settings(max_examples=150)
@given(st.lists(WORDS, max_size=60), st.lists(WORDS, max_size=12), st.sampled_from([" ", "  ", "\n", "\t "]))
def test_every_quote_is_what_the_article_says(extractor, saying, body, head, gap):
    article = saying(gap.join(body), gap.join(head))
    events = extractor.extract(article).events
    assert list(misquotes(article, events)) == []
    assert [unproven(e) for e in events if unproven(e)] == []


@settings(max_examples=100)
@given(st.text(max_size=400), st.text(max_size=60))
def test_no_text_breaks_the_extractor(extractor, saying, body, head):
    article = saying(f"{body} Soyuz MS-40 lifted off {body}", head)
    assert list(misquotes(article, extractor.extract(article).events)) == []


@pytest.mark.parametrize("name", ["dev.jsonl", "dev_rare.jsonl"])
def test_every_quote_from_real_articles_is_what_they_say(extractor, shared, name):
    for line in (shared / "gold" / name).read_bytes().splitlines():
        article = read_line(line).article
        events = extractor.extract(article).events
        assert list(misquotes(article, events)) == [], json.loads(line)["id"]
        assert [unproven(e) for e in events if unproven(e)] == []


def test_an_article_gives_at_most_one_event_of_a_type_status_and_mission(extractor, shared):
    for line in (shared / "gold" / "dev.jsonl").read_bytes().splitlines():
        keys = [(e.type, e.status, e.mission) for e in extractor.extract(read_line(line).article).events]
        assert len(keys) == len(set(keys))


def test_every_field_of_the_record_is_one_that_needs_words():
    bare = {
        "id",
        "article_id",
        "type",
        "status",
        "confidence",
        "confidence_status",
        "evidence",
        "pack",
        "profile",
        "schema",
    }
    assert set(MissionEvent.__struct_fields__) == {*FIELDS, *bare}


@pytest.mark.parametrize(
    ("quotes", "proven"),
    [
        ((Evidence("MS-40", 6, 11),), True),
        ((Evidence("MS-40", 6, 11), Evidence("Crew", 0, 4, "title")), True),
        ((), False),
        ((Evidence("", 6, 6),), False),
        ((Evidence("MS-41", 6, 11),), False),
        ((Evidence("MS-40", 6, 11), Evidence("MS-40", 5, 10)), False),
        ((Evidence("MS-40", 6, 11, "title"),), False),
    ],
)
def test_a_field_counts_only_with_words_that_the_article_has(extractor, quotes, proven):
    with extractor.reading("Crew of three", "Soyuz MS-40 docked.", None) as reading:
        assert is_proven(quotes, reading.page) is proven
