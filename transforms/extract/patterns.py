"""Regular expressions of a pack: none whose time on a hostile text has no bound."""

import re
from collections.abc import Iterable
from re import _constants as kinds  # type: ignore[attr-defined] # there is no public reader of expressions
from re import _parser as expressions  # type: ignore[attr-defined]
from typing import Any

MOST_WAYS = 5_000
_REPEATS = (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT)


def bad_pattern(pattern: str) -> str | None:
    """Tell what is wrong with an expression of a pack."""
    try:
        re.compile(pattern)
    except re.error as e:
        return f"bad pattern: {e}"
    why = explosive(pattern)
    return f"pattern is refused: {why}" if why else None


def explosive(pattern: str) -> str | None:
    """Tell why an expression may take too long on a hostile text; `None` if it cannot."""
    return _worst(expressions.parse(pattern), 1)


def _worst(parsed: Iterable[Any], steps: int) -> str | None:
    """Follow the repeats of an expression; `steps` is in how many ways those around it may go on."""
    for kind, value in parsed:
        inner, ways = _parts(kind, value), steps
        if kind in _REPEATS:
            low, high = value[0], value[1]
            if high == kinds.MAXREPEAT:
                return "a repeat without a limit"
            ways = steps * (high - low + 1)
            if ways > MOST_WAYS:
                return f"repeats within repeats, {ways} ways"
        for part in inner:
            why = _worst(part, ways)
            if why:
                return why
    return None


def _parts(kind: Any, value: Any) -> list[Any]:
    """Return the expressions within one part of an expression."""
    if kind in _REPEATS:
        return [value[2]]
    if kind == kinds.SUBPATTERN:
        return [value[3]]
    if kind == kinds.BRANCH:
        return list(value[1])
    return [value[1]] if kind in (kinds.ASSERT, kinds.ASSERT_NOT) else []
