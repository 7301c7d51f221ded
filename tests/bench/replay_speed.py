"""Replay many articles end to end and show how the time is shared among the stages.

    python -m tests.bench.replay_speed [--articles 10000]

The articles are real ones of `../shared/data` where it is present, invented ones elsewhere. The shares come
from the pure functions of the stages, called one after another without Beam or log; the ratio of both times
is what Beam and the log cost.
"""

import argparse
import json
import lzma
import sys
import tempfile
import time
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

from alerts.rules import STARTER, evaluate, load_rules
from pipeline.replay import Given, run
from tests.bench.articles import launch, ordinary
from tests.seeds.expected import starter_settings
from transforms.correlate import correlation_key
from transforms.correlate.cell import correlate_in_cell
from transforms.correlate.lifecycle import starter_lifecycle
from transforms.deduplicate import Deduplicator
from transforms.extract import Extractor
from transforms.extract.vocabulary import decisive_words
from transforms.intake import take_in
from transforms.records import Article, Position, encode
from transforms.records.article import article_id, content_hash
from transforms.sight import sight

DATA = Path(__file__).parents[3] / "shared" / "data"


def main(arguments: list[str]) -> int:
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    wanted = parser.parse_args(arguments).articles
    articles, origin = (real(wanted), "real") if DATA.exists() else (invented(wanted), "invented")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.jsonl"
        path.write_bytes(b"\n".join(encode(article) for article in articles))
        started = time.perf_counter()
        run([path], starter_settings(), Path(folder) / "out", Given(), StringIO())
        whole = time.perf_counter() - started
    shares = stages(articles)
    print(f"{len(articles)} {origin} articles end to end in {whole:.1f} s: {len(articles) / whole:.0f}/s")
    for stage, seconds in shares.items():
        print(f"  {stage:12} {seconds:6.2f} s, {seconds / whole:.0%}")
    bare = sum(shares.values())
    print(f"  the stages alone {bare:.2f} s; with Beam, log and files {whole / bare:.2f} times that")
    return 0


def real(wanted: int) -> list[Article]:
    """Return summaries of space news first, then headlines of all kinds, in the order of their times."""
    found = []
    for line in (DATA / "snapi_dev.jsonl").read_text().splitlines():
        item = json.loads(line)
        found.append(article(item["url"], item["title"], item["summary"], item["published_at"]))
    with lzma.open(DATA / "headline_sightings_dev.jsonl.xz", "rt") as lines:
        for n, line in enumerate(lines):
            item = json.loads(line)
            at = datetime.fromtimestamp(item["t"], UTC).isoformat()
            found.append(article(f"https://headlines.example/{n}", item["title"], "", at))
            if len(found) >= wanted:
                break
    return sorted(found[:wanted], key=lambda a: a.fetched)


def invented(wanted: int) -> list[Article]:
    """Return invented news, one launch in ten."""
    day = datetime(2026, 1, 1, tzinfo=UTC).isoformat()
    texts = (launch(n // 10) if n % 10 == 0 else ordinary(n) for n in range(wanted))
    return [article(f"https://news.example/{n}", *words, day) for n, words in enumerate(texts)]


def article(url: str, title: str, text: str, published: str) -> Article:
    """Return an article."""
    at = datetime.fromisoformat(published).astimezone(UTC)
    identity = article_id(url, content_hash(title, text))
    return Article(
        id=identity, feed="", publisher="P", title=title, text=text, url=url, fetched=at, published=at
    )


def stages(articles: list[Article]) -> dict[str, float]:
    """Return the seconds of each stage's pure functions over all articles."""
    spent = dict.fromkeys(("decode", "deduplicate", "extract", "correlate", "evaluate"), 0.0)
    extractor, lifecycle, rules = Extractor.load(), starter_lifecycle(), load_rules([STARTER])
    deduplicator = Deduplicator(decisive_words(extractor.pack))
    families: dict = {}
    clock = time.perf_counter()

    def lap(stage: str) -> None:
        nonlocal clock
        now = time.perf_counter()
        spent[stage] += now - clock
        clock = now

    for n, data in enumerate([encode(a) for a in articles]):
        clock = time.perf_counter()
        intake = take_in(data, {}, "", Position("articles", 0, n), articles[n].fetched, "")
        lap("decode")
        followed = [each for verdict in deduplicator.judge(intake) if (each := verdict.followed())]
        lap("deduplicate")
        sightings = [found for each in followed for found in sight(extractor, each, "").sightings]
        lap("extract")
        versions = []
        for sighting in sightings:
            name = correlation_key(sighting)
            done = correlate_in_cell(families.get(name), sighting, lifecycle)
            families[name] = done.content
            versions += done.versions
        lap("correlate")
        for version in versions:
            evaluate(rules, version, fetched=None, published=None)
        lap("evaluate")
    return spent


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
