"""What vote and encoder are taught: texts that we wrote, with the events in them, and labelled articles.

`authored.tsv` holds a text a line: labels (`type/status`, separated by commas, or `-`), headline, text. All
of it is invented, to say each thing in as many ways as we could think of. `authored_near.tsv` holds near
neighbours (a docking that almost failed, a launch of a product): counted words cannot tell them apart, so
they teach the encoder alone, as do events in other than the usual words. `authored_exam.tsv` teaches nothing:
dockings and launches gone wrong, and what is taken for such, without what resembles a lesson (cosine of
weighted words under 0.4); many flights in it are real, so their names are known. Exam and newer near ones
were labelled twice (F1 of types 0.99 and 0.98), and only what agrees is there.

`authored_facts.tsv` and `authored_drawn.tsv` are news with all that a page tells: several events, asides,
background, what did not happen. A line is a day of publication (or `-`), labels (`type/status/flight`,
separated by ` ; `), headline, text. The first are real facts of 1994 to 2026 in words of our own; the others
were written by drawn lots (event, time, publisher, tone, asides), and the last of them as near twins, in
which one turn changes what they tell. `authored_unseen.tsv` is such news of facts, first of all of other
flights, and teaches nothing; two labellings of 474 of its items agree in F1 0.95 of
types and 0.91 of all three. Half of it tells of what drawn news tells as well, in other words (`flights_of`).
The labelled articles lie beside the repository, the texts of the archive (`articles.py`) in files that are
given.
"""

import json
from pathlib import Path
from typing import NamedTuple

from tests.bench.extraction.articles import SETS, SHARED, articles
from transforms.article_lines import read_line
from transforms.extract.drafts import gather
from transforms.extract.lede import lede_of, signs_of
from transforms.extract.vote import Lede

AUTHORED = Path(__file__).with_name("authored.tsv")
NEAR, EXAM, FACTS, DRAWN, UNSEEN = (
    AUTHORED.with_name(f"authored_{name}.tsv") for name in ("near", "exam", "facts", "drawn", "unseen")
)


class Lesson(NamedTuple):
    """A lede, what its article tells of (`type/status`), and by which its text is known."""

    lede: Lede
    told: frozenset[str]
    text: str


def authored(file=AUTHORED):
    """Return what we wrote, as articles with labels."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf8").splitlines())
    return [
        {"id": f"{file.stem}-{n}", "title": title, "text": text, "events": _events(labels, ",")}
        for n, (labels, title, text) in enumerate(rows)
    ]


def news(file):
    """Return news that we wrote, as articles with labels; published at noon (UTC)."""
    rows = (line.split("\t") for line in file.read_text(encoding="utf8").splitlines())
    return [
        {
            "id": f"{file.stem}-{n}",
            "title": title,
            "text": text,
            "published": None if day == "-" else f"{day}T12:00:00Z",
            "source": file.stem,
            "events": _events(labels, " ; "),
        }
        for n, (day, labels, title, text) in enumerate(rows)
    ]


def flights_of(articles):
    """Return the flights that news tells of, each with the year."""
    told = ((event["mission"], article["published"]) for article in articles for event in article["events"])
    return {(flight.lower(), (published or "")[:4]) for flight, published in told if flight}


def labelled():
    """Return the articles that people labelled; none without the folder beside the repository."""
    return [a for name in SETS for a in articles(name)] if SHARED.is_dir() else []


def lesson_of(extractor, article):
    """Return the lesson of an article."""
    read = read_line(json.dumps(article | {"published": None}).encode()).article
    with extractor.reading(read.title, read.text, None) as reading:
        drafts, skipped = gather(reading.mentions(), reading.missions, extractor.pack.manifest)
        lede = lede_of(reading.told, signs_of(drafts, skipped))
        return Lesson(lede, told_by(article), article["id"])


def told_by(article):
    """Return what a labelled article tells of, as outputs."""
    return frozenset(f"{e['type']}/{e['status']}" for e in article["events"])


def _events(labels, separator):
    return [_event(label) for label in labels.split(separator) if label != "-"]


def _event(label):
    kind, status, flight = (*label.split("/", 2), "null")[:3]
    return {"type": kind, "status": status, "mission": None if flight == "null" else flight}
