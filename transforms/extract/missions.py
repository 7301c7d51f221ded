"""Missions: the name by which an article identifies the flight of an event.

The most specific name near the mention wins (numbered flight, payload, craft, vehicle); a generic name or
none is raised to the article's prime mission, if there is exactly one that it can be.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Container, Sequence
from functools import cached_property
from itertools import islice, pairwise, takewhile
from typing import NamedTuple

from transforms.extract.asides import follows, is_another, is_aside
from transforms.extract.company import Company
from transforms.extract.entity import Entity
from transforms.extract.line import Line
from transforms.extract.manifest import Manifest
from transforms.extract.names import known_by, name_words, names_same, same_start

NEAR_LINES = 2
MAX_NAMES = 200  # of a kind that are told apart; who lists more has no one mission
_JOINTS, _OWNS = frozenset({",", "and", "&", "/", ";"}), frozenset({"'s", "’s", "'", "’"})
RANK, OTHER_CLAUSE, OTHER_TRIGGER, MAX_NEAR, IN_LEAD, LED = 10, 10, 25, 50, 3, 2


class Named(NamedTuple):
    """The mission of a mention; `inherited` if it stands in another sentence."""

    entity: Entity | None
    inherited: bool = False


class Missions:
    """All names in one article, ready to be asked for the mission of a mention."""

    def __init__(self, lines: Sequence[Line], manifest: Manifest) -> None:
        self.lines, self.manifest = lines, manifest
        self._known_asides: dict[int, Container[int]] = {}
        self.company = Company(lines)
        self.shortest: dict[str, Entity] = {}
        for entity in (e for line in lines for e in line.entities):
            known = self.shortest.get(known_by(entity))
            if known is None or len(entity.name) < len(known.name):
                self.shortest[known_by(entity)] = entity
        self.prime = {kind: self._prime(kind) for kind in manifest.mission}

    def name(self, number: int, start: int, end: int, kinds: Sequence[str]) -> Named:
        """Return the mission of the mention at tokens `start` to `end` of line `number`."""
        named = self._find(number, start, end, kinds)
        return (
            named._replace(entity=self.shortest.get(known_by(named.entity), named.entity))
            if named.entity
            else named
        )

    def _find(self, number: int, start: int, end: int, kinds: Sequence[str]) -> Named:
        line = self.lines[number]
        found = self._best(line, start, end, kinds)
        if found and (found.kind == kinds[0] or is_another(line, found)):
            return Named(self._fuller(found))
        raised = self._raised(found, kinds)
        if raised:
            return Named(raised, inherited=True)
        if found:
            return Named(self._fuller(found))
        return self._elsewhere(number, kinds)

    def listed(self, number: int, start: int, kinds: Sequence[str]) -> list[Entity]:
        """Return the names coordinated right before a mention (`Falcon 9, Atlas V, and Soyuz launches`)."""
        line = self.lines[number]
        names = [e for e in line.entities if e.end <= start and e.kind in kinds]
        out: list[Entity] = []
        edge = start
        for entity in reversed(names):
            between = range(entity.end, edge)
            plain = edge == start or (
                bool(between) and _JOINTS.issuperset(line.page.words[entity.end : edge])
            )
            alike = bool(out) and bool(between) and entity.kind == out[0].kind
            if not (plain or alike) or not all(self._joins(line, i, last=edge == start) for i in between):
                break
            out.append(entity)
            edge = entity.start
        if len(out) < 2:
            return []
        return out[::-1] if out[0].kind in self.manifest.several else out[-1:]

    def joined(self, number: int, named: Named, *, loosely: bool) -> list[Named]:
        """Return the flights that are coordinated with one behind it (`was named to Crew-5 and Crew-6`).

        `loosely` with an article between too (`a Long March 2D and a Long March 8A`).
        """
        line, one = self.lines[number], named.entity
        if one is None or named.inherited or one.kind not in self.manifest.several:
            return []
        out, edge = [], one.end
        for entity in (e for e in line.entities if e.start >= one.end):
            if entity.kind in self.manifest.speakers:
                continue
            led = loosely and "article" in line.cues[entity.start - 1] and self._ends_there(line, entity.end)
            if entity.kind != one.kind or not self._are_joined(line, edge, entity.start - led):
                break
            out.append(Named(entity))
            edge = entity.end
        return out

    def _ends_there(self, line: Line, token: int) -> bool:
        """Tell whether what is named before a token is no subject of a verb at it."""
        followed = "object_end" in line.cues[token] or token in self._asides_of(line)
        return token >= line.end or followed or not line.page.words[token].isalnum()

    def _fuller(self, found: Entity) -> Entity:
        """Return the prime mission where an unlisted name is but a part of it (`the Artemis mission`)."""
        prime = self.prime.get(found.kind)
        return prime if prime and not found.number and same_start(found, prime) else found

    def _best(self, line: Line, start: int, end: int, kinds: Sequence[str]) -> Entity | None:
        near = _around(line, start)
        subject = _subject(line, start, near)
        ranked = [
            (RANK * kinds.index(e.kind) + _distance(e, start, end, line, subject), n)
            for n, e in near
            if e.kind in kinds and not is_aside(line, e, end)
        ]
        return self._first_joined(line, min(ranked)[1]) if ranked else None

    def _raised(self, found: Entity | None, kinds: Sequence[str]) -> Entity | None:
        """Return the article's prime mission that is more specific than what was found and may be it."""
        limit = kinds.index(found.kind) if found else len(kinds)
        for kind in kinds[:limit]:
            prime = self.prime.get(kind)
            if prime is None:
                continue
            if found is None or self.may_be(found, prime):
                return prime
        return None

    def may_be(self, generic: Entity, specific: Entity) -> bool:
        """Tell whether a generic name may stand for a specific one: their families do not contradict."""
        if generic.kind not in self.manifest.mission:
            return True
        if generic.kind in self.manifest.carriers and self.company.flies_another(generic, specific):
            return False
        a, b = generic.family, specific.family
        if a and not b and generic.kind not in self.manifest.carriers:
            return self.company.together(generic, specific)
        if not a or not b or a == b:
            return True
        flown = self.manifest.flies_on.get(b)
        return generic.kind in self.manifest.carriers if flown is None else a in flown

    def is_alone(self, specific: Entity, *, beside: Entity) -> bool:
        """Tell whether an article names no other of a kind than `specific`, leaving `beside` out."""
        others = (e for line in self.lines for e in line.entities if e.kind == specific.kind)
        return all(names_same(e, specific) or names_same(e, beside) for e in others)

    def ranks_above(self, specific: Entity, generic: Entity, ranks: Sequence[str]) -> bool:
        """Tell whether a name says more of a flight than another, by its kind or since that one flies it."""
        if specific.kind in ranks and ranks.index(specific.kind) < ranks.index(generic.kind):
            return specific.kind not in self.manifest.carriers
        return generic.family in self.manifest.flies_on.get(specific.family or "", ())

    def shortened(self, named: Named) -> Named:
        """Return a name, or the shorter one that stands somewhere in brackets right behind it."""
        if named.entity is None:
            return named
        short = self._brackets.get(name_words(named.entity.name))
        return named._replace(entity=short) if short else named

    @cached_property
    def _brackets(self) -> dict[tuple[str, ...], Entity]:
        """Return the names that stand in brackets behind others, by the words of those."""
        return {
            name_words(a.name): b
            for line in self.lines
            for a, b in pairwise(line.entities)
            if line.page.forms[a.end : b.start] == ["("]
            and line.page.forms[b.end : b.end + 1] == [")"]
            and len(b.name) < len(a.name)
            and b.kind in self.manifest.mission
        }

    def _first_joined(self, line: Line, n: int) -> Entity:
        """Return the first of the names that are coordinated up to the `n`th (`SES-1 and SES-2`)."""
        best = line.entities[n]
        for other in reversed(line.entities[:n]):
            if other.kind != best.kind or not self._are_joined(line, other.end, best.start):
                break
            best = other
        return best

    def _are_joined(self, line: Line, start: int, end: int) -> bool:
        """Tell whether nothing but what coordinates stands between two names."""
        return start < end and all(self._joins(line, i, last=False) for i in range(start, end))

    def _joins(self, line: Line, token: int, *, last: bool) -> bool:
        """Tell whether a word only coordinates names, says of whom they are, or when what they are of is."""
        if line.page.words[token] in _JOINTS:
            return True
        if token in self._asides_of(line):
            return True
        return last and bool(line.cues[token] & {"to", "will", "predicate"})

    def _asides_of(self, line: Line) -> Container[int]:
        if line.start not in self._known_asides:
            self._known_asides[line.start] = self._asides(line)
        return self._known_asides[line.start]

    def _asides(self, line: Line) -> Container[int]:
        """Return the tokens of times with their preposition, and of operators with theirs (`Axiom's`)."""
        page = line.page
        spans = [(page.token_at(t.begin), page.token_at(t.end - 1) + 1) for t in line.times]
        days = {i for first, last in spans for i in range(first - (page.words[first - 1] == "on"), last)}
        owners = [e for e in line.entities if e.kind in self.manifest.speakers]
        owned = ((e, not _OWNS.isdisjoint(page.words[e.end : e.end + 1])) for e in owners)
        return days | {i for e, own in owned for i in range(e.start, e.end + own)}

    def _elsewhere(self, number: int, kinds: Sequence[str]) -> Named:
        paragraph = self.lines[number].sentence.paragraph
        order = [n for n in range(number - 1, -1, -1) if number - n <= NEAR_LINES or self.lines[n].title]
        order += list(range(number + 1, min(number + 2, len(self.lines)))) if self.lines[number].title else []
        for n in order:
            line = self.lines[n]
            if line.sentence.paragraph != paragraph and not (line.title or self.lines[number].title):
                continue
            best = self._best(line, line.start, line.start, kinds)
            if best:
                return Named(best, inherited=True)
        return Named(None)

    def _prime(self, kind: str) -> Entity | None:
        """Return the one name of a kind that the article is about, if it stands out."""
        weight: Counter[str] = Counter()
        first: dict[str, Entity] = {}
        keys: dict[str, str] = {}
        for number, line in enumerate(self.lines):
            here = [
                e
                for e in line.entities
                if e.kind == kind and not is_aside(line, e, line.end) and not follows(line, e, "stretch")
            ]
            if not here or any(t.relation == "old" for t in line.times):
                continue
            for entity in here:
                known = known_by(entity)
                if known not in keys:
                    if len(weight) >= MAX_NAMES:
                        continue
                    keys[known] = next((k for k in weight if names_same(first[k], entity)), known)
                key = keys[known]
                weight[key] += IN_LEAD + 1 if line.title else IN_LEAD if number <= 1 else 1
                first.setdefault(key, entity)
        for part in list(weight):
            wholes = [k for k in weight if k != part and same_start(first[part], first[k])]
            if len(wholes) == 1 and weight[wholes[0]] >= IN_LEAD and not first[part].number:
                weight[wholes[0]] += weight.pop(part)
        ranked = weight.most_common(2)
        if not ranked or (len(ranked) == 2 and ranked[1][1] * 2 > ranked[0][1]):
            return None
        return first[ranked[0][0]]


