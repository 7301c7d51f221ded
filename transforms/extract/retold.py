"""Retold: what a lede tells again of a flight that it calls by another name is no second event.

Headlines name a rocket and the first sentence its payload, or the other way round. Two flights of which one
article tells the same are told of in one sentence, in a list, at two times, as `another` of a kind, or by the
names of two flights of a family, of two families of a kind, or of a carrier that flies something else. What
people would be woken for is told twice rather than once too little.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations

from transforms.extract.draft import Draft, share_sentence
from transforms.extract.entity import Entity
from transforms.extract.folds import are_apart, days_of, fold, is_other
from transforms.extract.lede import LEDE_WORDS
from transforms.extract.missions import Missions
from transforms.extract.names import known_by
from transforms.extract.naming import Odds
from transforms.extract.reading import Reading
from transforms.extract.renamed import likeliest


def as_one(drafts: Sequence[Draft], reading: Reading, heard: Mapping[str, Sequence[Odds]]) -> list[Draft]:
    """Return drafts of which no two tell of one event of the lede; `heard` are the odds of names.

    The flight has the name that the encoder hears more surely, or where it has read neither the one whose
    kind comes first for the type, of two such the first in the text.
    """
    types = reading.pack.manifest.types
    grave = {draft.name for draft in drafts if types[draft.type].grave}
    events: dict[tuple[str, str], list[Draft]] = defaultdict(list)
    for draft in drafts:
        if draft.first < LEDE_WORDS and draft.name not in grave:
            events[draft.type, draft.status].append(draft)
    retold = [e for e in events.values() if len(e) > 1 and not _are_several(e, reading.missions)]
    if not retold:
        return list(drafts)
    home = {id(d): min(event, key=lambda d: _place(d, heard, reading)) for event in retold for d in event}
    return fold(drafts, lambda draft, _: None if (first := home.get(id(draft))) is draft else first)


def _place(draft: Draft, heard: Mapping[str, Sequence[Odds]], reading: Reading) -> tuple[float, int, int]:
    """Return by what the names of one flight are put in order."""
    kinds = reading.pack.manifest.kinds_naming(draft.type)
    entity, output = draft.named.entity, f"{draft.type}/{draft.status}"
    said = heard.get(known_by(entity), ()) if entity else ()
    rank = kinds.index(entity.kind) if entity and entity.kind in kinds else len(kinds)
    return -likeliest(said, output), rank, draft.first


def _are_several(drafts: Sequence[Draft], missions: Missions) -> bool:
    """Tell whether any two of some drafts are of two flights."""
    return any(_are_two(a, b, missions) or _are_two(b, a, missions) for a, b in combinations(drafts, 2))


def _are_two(a: Draft, b: Draft, missions: Missions) -> bool:
    """Tell whether the text speaks of two drafts as of two flights, by what it says of the first."""
    one, other = a.named.entity, b.named.entity
    if not one or not other or any(mention.named for mention in a.mentions):
        return True
    if one.kind in missions.manifest.carriers and not _may_carry(one, other, missions):
        return True
    if _are_known_apart(one, other):
        return True
    apart = are_apart(days_of(a), days_of(b)) or _are_months_apart(a, b)
    return share_sentence(a, b) or apart or is_other(a, one, other)


def _are_known_apart(one: Entity, other: Entity) -> bool:
    """Tell whether the pack knows two names as of two flights of a family, or of two families of a kind."""
    if not one.family or not other.family:
        return False
    return one.number and other.number if one.family == other.family else one.kind == other.kind


def _may_carry(carrier: Entity, flown: Entity, missions: Missions) -> bool:
    """Tell whether one name may be of what carries the only flight of the other's kind."""
    return missions.is_alone(flown, beside=carrier) and not missions.company.flies_another(carrier, flown)


def _are_months_apart(a: Draft, b: Draft) -> bool:
    """Tell whether times stand with both drafts, of no month in common."""
    ours, theirs = (
        {
            (t.start.year, t.start.month)
            for m in draft.mentions
            if (t := m.line.nearest_time(m.at)) and t.start
        }
        for draft in (a, b)
    )
    return bool(ours and theirs) and ours.isdisjoint(theirs)
