"""The usual rules, and an interval for a share."""

import math
from datetime import timedelta

from datasketch import MinHash, MinHashLSH

from transforms.deduplicate.words import words_of

WEEK = timedelta(days=7)
_WIDTH, _PERMUTATIONS, _SEVERAL = 3, 128, 64


def minhash(threshold):
    """Return a rule that folds a text whose 3-word shingles are so similar to those of one kept before."""

    def folds(intakes):
        index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
        kept, found = {}, set()
        for intake in intakes:
            mine = _signature(intake.article)
            alike = (kept[key] for key in index.query(mine))
            if any(intake.at - at <= WEEK and mine.jaccard(other) >= threshold for at, other in alike):
                found.add(intake.article.id)
            elif intake.article.id not in kept:
                kept[intake.article.id] = (intake.at, mine)
                index.insert(intake.article.id, mine)
        return found

    return folds


def equal_titles(intakes):
    """Return what an exact title folds."""
    seen, found = {}, set()
    for intake in intakes:
        title = intake.article.title.casefold().strip()
        if title in seen and intake.at - seen[title] <= WEEK:
            found.add(intake.article.id)
        else:
            seen[title] = intake.at
    return found


BASELINES = {"MinHash 0.8": minhash(0.8), "MinHash 0.7": minhash(0.7), "equal titles": equal_titles}


def wilson(found, of):
    """Return a share with its 95 % interval, as text."""
    if not of:
        return "none"
    z, share = 1.96, found / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return f"{share:.3f} [{max(0, middle - half):.3f}, {min(1, middle + half):.3f}]"


def _signature(article):
    words = [w.folded for w in words_of(f"{article.title}\n{article.text}")]
    grams = {" ".join(words[i : i + _WIDTH]).encode() for i in range(max(1, len(words) - _WIDTH + 1))}
    signature = MinHash(num_perm=_PERMUTATIONS, seed=1)
    signature.update_batch(sorted(grams))
    return signature
