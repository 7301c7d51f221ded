"""Fit the constants of naming, and print how many flights go by the right name.

    python -m tests.bench.extraction.naming ARCHIVE...

A draft of a held article of the archive (`articles.py`), but for `later-`, or of `authored_unseen.tsv` may
have one of several names. If its type and status are right, a conditional logistic, fitted with a small
ridge, says which; it is counted on articles that it was not fitted on.
"""

import hashlib
import json
import sys

import numpy as np

from tests.bench.extraction.articles import LATER, archive, is_held
from tests.bench.extraction.lessons import UNSEEN, news
from tests.bench.extraction.named import is_name_of
from transforms.article_lines import read_line
from transforms.extract import Extractor
from transforms.extract.extractor import anchor_of, found_in
from transforms.extract.manifest import NamingConstants
from transforms.extract.naming import features
from transforms.extract.renamed import flights_of, heard_in, names_for

RIDGE, STEPS, FOLDS = 1.0, 30, 5
CONSTANTS = NamingConstants.__struct_fields__


def main(files):
    """Fit and print."""
    held = [a for a in archive(files) if is_held(a) and not a["id"].startswith(LATER)]
    if not held:
        print("no held article in these files: nothing to fit")
        return 0
    extractor = Extractor.load()
    samples = [s for article in [*held, *news(UNSEEN)] for s in samples_of(extractor, article)]
    folds = [[s for s in samples if s[0] == n] for n in range(FOLDS)]
    right = 0
    for n, left_out in enumerate(folds):
        constants = constants_by([s for m, fold in enumerate(folds) if m != n for s in fold])
        right += sum(bool(y[np.argmax(x @ constants)]) for _, x, y, _ in left_out)
    by_rules, possible = sum(s[3] for s in samples), sum(s[2].any() for s in samples)
    print(f"{len(samples)} drafts: {by_rules} by rules, {right} by constants of others, {possible} possible")
    print("[naming]")
    for name, value in zip(CONSTANTS, constants_by(samples), strict=True):
        print(f"{name} = {value:.2f}")
    return 0


def samples_of(extractor, article):
    """Yield of each draft its fold, its names' features, which are right, and whether that of rules is."""
    read = read_line(json.dumps(article).encode()).article
    fold = hashlib.blake2b(article["id"].encode(), digest_size=4).digest()[3] % FOLDS
    if not extractor.passes_gate(read.title, read.text):
        return
    with extractor.reading(read.title, read.text, anchor_of(read)) as reading:
        drafts, _ = found_in(reading.mentions(), reading)
        heard = heard_in(reading, reading.names) if reading.names else {}
        for mine, others in flights_of(drafts):
            names = names_for(mine, others, heard, reading)
            for draft in mine if names else ():
                key = draft.type, draft.status
                told = [e["mission"] for e in article["events"] if (e["type"], e["status"]) == key]
                if told:
                    found = [features(name, draft, names, extractor.pack.manifest) for name in names]
                    x = np.array([[each.get(constant, 0.0) for constant in CONSTANTS] for each in found])
                    y = np.array([_is_right(name.entity, told) for name in names])
                    yield fold, x, y, _is_right(draft.named.entity, told)


def _is_right(entity, told):
    return any(is_name_of(entity and entity.name, flight) for flight in told)


def constants_by(samples):
    """Return the constants by which what is right of each sample is likeliest, by Newton's method."""
    constants = np.zeros(len(CONSTANTS))
    for _ in range(STEPS):
        gradient, hessian = RIDGE * constants, RIDGE * np.eye(len(constants))
        for _, x, y, _ in samples:
            if y.any():
                odds = x @ constants
                said = np.exp(odds - odds.max())
                said /= said.sum()
                right = said * y / (said * y).sum()
                mean = said @ x
                gradient += x.T @ (said - right)
                hessian += (x * said[:, None]).T @ x - np.outer(mean, mean)
        constants = constants - np.linalg.solve(hessian, gradient)
    return constants


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
