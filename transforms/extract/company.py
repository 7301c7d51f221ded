"""Which names of an article stand together, and so which carrier flies what."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property

from transforms.extract.entity import Entity
from transforms.extract.line import Line
from transforms.extract.names import names_same, one_begins_other


class Company:
    """The names of an article by the lines in which they stand."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self._lines = lines
        self._known_rivals: dict[tuple[str, str], bool] = {}

    @cached_property
    def _lines_of(self) -> dict[str, set[int]]:
        """Return the numbers of the lines in which each name stands; few articles are asked for them."""
        found: dict[str, set[int]] = defaultdict(set)
        for number, line in enumerate(self._lines):
            for entity in line.entities:
                found[entity.name].add(number)
        return found

    def together(self, a: Entity, b: Entity) -> bool:
        """Tell whether two names stand in one sentence somewhere."""
        return not self._lines_of[a.name].isdisjoint(self._lines_of[b.name])

    def flies_another(self, carrier: Entity, flown: Entity) -> bool:
        """Tell whether what is flown flies on another carrier than one; found once for each pair."""
        pair = (carrier.name, flown.name)
        if pair not in self._known_rivals:
            self._known_rivals[pair] = self._is_flown_by_another(carrier, flown)
        return self._known_rivals[pair]

    def _is_flown_by_another(self, carrier: Entity, flown: Entity) -> bool:
        """Tell whether another carrier is nearer wherever a text names both, or alone where it does not.

        Headlines leave words out, so being near says nothing in them.
        """
        lines = [self._lines[n] for n in self._lines_of[flown.name]]
        both = [line for line in lines if not line.title and _holds(line, carrier)]
        if both:
            nearest = (_nearest_of(line, carrier.kind, flown) for line in both)
            return all(_is_rival(other, carrier) for other in nearest)
        return any(_is_rival(e, carrier) for line in lines for e in line.entities if e.kind == carrier.kind)


def _holds(line: Line, one: Entity) -> bool:
    """Tell whether a line has a name as one of its kind: a rocket's may be a mission's elsewhere."""
    return any(e.name == one.name and e.kind == one.kind for e in line.entities)


def _nearest_of(line: Line, kind: str, one: Entity) -> Entity:
    """Return the name of a kind that stands nearest to another in a line that holds both."""
    places = [e.start for e in line.entities if e.name == one.name]
    near = ((min(abs(e.start - place) for place in places), e) for e in line.entities if e.kind == kind)
    return min(near, key=lambda pair: pair[0])[1]


def _is_rival(other: Entity, carrier: Entity) -> bool:
    return not (names_same(other, carrier) or one_begins_other(other, carrier))
