"""Print how the memory of one process grows while it reads articles full of words that it never saw.

    python -m tests.bench.extraction.soak [--articles 200000]

Each article is a labelled one with a dozen invented words, names and numbers in it. The first third is left
out of the slope: caches fill in it. `strings` are those that spaCy keeps: a zone that leaked shows there.
"""

import argparse
import itertools
import random
import sys

import psutil

from tests.bench.extraction.articles import SETS, SHARED, articles
from tests.bench.extraction.hostile import LEAD
from tests.transforms.extract.conftest import article_saying
from transforms.extract_events import extractor_of

STEPS, NOVEL = 20, 12
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def main(arguments):
    """Read and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=200_000)
    given = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to read")
        return 0
    extractor, process = extractor_of(None), psutil.Process()
    step = max(1, given.articles // STEPS)
    seen = []
    for number, article in enumerate(varied(given.articles), 1):
        extractor.extract(article)
        if number % step == 0:
            seen.append((number, process.memory_info().rss / 1e6))
            strings = extractor.known_strings
            print(f"{number:8} articles: {seen[-1][1]:7.1f} MB, {strings} strings", flush=True)
    print(f"growth after the first third: {slope(seen[len(seen) // 3 :]) * 1e6:.1f} MB per million articles")
    return 0


def varied(count):
    """Yield labelled articles with words in them that no other has."""
    chance = random.Random(1)
    known = [(a["title"], a["text"]) for name in SETS for a in articles(name)]
    for title, text in itertools.islice(itertools.cycle(known), count):
        words = text.split(" ")
        for _ in range(NOVEL):
            words.insert(chance.randrange(len(words) + 1), invented(chance))
        yield article_saying(f"{LEAD}. {' '.join(words)}", title)


def invented(chance):
    """Return a word, a name or a number that was hardly ever seen."""
    word = "".join(chance.choices(LETTERS, k=chance.randrange(5, 12)))
    return chance.choice(
        (word, word.title(), f"{word.title()}-{chance.randrange(999)}", f"{chance.random():.6f}")
    )


def slope(points):
    """Return by how much the second of each pair grows with the first, by least squares."""
    xs, ys = zip(*points, strict=True)
    x0, y0 = sum(xs) / len(xs), sum(ys) / len(ys)
    spread = sum((x - x0) ** 2 for x in xs)
    return sum((x - x0) * (y - y0) for x, y in points) / spread if spread else 0.0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
