"""Print what deduplication folds and what it must not, beside the usual rules on the same data.

    python -m tests.bench.dedup.quality [--texts 300] [--quick]

Baselines: MinHash of 3-word shingles (datasketch, 128 permutations) at Jaccard 0.8 and 0.7, and equal titles.
Shares stand with their 95 % intervals (Wilson).
"""

import argparse
import random
import sys
from collections import Counter
from datetime import timedelta

from tests.bench.dedup import corpora, edits, oracle
from tests.bench.dedup.baselines import BASELINES, wilson
from tests.bench.dedup.read_drops import VERDICTS, read_verdicts
from transforms.deduplicate import Deduplicator
from transforms.extract.vocabulary import decisive_of

FULL_WORDS = 250
DROPPABLE = (edits.g0, edits.g1, edits.g2, edits.g4, edits.g6)


def main(arguments):
    """Run and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--texts", type=int, default=300, help="full texts of each corpus that are edited")
    parser.add_argument("--quick", action="store_true", help="space news alone")
    given = parser.parse_args(arguments)
    if corpora.SHARED.exists():
        streams = {"space news": corpora.snapi()}
        streams |= {} if given.quick else {"headlines": corpora.headlines()}
    else:
        print("left out: ../shared/data is not there")
        streams = {}
    if not given.quick:
        streams |= {"news 2017": corpora.news(), "reuters 1987": corpora.reuters()}
    for name, intakes in streams.items():
        if intakes:
            stream(name, intakes)
    for name in ("news 2017", "reuters 1987"):
        if streams.get(name):
            graded(name, streams[name], given.texts)
    return 0


def stream(name, intakes):
    """Print what is folded of a stream, by us and by the baselines, and how much of what could be."""
    print(f"\n{name}: {len(intakes)} articles")
    judge = Deduplicator(decisive_of(None)).judge
    judged = [v for each in intakes for v in judge(each) if v.fold.kind != "repeat"]
    folds = {v.intake.article.id: v.fold for v in judged}
    kinds = Counter(fold.kind for fold in folds.values())
    print("  " + ", ".join(f"{kind} {count}" for kind, count in kinds.most_common()))
    drops = {a for a, fold in folds.items() if fold.kind == "duplicate"}
    known = read_verdicts(name)
    wrong, unread = sum(known.get(d) == "wrong" for d in drops), sum(d not in known for d in drops)
    print(f"  folded as duplicates {len(drops)}: read {len(drops) - unread}, wrong {wrong} ({VERDICTS.name})")
    if name != "headlines":
        every = oracle.folds(intakes, decisive_of(None))
        print(f"  routed of all that may be folded: {wilson(len(every & drops), len(every))}")
    fresh = [v.intake for v in judged]
    for rule, found in ((rule, baseline(fresh)) for rule, baseline in BASELINES.items()):
        print(f"  {rule:16} folds {len(found)}, {len(found & drops)} of them folded here too")


def graded(name, intakes, count):
    """Print how many edited copies are folded, by us and by the baselines."""
    full = [i for i in intakes if len(i.article.text.split()) >= FULL_WORDS]
    full = random.Random(7).sample(full, min(count, len(full)))
    print(f"\n{name}: {len(full)} texts of {FULL_WORDS} words and more, edited; share that is folded")
    print(f"  {'edit':10} {'n':>4} {'here':>22} " + " ".join(f"{rule:>16}" for rule in BASELINES))
    together, changed = Counter(), Counter()
    for edit in (*edits.COPIES, *edits.FACTS):
        pairs = [pair for n, first in enumerate(full) if (pair := edited(edit, first, n))]
        ours = sum(folded(*pair) for pair in pairs)
        theirs = [sum(len(baseline(list(pair))) for pair in pairs) for baseline in BASELINES.values()]
        shares = " ".join(f"{found / len(pairs):>16.3f}" for found in theirs)
        print(f"  {edit.__name__:10} {len(pairs):>4} {wilson(ours, len(pairs)):>22} {shares}")
        if edit in DROPPABLE:
            together.update(folded=ours, all=len(pairs))
        if edit in edits.FACTS:
            changed.update(folded=ours, all=len(pairs))
    names = ", ".join(edit.__name__ for edit in DROPPABLE)
    print(f"  copies in which no word is changed ({names}): {wilson(together['folded'], together['all'])}")
    right, wrong, missed = together["folded"], changed["folded"], together["all"] - together["folded"]
    print(
        f"  F1 over these pairs and those with a changed fact: {2 * right / (2 * right + wrong + missed):.3f}"
    )


def edited(edit, first, number):
    """Return a text and what another publisher made of it; nothing where the edit does not apply."""
    made = edit(first.article.title, first.article.text, edits.chance_of(edit, number))
    if made is None:
        return None
    url = f"https://other.example/{number}"
    return first, corpora.intake(number, *made, first.at + timedelta(hours=1), url=url, feed="other")


def folded(first, second):
    """Tell whether the second is folded into the first."""
    deduplicator = Deduplicator(decisive_of(None))
    deduplicator.judge(first)
    return deduplicator.judge(second)[0].fold.kind == "duplicate"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
