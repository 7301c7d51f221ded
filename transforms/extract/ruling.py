"""A ruling: what the words around a mention say about it."""

from typing import Literal, NamedTuple

from transforms.extract.extraction import Skip

Verdict = Literal["occurred", "planned"] | Skip
EXPLICIT = 0.9  # as sure as a past is that says so itself


class Ruling(NamedTuple):
    """A verdict with how sure it is, from 0 (a guess) to 1 (said in so many words)."""

    verdict: Verdict
    sure: float = 0.5