def _around(line: Line, token: int) -> list[tuple[int, Entity]]:
    """Return the names of a line on either side of a token with their numbers, `MAX_NEAR` at most."""
    middle = bisect_left(line.entities, token, key=lambda e: e.start)
    first = max(0, middle - MAX_NEAR)
    return list(enumerate(line.entities[first : middle + MAX_NEAR], first))


def _subject(line: Line, token: int, near: Sequence[tuple[int, Entity]]) -> int:
    """Return where the name right before a token begins if `and` leads it in, else where the line does.

    What stands before is of another clause (`launched Crew-13, and an Atlas V will launch Lucy`).
    """
    last = next((e for _, e in reversed(near) if e.end <= token), None)
    opens = last is not None and "and" in line.page.words[max(line.start, last.start - LED) : last.start]
    return last.start if last and opens else line.start


def _distance(entity: Entity, start: int, end: int, line: Line, subject: int) -> int:
    first, last = max(line.clause_start(start), subject), line.clause_end(end)
    gap = max(start - entity.end, entity.start - end, 0)
    left, right = min(entity.end, end), max(entity.start, start)
    near = islice(line.triggers, bisect_left(line.triggers, (left, 0)), None)
    between = any(e <= right and (s, e) != (start, end) for s, e in takewhile(lambda t: t[0] < right, near))
    return (
        min(gap, 9)
        + (0 if first <= entity.start < last else OTHER_CLAUSE)
        + (OTHER_TRIGGER if between else 0)
    )
