"""Renamed: drafts whose flights the encoder hears by other names than the rules found beside their words.

Rules go by where a name stands and of which kind it is. The encoder has heard which one of rocket, payload
and mission people write down, but not which of two flights a sentence is about. Where it hears none of the
names that rules know, it may hear one that they do not (`spelled.py`).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence, Set

from transforms.extract.asides import is_another, is_aside
from transforms.extract.draft import Draft
from transforms.extract.entity import Entity
from transforms.extract.missions import Named
from transforms.extract.name_odds import NameOdds
from transforms.extract.names import known_by, names_same, one_begins_other, same_start
from transforms.extract.reading import Reading
from transforms.extract.spelled import spelled
from transforms.extract.vote import MOST

HEARD, SURER = 1.0, 1.0  # log odds: of a name that is taken, and how much more than those of the one before
CERTAIN, UNHEARD = 2.0, 0.0  # of one that is taken though of the same kind, and of what gives way to it
Odds = Mapping[str, float]


def rename(drafts: Sequence[Draft], reading: Reading) -> dict[str, list[Odds]]:
    """Give drafts the names that are surely heard of their flights; return the odds of all names.

    All drafts of a flight, or nameless ones of the same words, are renamed with the first. None takes the
    flight of another of its type, and flights of one list keep their names.
    """
    if not drafts or reading.names is None:
        return {}
    heard = heard_in(reading, reading.names)
    flights: dict[str, list[Draft]] = defaultdict(list)
    for draft in drafts:
        flights[known_by(draft.named.entity) if draft.named.entity else str(draft.first)].append(draft)
    for flight, mine in flights.items():
        rest = [d for other, some in flights.items() if other != flight for d in some]
        if not any(_are_listed(d, mine[0]) for d in rest):
            kinds = {d.type for d in mine}
            others = [d.named.entity for d in rest if d.type in kinds]
            named = _named(mine[0], others, heard, reading)
            if named == mine[0].named:
                named = _spelled(mine, others, heard, reading, reading.names)
            for draft in mine if named != mine[0].named else ():
                draft.named = named
    return heard


def _are_listed(a: Draft, b: Draft) -> bool:
    """Tell whether drafts share a word, of which each has another flight (`Crew-5 and Crew-6 launched`)."""
    return not {m.start for m in a.mentions}.isdisjoint(m.start for m in b.mentions)


def heard_in(reading: Reading, read: NameOdds) -> dict[str, list[Odds]]:
    """Return the odds of each name of the flights that were read, by how the pack knows the flight."""
    entities = [entity for line in reading.lines for entity in line.entities]
    odds = read.of({entity.name for entity in entities})
    names: dict[str, set[str]] = defaultdict(set)
    for entity in entities:
        if entity.name in odds:
            names[known_by(entity)].add(entity.name)
    return {flight: [odds[name] for name in some] for flight, some in names.items()}


def likeliest(said: Sequence[Odds], output: str) -> float:
    """Return the highest odds that the names of one flight have for an output."""
    return max((odds.get(output, -MOST) for odds in said), default=-MOST)


def _named(
    draft: Draft, others: Sequence[Entity | None], heard: Mapping[str, Sequence[Odds]], reading: Reading
) -> Named:
    """Return the name of a draft's flight: its own, if that was not read or no other is surely surer.

    What rules found by a name of the first kind keeps that.
    """
    output, entity = f"{draft.type}/{draft.status}", draft.named.entity
    odds = {flight: likeliest(some, output) for flight, some in heard.items()}
    if entity and (known_by(entity) not in odds or entity.kind == reading.pack.manifest.mission[0]):
        return draft.named
    before = odds[known_by(entity)] if entity else -MOST
    certain = {flight for flight, each in odds.items() if each >= CERTAIN and before < UNHEARD}
    known = reading.missions.shortest
    free = {
        flight: known[flight] for e in _beside(draft, reading, certain) if (flight := known_by(e)) in odds
    }
    free = {
        flight: e
        for flight, e in free.items()
        if not any(names_same(e, o) or one_begins_other(e, o) for o in others if o)
        and not (entity and same_start(e, entity))
    }
    best = max(free, key=odds.__getitem__, default=None)
    least = max(HEARD, before + SURER)
    return Named(free[best]) if best is not None and odds[best] >= least else draft.named


def _spelled(
    mine: Sequence[Draft],
    others: Sequence[Entity | None],
    heard: dict[str, list[Odds]],
    reading: Reading,
    names: NameOdds,
) -> Named:
    """Return the name of a flight that is certainly heard, where its own was read and is not for any event.

    A numbered one and one of the first kind are kept; what is found is heard from then on.
    """
    before, entity, outputs = mine[0].named, mine[0].named.entity, [f"{d.type}/{d.status}" for d in mine]
    if entity:
        said = heard.get(known_by(entity))
        sure = entity.number or entity.kind == reading.pack.manifest.mission[0]
        if sure or said is None or any(likeliest(said, output) >= UNHEARD for output in outputs):
            return before
    found = spelled(outputs[0], CERTAIN, reading, names)
    if found is None or any(names_same(found[0], other) for other in others if other):
        return before
    name, odds = found
    if entity and same_start(name, entity):
        return before
    heard.setdefault(known_by(name), []).append({outputs[0]: odds})
    return Named(name)


def _beside(draft: Draft, reading: Reading, certain: Set[str]) -> Iterator[Entity]:
    """Yield what may name the flight of a draft as well.

    What a sentence of the text names is renamed from that or the headline alone. A name that stands in its
    own sentence gives way to one of another kind or a `certain` one, and there no carrier takes the place
    of what it carries.
    """
    entity = draft.named.entity
    kinds = reading.pack.manifest.kinds_naming(draft.type)
    carriers = reading.pack.manifest.carriers
    ends = {mention.line.start: mention.end for mention in draft.mentions}
    own = entity if not draft.named.inherited else None
    anywhere = own is None or any(mention.line.title for mention in draft.mentions)
    lines = [line for line in reading.lines if anywhere or line.title or line.start in ends]
    near = [(line, e) for line in lines for e in line.entities]
    if entity and any(is_another(line, e) for line, e in near if known_by(e) == known_by(entity)):
        return
    for line, e in near:
        alike = own is not None and e.kind == own.kind and known_by(e) not in certain
        carries = own is not None and e.kind in carriers and own.kind not in carriers
        if e.kind in kinds and not (alike or carries or is_aside(line, e, ends.get(line.start, line.end))):
            yield e
