"""Fit the constants of confidence, and print how far what they say can be believed.

    python -m tests.bench.extraction.confidence

Each found event of the labelled articles is right or wrong by type and status. The logistic is fitted with a
small ridge; its calibration is measured on articles of months, and of publishers, that it was not fitted on,
with and without what the vote says.
"""

import json
import sys
from collections import Counter
from typing import NamedTuple

import numpy as np

from tests.bench.extraction.articles import SETS, SHARED, articles
from tests.bench.extraction.quality import right_of
from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.candidates import candidates
from transforms.extract.drafts import gather
from transforms.extract.event_times import times_of
from transforms.extract.events import features
from transforms.extract.extractor import anchor_of
from transforms.extract.reading import Reading

RIDGE, STEPS, BINS, FEW, SAMPLES = 2.0, 60, 10, 20, 1000
VOTED = ("voted", "vote_type", "vote_status")


class Found(NamedTuple):
    """The events of all labelled articles, in columns."""

    names: list[str]
    x: np.ndarray
    right: np.ndarray
    month: np.ndarray
    publisher: np.ndarray
    article: np.ndarray

    def without(self, names):
        """Return the same events without some features."""
        kept = [n for n, name in enumerate(self.names) if name not in names]
        return self._replace(names=[self.names[n] for n in kept], x=self.x[:, kept])


def main(_):
    """Fit and print."""
    if not SHARED.is_dir():
        print("no labelled articles beside the repository: nothing to fit")
        return 0
    found = samples(Extractor.load())
    print(f"{len(found.right)} events, right {found.right.mean():.3f}")
    for what, groups in (("months", found.month), ("publishers", found.publisher)):
        told = held_out(found, groups)
        print(f"\n{what} left out: ECE {ece(told, found.right):.3f}")
        show(told, found.right)
        rules = held_out(found.without(VOTED), groups)
        print(f"  without the vote ECE {ece(rules, found.right):.3f}")
        gains(told, rules, found)
    print("\n[confidence]")
    for name, value in zip(found.names, fit(found.x, found.right), strict=True):
        print(f"{name} = {value:.2f}")
    return 0


def samples(extractor):
    """Return the events of the labelled articles."""
    rows, right, whose, names = [], [], [], []
    for number, article in enumerate(a for name in SETS for a in articles(name)):
        drafts, found = found_in(extractor, article)
        rows += [list(f.values()) for f in found]
        names = names or [list(f) for f in found[:1]]
        right += right_of(article, drafts)
        month = (article["published"] or article["source"])[:7]
        whose += [(month, article["source"], number)] * len(found)
    month, publisher, article = zip(*whose, strict=True)
    common = Counter(publisher)
    publisher = [p if common[p] >= FEW else "others" for p in publisher]
    columns = np.array(rows), np.array(right, float), np.array(month), np.array(publisher), np.array(article)
    return Found(names[0], *columns)


def held_out(found, groups):
    """Return what is said of the events of each group by constants fitted on the other groups."""
    told = np.empty(len(found.right))
    for each in sorted(set(groups)):
        held = groups == each
        told[held] = believed(found.x[held], fit(found.x[~held], found.right[~held]))
    return told


def show(told, right):
    """Print the reliability table."""
    for low, share, mean, count in reliability(told, right):
        print(
            f"  said {low:.1f}-{low + 1 / BINS:.1f}: {mean:.2f} on average, right {share:.2f}, {count} events"
        )


def gains(told, rules, found):
    """Print how much the vote sharpens confidence, with the interval of a paired bootstrap over articles."""
    surprise = [-np.log(np.where(found.right > 0, p, 1 - p)) for p in (rules, told)]
    gain = surprise[0] - surprise[1]
    of = {each: np.flatnonzero(found.article == each) for each in np.unique(found.article)}
    drawn = np.random.default_rng(1).choice(list(of), (SAMPLES, len(of)))
    means = sorted(gain[np.concatenate([of[each] for each in draw])].mean() for draw in drawn)
    low, high = means[SAMPLES // 40], means[-SAMPLES // 40]
    print(f"  log loss {surprise[0].mean():.3f}, with the vote {surprise[1].mean():.3f}", end="")
    print(f": less by {gain.mean():.3f} [{low:.3f}, {high:.3f}]")
    for share in (0.95, 0.9, 0.8):
        kept = [wrong_kept(p, found.right, share) for p in (rules, told)]
        print(f"  wrong events kept with {share:.0%} of the right ones: {kept[0]}, with the vote {kept[1]}")


def wrong_kept(told, right, share):
    """Return how many wrong events are said to be as likely as that share of the right ones."""
    return int((told[right == 0] >= np.quantile(told[right > 0], 1 - share)).sum())


def found_in(extractor, article):
    """Return an article's events as (type, status), and the features of each."""
    read = read_line(json.dumps(article).encode()).article
    if not extractor.passes_gate(read.title, read.text):
        return [], []
    reading = Reading(extractor._vocabulary, extractor.pack, read.title, read.text, anchor_of(read))
    drafts, skipped = gather(reading.mentions(), reading.missions(), extractor.pack.manifest)
    drafts = [*drafts, *candidates(reading, drafts, skipped)]
    times = times_of(drafts, reading.page, reading.anchor)
    found = [features(d, dated=times[n] is not None, odds=reading.odds) for n, d in enumerate(drafts)]
    return [{"type": d.type, "status": d.status} for d in drafts], found


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
