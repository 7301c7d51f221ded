"""Print what extraction costs, beside bare tokenizing and spaCy's model on the same articles in the same run.

    python -m tests.bench.extraction.speed [--rounds 5] [--quick]

Dense articles are labelled ones joined to some 400 words, so that several events stand in each. The general
stream is news of 2017 from a package of a public registry, left out where that cannot be had. Rounds of all
rows take turns and the fastest counts, in seconds of the processor, so that a busy machine slows all alike.
spaCy's own small model stands beside them where it is installed.
"""

import argparse
import gc
import importlib.util
import json
import statistics
import sys
import time
from datetime import UTC, datetime

import spacy

from tests.bench.dedup import corpora
from tests.bench.extraction.articles import SETS, SHARED, articles
from tests.bench.extraction.hostile import HOSTILE, hostile
from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.parser import Parser
from transforms.extract_events import extractor_of
from transforms.parser_model import PACKAGE
from transforms.records import Article

DENSE_WORDS, FEW = 400, 20


def main(arguments):
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="a few articles of each kind")
    given = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to measure")
        return 0
    extractor, few = extractor_of(None), FEW if given.quick else None
    dense, general = dense_articles()[:few], [i.article for i in corpora.news()][:few]
    streams(extractor, dense, general, given.rounds)
    waits = [min(seconds(extractor.extract, a) for _ in range(given.rounds)) for a in dense]
    median, late = statistics.median(waits) * 1000, sorted(waits)[int(0.99 * len(waits))] * 1000
    print(f"one dense article: median {median:.1f} ms, p99 {late:.1f} ms, of {len(waits)}")
    recall(extractor)
    hostile_texts(extractor, sorted(HOSTILE)[:few], given.rounds)
    return 0


def streams(extractor, dense, general, rounds):
    """Print articles and words per second, of each way and stream."""
    nlp = spacy.blank("en")
    rows = {
        "bare tokenizing, dense": (lambda a: nlp.make_doc(f"{a.title}\n\n{a.text}"), dense),
        "whole path, dense": (extractor.extract, dense),
        "whole path, general news": (extractor.extract, general),
        "gate, general news": (lambda a: extractor.passes_gate(a.title, a.text), general),
    }
    if importlib.util.find_spec(PACKAGE):
        parsing = Extractor(extractor.pack, extractor._vocabulary, Parser(PACKAGE))
        rows["with a parser, dense"] = parsing.extract, dense[:FEW]
        texts = [f"{a.title}\n\n{a.text}" for a in dense[:FEW]]
        rows["spaCy's whole model, dense"] = spacy.load(PACKAGE), texts
    gc.collect()
    gc.freeze()  # texts and models of the benchmark do not lie in a worker
    took = dict.fromkeys(rows, float("inf"))
    for _ in range(rounds):
        for name, (work, items) in rows.items():
            took[name] = min(took[name], sum(seconds(work, item) for item in items))
    bare = None
    for name, (_, items) in rows.items():
        if items:
            words = sum(words_of(item) for item in items) / took[name]
            bare = bare or words
            print(
                f"{name:28} {len(items) / took[name]:10,.0f} articles/s {words:12,.0f} words/s "
                f"{words / bare:8.2f} x bare"
            )


def recall(extractor):
    """Print which share of the labelled articles with events passes the gate."""
    for name, sets in {"gold": SETS[:2], "gold and own": SETS}.items():
        told = [a for one in sets for a in articles(one) if a["events"]]
        passed = sum(extractor.passes_gate(a["title"], a["text"]) for a in told)
        print(
            f"gate, articles of {name} with events: {passed} of {len(told)}, recall {passed / len(told):.4f}"
        )


def hostile_texts(extractor, kinds, rounds):
    """Print how long each hostile text takes, the slowest first."""
    took = {}
    for kind in kinds:
        article = Article(
            id=kind,
            feed="f",
            publisher="p",
            title="",
            text=hostile(kind),
            fetched=datetime(2026, 6, 10, tzinfo=UTC),
        )
        took[kind] = (
            min(seconds(extractor.extract, article) for _ in range(rounds)),
            extractor.extract(article),
        )
    for kind, (longest, found) in sorted(took.items(), key=lambda item: -item[1][0]):
        print(f"hostile, 200 kB of {kind:24} {longest:6.3f} s  {found.reason} {found.counted}")


def dense_articles():
    """Return articles of about `DENSE_WORDS` words, made of labelled ones that follow each other."""
    made, parts = [], []
    for article in (a for name in SETS for a in articles(name) if a["events"]):
        parts.append(article)
        if sum(len(p["text"].split()) + len(p["title"].split()) for p in parts) >= DENSE_WORDS:
            text = "\n\n".join(f"{p['title']}.\n\n{p['text']}" for p in parts[1:])
            first = parts[0] | {"text": f"{parts[0]['text']}\n\n{text}"}
            made.append(read_line(json.dumps(first).encode()).article)
            parts = []
    return made


def words_of(item):
    """Return how many words an article, or its text, has."""
    return len((item if isinstance(item, str) else f"{item.title} {item.text}").split())


def seconds(work, item):
    """Return how long the processor works on one item."""
    started = time.process_time()
    work(item)
    return time.process_time() - started


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
