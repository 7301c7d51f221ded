"""Names that follow a scheme: a pack's expressions, each tried only where a text holds what it needs.

Most of an expression's time goes into places without any such name. From its parts follows a set of strings
of which every match holds one (`Crew`, ` SpaceX`), and how far from its beginning; one pass finds where they
all stand in a text.
"""

import re
from collections.abc import Iterator
from re import _constants as kinds  # type: ignore[attr-defined] # there is no public reader of expressions
from re import _parser as expressions  # type: ignore[attr-defined]
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from transforms.extract.entries import FamilyEntry

# Strings, each with the least and the most characters of a match before it.
Needed = dict[str, tuple[int, int]]
FEW_PLACES = 12


class Numbered:
    """The numbered families of a pack."""

    def __init__(self, families: list[FamilyEntry]) -> None:
        self._families = [(re.compile(f.pattern), f) for f in families]
        needs = [needed(f.pattern) for f in families]
        self._always = {number for number, strings in enumerate(needs) if not strings}
        wanting: dict[str, list[tuple[int, int, int]]] = {}
        for number, strings in enumerate(needs):
            for string, (least, most) in strings.items():
                wanting.setdefault(string, []).append((number, least, most))
        self._wanting = list(wanting.values())
        self._strings = AhoCorasick(list(wanting), matchkind=MatchKind.Standard)

    def find(self, text: str) -> Iterator[tuple[re.Match[str], FamilyEntry]]:
        """Yield every match in `text`, family by family in the pack's order."""
        everywhere, places = set(self._always), dict[int, set[int]]()
        for string, begin, _ in self._strings.find_matches_as_indexes(text, overlapping=True):
            for number, least, most in self._wanting[string]:
                if most - least < FEW_PLACES:
                    places.setdefault(number, set()).update(range(max(0, begin - most), begin - least + 1))
                else:
                    everywhere.add(number)
        for number in sorted(everywhere | places.keys()):
            pattern, family = self._families[number]
            found = pattern.finditer(text) if number in everywhere else _at(pattern, text, places[number])
            yield from ((match, family) for match in found)


def _at(pattern: re.Pattern[str], text: str, places: set[int]) -> Iterator[re.Match[str]]:
    """Yield the matches that begin at one of `places`, none within another."""
    free = 0
    for place in sorted(places):
        match = pattern.match(text, place) if place >= free else None
        if match:
            free = match.end()
            yield match


def needed(pattern: str) -> Needed:
    """Return strings of which every match of a pattern has one in or behind it; none if nothing is known."""
    parsed = expressions.parse(pattern)
    return {} if parsed.state.flags & re.IGNORECASE else _in_sequence(parsed)


def _in_sequence(parts: Any) -> Needed:
    """Return the strings of that part which says most: those whose shortest is longest."""
    found: list[Needed] = []
    run, begun = "", 0
    for number, (kind, value) in enumerate(parts):
        if kind == kinds.LITERAL:
            begun = begun if run else number
            run += chr(value)
            continue
        found += [_behind(parts[:begun], {run: (0, 0)}), _behind(parts[:number], _in_part(kind, value))]
        run = ""
    found.append(_behind(parts[:begun], {run: (0, 0)}))
    best = max(found, key=lambda strings: min(map(len, strings), default=0))
    return best if all(best) else {}


def _behind(parts: Any, strings: Needed) -> Needed:
    """Return strings that stand behind `parts`."""
    least, most = parts.getwidth()
    return {string: (low + least, high + most) for string, (low, high) in strings.items()}


def _in_part(kind: Any, value: Any) -> Needed:
    if kind == kinds.BRANCH:
        branches = [_in_sequence(branch) for branch in value[1]]
        return _any_of(branches) if all(branches) else {}
    if kind == kinds.SUBPATTERN:
        return {} if value[1] else _in_sequence(value[3])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return _in_sequence(value[2]) if value[0] else {}
    if kind == kinds.ASSERT:
        return _in_sequence(value[1]) if value[0] > 0 else {}
    if kind == kinds.ATOMIC_GROUP:
        return _in_sequence(value)
    if kind == kinds.IN and all(one == kinds.LITERAL for one, _ in value):
        return {chr(char): (0, 0) for _, char in value}
    return {}


def _any_of(branches: list[Needed]) -> Needed:
    strings: Needed = {}
    for branch in branches:
        for string, (least, most) in branch.items():
            low, high = strings.get(string, (least, most))
            strings[string] = min(low, least), max(high, most)
    return strings
