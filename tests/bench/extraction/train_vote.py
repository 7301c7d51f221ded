"""Train the vote of the space pack, and write it beside the pack with a note of where it is from.

    python -m tests.bench.extraction.train_vote ARCHIVE...

The same texts and the same pack give the same bytes. What leaves the texts are weights of words and of pairs
of words that stand in at least `TEXTS` of them, each known by a hash of 32 bits: no sentence can be read
from it.
"""

import hashlib
import sys
from collections import Counter

import msgspec
import numpy as np
from scipy.optimize import minimize
from scipy.sparse import csr_matrix

from tests.bench.extraction.articles import LABELS_ARCHIVE, SHARED, archive, is_held, labels_without_text
from tests.bench.extraction.lessons import DRAWN, FACTS, authored, labelled, lesson_of, news
from transforms.extract import Extractor
from transforms.extract.entries import VOTE, VoteTable
from transforms.extract.pack import BUNDLED
from transforms.extract.vote import RARITY_STEPS, SIGN, STATUSES, features_of, hash_of

TEXTS, RIDGE, STEPS, FIRST_BIAS, STEEPEST = 2, 0.05, 300, -3.0, 30.0
NOTE = BUNDLED / "vote.toml"


def main(files):
    """Train and write."""
    if why := taught_by_less(files):
        print(why, file=sys.stderr)
        return 2
    archived = [article for article in archive(files) if not is_held(article)]
    extractor = Extractor.load()
    taught = [*authored(), *news(FACTS), *news(DRAWN), *labelled(), *archived]
    lessons = [lesson_of(extractor, article) for article in taught]
    data = msgspec.msgpack.encode(trained(lessons, outputs_of(extractor.pack.manifest)))
    (BUNDLED / VOTE).write_bytes(data)
    NOTE.write_text(note(lessons, data), encoding="utf8")
    print(NOTE.read_text(encoding="utf8"))
    return 0


def taught_by_less(files):
    """Return what is missing of the articles that labels are for; empty if nothing is."""
    missing = labels_without_text(files)
    if not missing and SHARED.is_dir():
        return ""
    return (
        f"it would be taught by less: {missing} labels of {LABELS_ARCHIVE.name} have no text in "
        f"{files or 'any file'}, and {SHARED} is {'here' if SHARED.is_dir() else 'missing'}"
    )


def outputs_of(manifest):
    """Return the types, each with the statuses that it knows."""
    return [f"{n}/{s}" for n, entry in manifest.types.items() for s in STATUSES if entry.only in (None, s)]


def trained(lessons, outputs):
    """Return the table that lessons teach."""
    features, rarity = kept_features(lessons)
    y = np.array([[output in lesson.told for output in outputs] for lesson in lessons], float)
    return table_of(outputs, features, rarity, *learned(matrix(lessons, features, rarity), y))


def kept_features(lessons):
    """Return the features that stand in enough texts, in the order of their hashes, and how rare each is."""
    holders = Counter(f for lesson in lessons for f in (*features_of(lesson.lede), *lesson.lede.signs))
    kept = {hash_of(f): f for f in sorted(holders) if holders[f] >= TEXTS}
    features = [kept[number] for number in sorted(kept)]
    rarity = [np.log((1 + len(lessons)) / (1 + holders[f])) + 1 for f in features]
    return features, np.round(np.array(rarity) * RARITY_STEPS) / RARITY_STEPS


def matrix(lessons, features, rarity):
    """Return a row for each lesson, of length 1 with signs beside, and a column for each feature."""
    column = {feature: n for n, feature in enumerate(features)}
    rows, columns, values = [], [], []
    for number, lesson in enumerate(lessons):
        known = {
            column[f]: value * rarity[column[f]]
            for f, value in features_of(lesson.lede).items()
            if f in column
        }
        length = np.linalg.norm(list(known.values())) or 1.0
        signs = {column[sign]: SIGN for sign in lesson.lede.signs if sign in column}
        rows += [number] * (len(known) + len(signs))
        columns += [*known, *signs]
        values += [*(value / length for value in known.values()), *signs.values()]
    return csr_matrix((values, (rows, columns)), shape=(len(lessons), len(features)))


def learned(x, y):
    """Return weights and biases of a logistic regression for each output."""
    turned, shape = x.T.tocsr(), (x.shape[1] + 1, y.shape[1])

    def loss(flat):
        w = flat.reshape(shape)
        z = x @ w[:-1] + w[-1]
        off = 1 / (1 + np.exp(-np.clip(z, -STEEPEST, STEEPEST))) - y
        slope = np.vstack([turned @ off + RIDGE * w[:-1], off.sum(0)])
        return (np.logaddexp(0, z) - y * z).sum() + RIDGE / 2 * (w[:-1] ** 2).sum(), slope.ravel()

    start = np.zeros(shape)
    start[-1] = FIRST_BIAS
    w = minimize(loss, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": STEPS}).x
    return w[: -shape[1]].reshape(-1, shape[1]), w[-shape[1] :]


def table_of(outputs, features, rarity, weights, bias):
    """Return the table, with the weights of each output in 255 steps."""
    scales = np.maximum(np.abs(weights).max(0), 1e-6) / 127
    return VoteTable(
        outputs=outputs,
        hashes=np.array([hash_of(f) for f in features], "<u4").tobytes(),
        rarity=(rarity * RARITY_STEPS).astype(np.uint8).tobytes(),
        weights=np.round(weights / scales).astype(np.int8).tobytes(),
        scales=[round(float(s), 6) for s in scales],
        bias=[round(float(b), 3) for b in bias],
    )


def note(lessons, data):
    """Return where a table is from, as TOML."""
    ids = hashlib.blake2b("\n".join(sorted(x.text for x in lessons)).encode(), digest_size=8)
    ours = sum(x.text.startswith("authored") for x in lessons)
    theirs = len(labelled())
    taught = Counter(output for x in lessons for output in x.told)
    return (
        "# Where vote.msgpack is from; written by tests/bench/extraction/train_vote.py.\n"
        f'table = "{hashlib.blake2b(data, digest_size=8).hexdigest()}"\n'
        f'texts = "{ours} that we wrote (authored.tsv, authored_facts.tsv, authored_drawn.tsv), '
        f"{theirs} labelled articles beside the repository, "
        f'{len(lessons) - ours - theirs} of an archive of 2013 to 2026 (labels_archive.jsonl)"\n'
        f'ids = "{ids.hexdigest()}"\n'
        f'held = "weights of words, pairs and classes of words in {TEXTS} texts or more, by hash; no text"\n'
        'licence = "Apache-2.0, as the project; the articles are their publishers\', and no part of it"\n'
        "\n[taught]\n" + "".join(f'"{name}" = {count}\n' for name, count in sorted(taught.items()))
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
