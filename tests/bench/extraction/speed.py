"""Print what extraction costs, beside bare tokenizing and spaCy's model on the same articles in the same run.

    python -m tests.bench.extraction.speed [--rounds 3]

Dense articles are labelled ones joined to some 400 words, so that a few events stand in each. The general
stream is news of 2017 from a package of a public registry, left out where that cannot be had; so is the model
where it is not installed.
"""

import argparse
import json
import statistics
import sys
import time
from importlib.util import find_spec

import spacy

from tests.bench.dedup import corpora
from tests.bench.extraction.articles import SHARED, articles
from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.parser import Parser
from transforms.parser_model import PACKAGE

DENSE_WORDS = 400


def main(arguments):
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to measure")
        return 0
    extractor = Extractor.load()
    nlp = spacy.blank("en")
    dense, general = dense_articles(), [i.article for i in corpora.news()]
    bare = best(lambda a: nlp.make_doc(f"{a.title}\n\n{a.text}"), dense, given.rounds)
    row("bare tokenizing, dense", bare, bare)
    row("whole path, dense", best(extractor.extract, dense, given.rounds), bare)
    if general:
        row("whole path, general news", best(extractor.extract, general, given.rounds), bare)
        row("gate, general news", best(lambda a: extractor.passes_gate(a.title, a.text), general, 1), bare)
    show_waits("rules", extractor, dense, given.rounds)
    if find_spec(PACKAGE):
        parsing = Extractor(extractor.pack, extractor._vocabulary, Parser(PACKAGE))
        whole = spacy.load(PACKAGE)
        row("with a parser, dense", best(parsing.extract, dense, given.rounds), bare)
        row("spaCy's whole model, dense", best(lambda a: whole(f"{a.title}\n\n{a.text}"), dense, 1), bare)
        show_waits("with a parser", parsing, dense, given.rounds)
    else:
        print(f"{PACKAGE} is not installed: the parser is left out")
    return 0


def show_waits(name, extractor, items, rounds):
    """Print how long one article takes."""
    waits = sorted(seconds(extractor.extract, a) for a in items for _ in range(rounds))
    median, late = statistics.median(waits) * 1000, waits[int(0.99 * len(waits))] * 1000
    print(f"one dense article, {name}: median {median:.1f} ms, p99 {late:.1f} ms, of {len(waits)}")


def dense_articles():
    """Return articles of about `DENSE_WORDS` words, made of labelled ones that follow each other."""
    made, parts = [], []
    for article in (a for a in articles("dev") + articles("dev_rare") if a["events"]):
        parts.append(article)
        if sum(len(p["text"].split()) + len(p["title"].split()) for p in parts) >= DENSE_WORDS:
            text = "\n\n".join(f"{p['title']}.\n\n{p['text']}" for p in parts[1:])
            first = parts[0] | {"text": f"{parts[0]['text']}\n\n{text}"}
            made.append(read_line(json.dumps(first).encode()).article)
            parts = []
    return made


def best(work, items, rounds):
    """Return (articles, words) per second of the fastest round."""
    words = sum(len(a.title.split()) + len(a.text.split()) for a in items)
    took = min(sum(seconds(work, a) for a in items) for _ in range(rounds))
    return len(items) / took, words / took


def seconds(work, item):
    """Return how long the work takes on one item."""
    started = time.perf_counter()
    work(item)
    return time.perf_counter() - started


def row(name, speed, bare):
    """Print one line."""
    print(
        f"{name:28} {speed[0]:10,.0f} articles/s {speed[1]:12,.0f} words/s {speed[1] / bare[1]:8.2f} x bare"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
