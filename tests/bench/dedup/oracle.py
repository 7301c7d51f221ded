"""Every fold that there is: each text against all that were let through in the week before, without keys."""

from collections import Counter, deque

from transforms.deduplicate.compare import CONTAINED, compare, sketch_of
from transforms.deduplicate.identity import fold_repeats
from transforms.deduplicate.reading import read
from transforms.deduplicate.verdict import HORIZON


def folds(intakes, decisive):
    """Return the ids of the articles that may be folded into one that was let through before."""
    leaders, where, found = deque(), {}, set()
    identities = {}
    for number, intake in enumerate(intakes):
        while leaders and intake.at - leaders[0][1] > HORIZON:
            _forget(where, *leaders.popleft()[2:])
        reading = read(intake.article, decisive)
        if not fold_repeats(identities.setdefault(intake.article.identity, {}), intake, reading).kept:
            continue
        if any(compare(reading, sketch).refusal is None for sketch in _like(reading, where)):
            found.add(intake.article.id)
            continue
        sketch = sketch_of(reading)
        leaders.append((number, intake.at, number, reading.shingles))
        for shingle in reading.shingles:
            where.setdefault(shingle, {})[number] = sketch
    return found


def _like(reading, where):
    common, sketches = Counter(), {}
    for shingle in reading.shingles:
        holding = where.get(shingle, {})
        common.update(holding.keys())
        sketches.update(holding)
    least = CONTAINED * len(reading.shingles)
    return [sketches[number] for number, count in sorted(common.items()) if count >= least]


def _forget(where, number, shingles):
    for shingle in shingles:
        where[shingle].pop(number, None)
        if not where[shingle]:
            del where[shingle]
