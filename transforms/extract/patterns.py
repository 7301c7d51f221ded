"""Regular expressions of a pack: none whose time on a hostile text has no bound.

An expression that fails may have tried every way through it at each place of a text. How many there are is
counted from its parts: a repeat of a fixed part has as many as it has counts, a repeat of a part with ways of
its own has powers of them, and parts that follow each other multiply. Alternatives add up. One way costs as
much as it has characters, so the longest is measured too, and what all may cost together; the ways through a
repeat of alternatives or of repeats cost `OF_GROUP` times as much. A pattern may not look back at a group.
"""

import re
from collections.abc import Iterable
from re import _constants as kinds  # type: ignore[attr-defined] # there is no public reader of expressions
from re import _parser as expressions  # type: ignore[attr-defined]
from typing import Any

MOST_LOOKS, MOST_CHARACTERS, OF_GROUP = 300_000, 300, 20
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)
_ENDLESS = float("inf")


def bad_pattern(pattern: str) -> str | None:
    """Tell what is wrong with an expression of a pack, `None` if nothing is."""
    try:
        re.compile(pattern)
        parts = expressions.parse(pattern)
        ways, characters = _through(parts), _length(parts)
    except (re.error, RecursionError, OverflowError) as e:
        return f"bad pattern: {e}"
    if kinds.GROUPREF in _kinds(parts):
        return "pattern is refused: it looks back at what a group has found"
    if ways == _ENDLESS:
        return "pattern is refused: a repeat without a limit, or more ways than can be counted"
    if characters > MOST_CHARACTERS:
        return f"pattern is refused: a way of {characters} characters, over {MOST_CHARACTERS}"
    if ways * characters > MOST_LOOKS:
        return f"pattern is refused: {ways:.0f} ways of {characters} characters, over {MOST_LOOKS} in all"
    return None


def _through(parts: Iterable[Any]) -> float:
    """Return in how many ways a sequence may be gone through, at most."""
    ways = 1.0
    for kind, value in parts:
        ways *= _through_one(kind, value)
    return ways


def _through_one(kind: Any, value: Any) -> float:
    if kind in _REPEATS:
        return _repeated(value[0], value[1], _through(value[2]))
    inner = _inner(kind, value)
    return sum(_through(parts) for parts in inner) if inner else 1.0


def _inner(kind: Any, value: Any) -> list[Any]:
    """Return the sequences that a part is made of: one, or as many as it has alternatives."""
    if kind in _REPEATS:
        return [value[2]]
    if kind == kinds.BRANCH:
        return list(value[1])
    if kind == kinds.GROUPREF_EXISTS:
        return [branch for branch in value[1:] if branch is not None]
    if kind == kinds.SUBPATTERN:
        return [value[3]]
    if kind == kinds.ATOMIC_GROUP:
        return [value]
    return [value[1]] if kind in (kinds.ASSERT, kinds.ASSERT_NOT) else []


def _kinds(parts: Iterable[Any]) -> set[Any]:
    """Return the kinds of a sequence's parts and of what those are made of."""
    found = set()
    for kind, value in parts:
        found |= {kind}.union(*map(_kinds, _inner(kind, value)))
    return found


def _length(parts: Iterable[Any]) -> int:
    """Return how many characters the longest way through a sequence looks at."""
    return sum(_length_of_one(kind, value) for kind, value in parts)


def _length_of_one(kind: Any, value: Any) -> int:
    if kind in _REPEATS:
        return int(value[1]) * max(1, _length(value[2]))
    return max((_length(parts) for parts in _inner(kind, value)), default=1)


def _repeated(low: int, high: int, ways: float) -> float:
    """Return the ways through a repeat of a part that has so many itself."""
    if high == kinds.MAXREPEAT:
        return _ENDLESS
    if ways == 1:
        return high - low + 1.0
    try:
        return float(ways**high) * 2 * (OF_GROUP if high > 1 else 1)
    except OverflowError:
        return _ENDLESS
