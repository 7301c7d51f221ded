"""Names that follow a scheme: a pack's expressions, each tried only on a text that holds what it needs.

Most of an expression's time goes into texts without any such name. From its parts follows a set of strings of
which every match holds one (`Crew`, ` SpaceX`); one pass finds which of them all a text has.
"""

import re
from collections.abc import Iterable, Iterator
from re import _constants as kinds  # type: ignore[attr-defined] # there is no public reader of expressions
from re import _parser as expressions  # type: ignore[attr-defined]
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind

from transforms.extract.entries import FamilyEntry

Strings = frozenset[str]


class Numbered:
    """The numbered families of a pack."""

    def __init__(self, families: list[FamilyEntry]) -> None:
        self._families = [(re.compile(f.pattern), f) for f in families]
        needs = [needed(f.pattern) for f in families]
        self._always = {number for number, strings in enumerate(needs) if not strings}
        wanting: dict[str, set[int]] = {}
        for number, strings in enumerate(needs):
            for string in strings:
                wanting.setdefault(string, set()).add(number)
        self._wanting = list(wanting.values())
        self._strings = AhoCorasick(list(wanting), matchkind=MatchKind.Standard)

    def find(self, text: str) -> Iterator[tuple[re.Match[str], FamilyEntry]]:
        """Yield every match in `text`, family by family in the pack's order."""
        found = {number for number, _, _ in self._strings.find_matches_as_indexes(text, overlapping=True)}
        for number in sorted(self._always.union(*(self._wanting[n] for n in found))):
            pattern, family = self._families[number]
            yield from ((match, family) for match in pattern.finditer(text))


def needed(pattern: str) -> Strings:
    """Return strings of which every match of a pattern has one in or beside it; none if nothing is known."""
    parsed = expressions.parse(pattern)
    return frozenset() if parsed.state.flags & re.IGNORECASE else _in_sequence(parsed)


def _in_sequence(parts: Iterable[Any]) -> Strings:
    """Return the strings of that part which says most: those whose shortest is longest."""
    found: list[Strings] = []
    run = ""
    for kind, value in parts:
        if kind == kinds.LITERAL:
            run += chr(value)
            continue
        found += [frozenset({run}), _in_part(kind, value)]
        run = ""
    best = max([*found, frozenset({run})], key=lambda strings: min(map(len, strings), default=0))
    return best if all(best) else frozenset()


def _in_part(kind: Any, value: Any) -> Strings:
    if kind == kinds.BRANCH:
        branches = [_in_sequence(branch) for branch in value[1]]
        return frozenset().union(*branches) if all(branches) else frozenset()
    if kind == kinds.SUBPATTERN:
        return frozenset() if value[1] else _in_sequence(value[3])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return _in_sequence(value[2]) if value[0] else frozenset()
    if kind == kinds.ASSERT or kind == kinds.ATOMIC_GROUP:
        return _in_sequence(value[1] if kind == kinds.ASSERT else value)
    if kind == kinds.IN and all(one == kinds.LITERAL for one, _ in value):
        return frozenset(chr(char) for _, char in value)
    return frozenset()
