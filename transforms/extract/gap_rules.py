"""The gap rules of a pack, to be asked which of them a sentence may fulfil."""

from collections.abc import Iterable, Iterator

from transforms.extract.entries import GapRule


class GapRules:
    """Gap rules by the classes of words and kinds of names on either side.

    Rules stand as bits of a number, so that two of them tell which rules have something on both sides.
    """

    def __init__(self, rules: list[GapRule]) -> None:
        self._rules = rules
        self._by_left: dict[str, int] = {}
        self._by_right: dict[str, int] = {}
        for number, gap in enumerate(rules):
            for side, names in ((self._by_left, gap.left), (self._by_right, gap.right)):
                for name in names:
                    side[name] = side.get(name, 0) | 1 << number

    def fitting(self, present: Iterable[str]) -> Iterator[GapRule]:
        """Yield the rules for both of whose sides something is `present`, in the pack's order."""
        left = right = 0
        for name in present:
            left |= self._by_left.get(name, 0)
            right |= self._by_right.get(name, 0)
        both = left & right
        while both:
            first = both & -both
            yield self._rules[first.bit_length() - 1]
            both ^= first
