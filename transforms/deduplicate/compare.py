"""May a later text be folded into an earlier one? Only if nothing in it is new.

Similarity alone must not decide: the texts that differ by one number are the most similar of all. So every
number, name and decisive word of the later text must stand in the earlier one, among words that it stood
among there; no sentence may be newly negated; and nearly all of its 3-word shingles must be known. Measured
beside the usual thresholds by `make bench-dedup`.
"""

from itertools import chain
from typing import Any, Literal, NamedTuple

import msgspec

from transforms.deduplicate.reading import Fact, Reading
from transforms.deduplicate.shingles import packed, unpacked
from transforms.deduplicate.words import CASELESS, NAME, NUMBER

SHORT, MIDDLING, FEWEST = 60, 80, 12
CONTAINED, CONTAINED_SHORT = 0.80, 0.95
NEW_TITLE, NEW_TITLE_SHORT = 0.50, 0.34
_SHOWN = 12

Refusal = Literal[
    "correction",  # it says that something was wrong
    "too_short",  # headlines and captions are alike by habit
    "too_long",  # not all of it was compared
    "number",  # one that is new
    "name",
    "statement",  # a decisive word that is new
    "context",  # a number, name or decisive word stands among other words
    "wording",
    "title",
    "negation",
]


class Sketch(msgspec.Struct, frozen=True, array_like=True):
    """What is kept of a text that others are compared with: packed short hashes.

    `facts` are the words that a later text may have as numbers, names and decisive words beside the title's.
    """

    shingles: bytes
    facts: bytes
    title: bytes


class Comparison(NamedTuple):
    """`contained`: share of the later text's shingles that are known; `overlap`: of the shorter one's."""

    contained: float
    overlap: float
    refusal: Refusal | None
    why: dict[str, Any]


def sketch_of(reading: Reading) -> Sketch:
    """Return what is kept of a reading."""
    return Sketch(
        reading.packed_shingles,
        packed(reading.facts_known - reading.title_words),
        packed(reading.title_words),
    )


def compare(later: Reading, earlier: Sketch) -> Comparison:
    """Compare a text with an earlier one; `refusal` is `None` if it may be folded."""
    shingles, title = unpacked(earlier.shingles), unpacked(earlier.title)
    facts = unpacked(earlier.facts) | title
    common = len(later.shingles & shingles)
    contained = common / max(1, len(later.shingles))
    overlap = common / max(1, min(len(later.shingles), len(shingles)))
    why: dict[str, Any] = {"contained": round(contained, 3), "words": len(later.words)}
    for refusal, new in _facts_refused(later, shingles, facts):
        return Comparison(contained, overlap, refusal, why | {"because": refusal, refusal: new})
    form = _form_refused(later, title, contained)
    if form:
        return Comparison(contained, overlap, form, why | {"because": form})
    numbers, names = sorted(later.numbers), sorted(later.names)
    why |= {"numbers": numbers[:_SHOWN], "names": names[:_SHOWN]}
    return Comparison(contained, overlap, None, why)


def _form_refused(later: Reading, title: set[int], contained: float) -> Refusal | None:
    words = len(later.words)
    if later.corrected:
        return "correction"
    if words < FEWEST:
        return "too_short"
    if not later.whole:
        return "too_long"
    if contained < (CONTAINED_SHORT if words < SHORT or later.caseless else CONTAINED):
        return "wording"
    if words < MIDDLING and _new(later.title_words, title) > (
        NEW_TITLE_SHORT if words < SHORT else NEW_TITLE
    ):
        return "title"
    return None


def _facts_refused(later: Reading, shingles: set[int], facts: set[int]) -> list[tuple[Refusal, list[str]]]:
    """Return the first fact that is new, as a list of none or one."""
    for word, kind in later.strange(facts):
        return [(_kind(kind), [word.folded])]
    for fact in chain(later.facts(), later.hinges()):
        if _out_of_place(fact, shingles):
            return [("context", [w.folded for w in fact.words])]
    for word, around in later.negations():
        if not shingles.issuperset(around):
            return [("negation", [word.folded])]
    return []


def _out_of_place(fact: Fact, shingles: set[int]) -> bool:
    if all(w.kind & CASELESS for w in fact.words):
        return False
    return any(around and shingles.isdisjoint(around) for around in (fact.around, fact.counted))


def _kind(kind: int) -> Refusal:
    if kind & NUMBER:
        return "number"
    return "name" if kind & (NAME | CASELESS) else "statement"


def _new(words: frozenset[int], known: set[int]) -> float:
    return len(words - known) / max(1, len(words))
