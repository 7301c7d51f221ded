"""What we wrote to teach by stands apart from what we wrote to measure by, and how variants are made."""

import random
import re
from collections import Counter, defaultdict
from math import hypot, log

from tests.bench.extraction.lessons import EXAM, NEAR, authored
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


def test_no_item_of_the_exam_resembles_a_lesson():
    lessons, exam = [*authored(), *authored(NEAR)], authored(EXAM)
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
