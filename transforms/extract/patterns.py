"""Regular expressions of a pack: none whose time on a hostile text has no bound.

An expression that fails may have tried every way through it at each place of a text. How many there are is
counted from its parts: a repeat of a fixed part has as many as it has counts, a repeat of a part with ways of
its own has powers of them, and parts that follow each other multiply. Alternatives add up.
"""

import re
from collections.abc import Iterable
from re import _constants as kinds  # type: ignore[attr-defined] # there is no public reader of expressions
from re import _parser as expressions  # type: ignore[attr-defined]
from typing import Any

MOST_WAYS, MAX_REPEAT = 20_000, 200
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)
_ENDLESS = float("inf")


def bad_pattern(pattern: str) -> str | None:
    """Tell what is wrong with an expression of a pack, `None` if nothing is."""
    try:
        re.compile(pattern)
        ways = _through(expressions.parse(pattern))
    except (re.error, RecursionError, OverflowError) as e:
        return f"bad pattern: {e}"
    if ways == _ENDLESS:
        return f"pattern is refused: a repeat without a limit, or of over {MAX_REPEAT} times"
    if ways > MOST_WAYS:
        return f"pattern is refused: {ways:.0f} ways to try it, over {MOST_WAYS}"
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
    if kind == kinds.BRANCH:
        return sum(_through(branch) for branch in value[1])
    if kind == kinds.GROUPREF_EXISTS:
        return sum(_through(branch) for branch in value[1:] if branch is not None)
    if kind == kinds.SUBPATTERN:
        return _through(value[3])
    if kind == kinds.ATOMIC_GROUP:
        return _through(value)
    return _through(value[1]) if kind in (kinds.ASSERT, kinds.ASSERT_NOT) else 1.0


def _repeated(low: int, high: int, ways: float) -> float:
    """Return the ways through a repeat of a part that has so many itself."""
    if high == kinds.MAXREPEAT or high > MAX_REPEAT:
        return _ENDLESS
    if ways == 1:
        return high - low + 1.0
    try:
        return float(ways**high) * 2
    except OverflowError:
        return _ENDLESS
