"""Fit the constants of confidence, and print how far what they say can be believed.

    python -m tests.bench.extraction.confidence ARCHIVE...

Each found event of the held articles of the archive (`articles.py`) and of `authored_unseen.tsv`, which
taught no vote and no encoder, is right or wrong by its type and, if that is right, by its status: two
logistics, fitted with a small ridge; their calibration, and that of their product, is measured on articles
of months, and of publishers, that they were not fitted on. A third is of the product that the pack's
constants give and of what the encoder alone says of the events that it has read. Without files it is the
labelled articles beside the repository, which vote, encoder and rules know: then what is fitted is of no
use, and believes itself too much.
"""

import argparse
import json
import math
import sys
from collections import Counter

import numpy as np

from tests.bench.extraction.articles import SHARED, archive, is_held
from tests.bench.extraction.lessons import UNSEEN, labelled, news
from tests.bench.extraction.quality import right_of
from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.confidence import confidence, features, log_odds
from transforms.extract.event_times import times_of
from transforms.extract.extractor import anchor_of, drafts_of
from transforms.extract.manifest import HeardConstants

RIDGE, STEPS, BINS, FEW = 2.0, 60, 10, 20


def main(arguments):
    """Fit and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", metavar="ARCHIVE")
    given = parser.parse_args(arguments)
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to fit")
        return 0
    held = [a for a in archive(given.files) if is_held(a)]
    if given.files and not held:
        print("no held article in these files: nothing to fit")
        return 0
    articles = [*held, *news(UNSEEN)] if held else labelled()
    names, x, typed, right, heard, months, publishers = samples(articles)
    print(f"{len(right)} events, type right {typed.mean():.3f}, status too {right.mean():.3f}")
    read = ~np.isnan(heard).any(1)
    for what, groups in (("months", months), ("publishers", publishers)):
        of_event, of_status = held_out(x, typed, groups), held_out(x, right, groups, typed == 1)
        print(f"on {what} that were left out:")
        show("type", of_event, typed)
        show("status, if the type is right", of_status[typed == 1], right[typed == 1])
        show("both", of_event * of_status, right)
        show(
            "both, by the pack and the encoder", held_out(heard[read], right[read], groups[read]), right[read]
        )
    sections = {
        "confidence": (names, fit(x, typed)),
        "confidence_status": (names, fit(x[typed == 1], right[typed == 1])),
        "confidence_heard": (HeardConstants.__struct_fields__, fit(heard[read], right[read])),
    }
    for section, (constants, values) in sections.items():
        print(f"\n[{section}]")
        for name, value in zip(constants, values, strict=True):
            print(f"{name} = {value:.2f}")
    return 0


def held_out(x, y, group, fitted=None):
    """Return what a fit on the other groups says of each event; it is fitted on some of the events alone."""
    out = np.empty(len(y))
    for each in sorted(set(group)):
        held = group == each
        used = ~held if fitted is None else ~held & fitted
        out[held] = believed(x[held], fit(x[used], y[used]))
    return out


def show(name, said, right):
    """Print the calibration of one probability, and the reliability table."""
    print(f"{name}: ECE {ece(said, right):.3f}")
    for low, share, mean, count in reliability(said, right):
        print(
            f"  said {low:.1f}-{low + 1 / BINS:.1f}: {mean:.2f} on average, right {share:.2f}, {count} events"
        )


def samples(articles):
    """Return names of features, features, whether type and whether all is right, and whose the article is.

    Before whose it is come the features of what the encoder has read, which are no numbers where it has not.
    """
    extractor = Extractor.load()
    rows, typed, right, heard, months, publishers, names = [], [], [], [], [], [], []
    for article in articles:
        drafts, found, said = found_in(extractor, article)
        heard += said
        rows += [list(f.values()) for f in found]
        names = names or [list(f) for f in found[:1]]
        both = right_of(article, drafts)
        right += both
        typed += [max(pair) for pair in zip(right_of(article, drafts, ("type",)), both, strict=True)]
        months += [(article["published"] or article["source"])[:7]] * len(found)
        publishers += [article["source"]] * len(found)
    common = Counter(publishers)
    publishers = [p if common[p] >= FEW else "others" for p in publishers]
    groups = np.array(months), np.array(publishers)
    numbers = (np.array(column, float) for column in (rows, typed, right, heard))
    return names[0], *numbers, *groups


def found_in(extractor, article):
    """Return an article's events as (type, status), the features of each, and those of the encoder."""
    read = read_line(json.dumps(article).encode()).article
    if not extractor.passes_gate(read.title, read.text):
        return [], [], []
    with extractor.reading(read.title, read.text, anchor_of(read)) as reading:
        return found_with(reading)


def found_with(reading):
    """Return the events of a reading as (type, status), the features of each, and those of the encoder."""
    drafts, _ = drafts_of(reading.mentions(), reading)
    times = times_of(drafts, reading)
    found, heard = [], []
    for draft, time in zip(drafts, times, strict=True):
        odds, alone = reading.odds_for(draft), reading.encoded_for(draft)
        before = confidence(draft, reading.pack.manifest, odds, dated=time is not None).both
        found.append(features(draft, odds, dated=time is not None))
        heard.append((1.0, log_odds(before), math.nan if alone is None else alone))
    return [{"type": d.type, "status": d.status} for d in drafts], found, heard


def fit(x, y):
    """Return the constants of a logistic regression by Newton's method; the bias has no ridge."""
    w = np.zeros(x.shape[1])
    ridge = np.full(x.shape[1], RIDGE)
    ridge[0] = 1e-6
    for _ in range(STEPS):
        p = believed(x, w)
        gradient = x.T @ (p - y) + ridge * w
        hessian = (x * (p * (1 - p))[:, None]).T @ x + np.diag(ridge)
        w -= np.linalg.solve(hessian, gradient)
    return w


def believed(x, w):
    """Return the probabilities."""
    return 1 / (1 + np.exp(-x @ w))


def reliability(said, right):
    """Return (lower bound, share right, mean said, count) of each bin that holds events."""
    place = np.minimum((said * BINS).astype(int), BINS - 1)
    bins = [(b, place == b) for b in range(BINS) if (place == b).any()]
    return [(b / BINS, right[held].mean(), said[held].mean(), int(held.sum())) for b, held in bins]


def ece(said, right):
    """Return the expected calibration error over equal bins."""
    return sum(abs(share - mean) * count for _, share, mean, count in reliability(said, right)) / len(right)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
