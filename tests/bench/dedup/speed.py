"""Print how fast deduplication is and what it keeps, beside a graph that does nothing to the same articles.

    python -m tests.bench.dedup.speed [--articles 5000] [--soak 1000000]

The source is cheap: a step that yields articles which are there already. Full texts are the first 394 words
of news of 2017 where they can be had, invented elsewhere; summaries are their first 45 words. The soak is
invented articles over many weeks, one every six seconds of event time: a week of them is kept.
"""

import argparse
import random
import sys
import time
from datetime import timedelta

import apache_beam as beam
import msgspec
import psutil

from pipeline.fn_api_runner import local_options, local_runner
from tests.bench.dedup import corpora
from tests.bench.dedup.cheap_source import Nothing, Source
from tests.transforms.deduplicate.invented import NOON, intake, story
from transforms import cells
from transforms.deduplicate import Deduplicator
from transforms.deduplicate.compare import sketch_of
from transforms.deduplicate.reading import Reading
from transforms.deduplicate.states import contents
from transforms.deduplicate_articles import DeduplicateArticles
from transforms.extract.vocabulary import decisive_of

FULL_WORDS, SUMMARY_WORDS = 394, 45
SOAK_STEP = timedelta(seconds=6)
_MILLION = 10**6


def main(arguments):
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=5000)
    parser.add_argument("--soak", type=int, default=100_000)
    parser.add_argument("--invented", action="store_true", help="invented texts, without any package")
    given = parser.parse_args(arguments)
    full = full_texts(given.articles, invented=given.invented)
    through(Nothing())(full)  # the first run loads what all runs need
    lengths = {"full texts": FULL_WORDS, "summaries": SUMMARY_WORDS}
    for name, articles in ((name, [cut(each, words) for each in full]) for name, words in lengths.items()):
        words = sum(len(each.article.text.split()) for each in articles) / len(articles)
        print(f"{name}: {len(articles)} of {words:.0f} words")
        print(f"  fingerprints         {rate(fingerprints, articles):>8,.0f}/s")
        bare = rate(through(Nothing()), articles)
        print(f"  graph that does nothing {bare:>5,.0f}/s")
        for binding, sharded in (("single", False), ("sharded", True)):
            done = rate(through(DeduplicateArticles(sharded)), articles)
            print(f"  {binding:8} binding     {done:>8,.0f}/s, {bare / done:.1f} times the cost of nothing")
        held(articles)
    soak(given.soak)
    return 0


def full_texts(wanted, *, invented):
    """Return full articles, a second apart so that none is forgotten."""
    found = [] if invented else corpora.news()[:wanted]
    if not found:
        chance = random.Random(1)
        stories = [(story(chance), story(chance)) for _ in range(wanted)]
        found = [
            intake(f"{a[1]} {b[1]}", url=f"https://x.example/{n}", title=a[0])
            for n, (a, b) in enumerate(stories)
        ]
    return [each._replace(at=NOON + timedelta(seconds=n)) for n, each in enumerate(found)]


def cut(each, words):
    """Return an article of at most so many words."""
    text = " ".join(each.article.text.split(" ")[:words])
    return each._replace(article=msgspec.structs.replace(each.article, text=text))


def rate(work, articles):
    """Return articles per second."""
    started = time.perf_counter()
    work(articles)
    return len(articles) / (time.perf_counter() - started)


def fingerprints(articles):
    """Compute keys and sketches."""
    for each in articles:
        reading = Reading(each.article.title, each.article.text, decisive_of(None))
        _ = reading.keys, sketch_of(reading)


def through(transform):
    """Return what runs a transform over articles on the local runner."""

    def run(articles):
        Source.articles = articles
        pipeline = beam.Pipeline(runner=local_runner(), options=local_options())
        _ = pipeline | beam.Create([0]) | beam.ParDo(Source()) | transform
        pipeline.run().wait_until_finish()
        cells.withdraw()

    return run


def held(articles):
    """Print how large the states are."""
    deduplicator = Deduplicator(decisive_of(None))
    for each in articles:
        deduplicator.judge(each)
    sizes = {state: sum(map(len, cells_.values())) for state, cells_ in contents(deduplicator.cells).items()}
    per = ", ".join(f"{state} {size / len(articles):.0f}" for state, size in sizes.items())
    whole = sum(sizes.values()) / len(articles)
    print(
        f"  state per article: {per}; together {whole:.0f} bytes, {whole * _MILLION / 1e9:.2f} GB a million"
    )


def soak(count):
    """Print how memory goes while weeks of articles come and are forgotten."""
    deduplicator, chance = Deduplicator(decisive_of(None)), random.Random(1)
    print(f"soak: {count:,} invented articles, {timedelta(days=7) // SOAK_STEP:,} of them in a week")
    for n in range(count):
        title, text = story(chance)
        deduplicator.judge(
            intake(text, url=f"https://x.example/{n}", title=title, at=NOON + n * SOAK_STEP, feed="x")
        )
        if n % max(1, count // 10) == count // 10 - 1:
            print(f"  {n + 1:>10,} articles: {psutil.Process().memory_info().rss / 1e6:,.0f} MB")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
