"""What we wrote to teach by stands apart from what we wrote to measure by, and how variants are made."""

import random
import re
from collections import Counter, defaultdict
from math import hypot, log

import pytest

from tests.bench.extraction.lessons import DRAWN, EXAM, FACTS, NEAR, UNSEEN, authored, flights_of, news
from tests.bench.extraction.variants import variants

ALIKE = 0.4


def vectors(articles):
    """Return the weighted words of each article, rare ones more, as vectors of length 1."""
    counts = [Counter(re.findall(r"[a-z0-9]+", f"{a['title']} {a['text']}".lower())) for a in articles]
    holds = Counter(word for count in counts for word in count)
    for count in counts:
        vector = {word: (1 + log(n)) * log(len(counts) / holds[word]) for word, n in count.items()}
        length = hypot(*vector.values())
        yield {word: value / length for word, value in vector.items()}


@pytest.mark.parametrize(
    "lessons", [[*authored(), *authored(NEAR)], [*news(FACTS), *news(DRAWN)]], ids=["texts", "news"]
)
def test_no_item_of_the_exam_resembles_a_lesson(lessons):
    exam = authored(EXAM)
    (*taught,) = vectors([*lessons, *exam])
    taught, asked = taught[: len(lessons)], taught[len(lessons) :]
    holding = defaultdict(list)
    for number, vector in enumerate(taught):
        for word, value in vector.items():
            holding[word].append((number, value))
    for article, vector in zip(exam, asked, strict=True):
        alike = Counter()
        for word, value in vector.items():
            for number, other in holding[word]:
                alike[number] += value * other
        ((number, cosine),) = alike.most_common(1)
        assert cosine < ALIKE, (article["title"], lessons[number]["title"])


def test_news_of_our_own_names_flights_as_its_texts_do(extractor):
    types, written = extractor.pack.manifest.types, [*news(FACTS), *news(DRAWN), *news(UNSEEN)]
    assert len({(a["title"], a["text"]) for a in written}) == len(written)
    for a in written:
        said = [(e["type"], e["status"], e["mission"]) for e in a["events"]]
        assert len(set(said)) == len(said), a["title"]
        for kind, status, flight in said:
            assert kind in types, a["title"]
            assert status in ("occurred", "planned"), a["title"]
            assert flight is None or flight in f"{a['title']} {a['text']}", (a["title"], flight)


def test_news_that_teaches_nothing_is_of_other_flights_than_the_facts_that_do():
    def first(file):
        told = [a | {"events": [e for e in a["events"] if e["mission"]][:1]} for a in news(file)]
        return flights_of(told)

    assert len(first(UNSEEN)) > 200
    assert first(UNSEEN).isdisjoint(first(FACTS))


def article(title, text, *missions):
    events = [{"type": "launch", "status": "occurred", "mission": mission} for mission in missions]
    return {"title": title, "text": text, "events": events}


def test_variants_are_parts_and_texts_of_another_flight():
    told = article("C++ (2) lifts off", "It was C++ (2), not C++ (22).", "C++ (2)")
    quiet = [article("Firm hires", "Ten people."), article("Firm moves", "")]
    assert variants([told, *quiet[1:]]) == [
        {"title": told["title"], "text": ""},
        {"title": "", "text": told["text"]},
    ]
    made = []
    for seed in range(9):
        random.seed(seed)
        made += variants([told, article("Crew-9 flies", "", "Crew-9"), *quiet])
    assert {"title": "Crew-9 lifts off", "text": "It was Crew-9, not C++ (22)."} in made
    assert all(m["title"] or m["text"] for m in made)
