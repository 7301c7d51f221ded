"""What the vote is taught: texts that we wrote, with the events that they state, and articles with labels.

`authored.tsv` holds a text a line: labels (`type/status`, separated by commas, or `-`), headline, text. All
of it is invented, to say each thing in as many ways as we could think of. The labelled articles lie beside
the repository; without them the vote is taught by what we wrote alone.
"""

import json
from pathlib import Path
from typing import NamedTuple

from tests.bench.extraction.articles import SETS, SHARED, articles
from transforms.article_lines import read_line
from transforms.extract.line import lede_words

AUTHORED = Path(__file__).with_name("authored.tsv")


class Lesson(NamedTuple):
    """The words of a lede, what it tells of (`type/status`), and by which its text is known."""

    words: list[str]
    told: frozenset[str]
    text: str


def authored():
    """Return what we wrote, as articles with labels."""
    rows = (line.split("\t") for line in AUTHORED.read_text(encoding="utf8").splitlines())
    return [
        {"id": f"authored-{n}", "title": title, "text": text, "events": _events(labels)}
        for n, (labels, title, text) in enumerate(rows)
    ]


def labelled():
    """Return the articles that people labelled; none without the folder beside the repository."""
    return [a for name in SETS for a in articles(name)] if SHARED.is_dir() else []


def lesson_of(extractor, article):
    """Return the lesson of an article."""
    read = read_line(json.dumps(article | {"published": None}).encode()).article
    with extractor.reading(read.title, read.text, None) as reading:
        told = frozenset(f"{e['type']}/{e['status']}" for e in article["events"])
        return Lesson(lede_words(reading.lines), told, article["id"])


def _events(labels):
    pairs = [label.split("/") for label in labels.split(",") if label != "-"]
    return [{"type": kind, "status": status, "mission": None} for kind, status in pairs]
