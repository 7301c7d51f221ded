"""Renamed: drafts whose flights have names that fit better than what rules found beside their words.

What may name a flight is each name that rules know and the encoder has read, of a kind that names such
flights, and the words that the encoder hears as one (`spelled.py`); what rules found no name for may have
none. How well each fits is a sum (`naming.py`); the name of the rules gives way to one that fits better.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from transforms.extract.asides import is_another, is_aside
from transforms.extract.draft import Draft
from transforms.extract.entity import Entity
from transforms.extract.lede import LEDE_WORDS
from transforms.extract.manifest import NamingConstants, TypeEntry
from transforms.extract.missions import Named
from transforms.extract.name_odds import NameOdds
from transforms.extract.names import known_by, names_same, one_begins_other, same_start
from transforms.extract.naming import Name, Odds, fit
from transforms.extract.reading import Reading
from transforms.extract.spelled import spelled
from transforms.extract.vote import MOST

BETTER, MUCH_BETTER = 0.2, 0.7  # for a draft than its name: for all drafts of a flight on average, for one


def rename(drafts: Sequence[Draft], reading: Reading) -> dict[str, list[Odds]]:
    """Give drafts the names that fit them best; return the odds of all names, by how flights are known.

    The drafts of a flight are renamed together, and then any of them for which another name fits much better,
    but for what implies another (a failed flight its launch), is implied, or shares its words.
    """
    constants = reading.pack.manifest.naming
    if not drafts or reading.names is None or constants is None:
        return {}
    heard = heard_in(reading, reading.names)
    for mine, others in flights_of(drafts):
        names = names_for(mine, others, heard, reading)
        alone = ([d] for d in mine if not _is_tied(d, drafts, reading.pack.manifest.types))
        for some, least in ((mine, BETTER), *((one, MUCH_BETTER) for one in alone)):
            name = _better(some, names, least, reading, constants)
            if name is not None:
                for draft in some:
                    draft.named = Named(name.entity)
                if name.entity and name.spelled:
                    heard.setdefault(known_by(name.entity), []).append(name.odds)
    return heard


def flights_of(drafts: Sequence[Draft]) -> list[tuple[list[Draft], list[Draft]]]:
    """Return the drafts of each status that rules gave one name, with those of other names.

    Nameless ones are of one flight if they have the same words; lists of flights (`Crew-5 and Crew-6
    launched`), whose drafts share a word, are left out.
    """
    flights = defaultdict[tuple[str, str], list[Draft]](list)
    for draft in drafts:
        known = known_by(draft.named.entity) if draft.named.entity else str(draft.first)
        flights[known, draft.status].append(draft)
    found = []
    for (known, _), mine in flights.items():
        others = [d for (other, _), some in flights.items() if other != known for d in some]
        if not any(_share_word(draft, other) for draft in mine for other in others):
            found.append((mine, others))
    return found


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


def _is_tied(draft: Draft, drafts: Sequence[Draft], types: Mapping[str, TypeEntry]) -> bool:
    """Tell whether a draft shares words with another, or is of a type that another implies, or implies it."""
    own = {id(mention) for mention in draft.mentions}
    return any(
        d.type in types[draft.type].implies
        or draft.type in types[d.type].implies
        or (d is not draft and not own.isdisjoint(map(id, d.mentions)))
        for d in drafts
    )


def _share_word(a: Draft, b: Draft) -> bool:
    return not {m.start for m in a.mentions}.isdisjoint(m.start for m in b.mentions)


def _is_next(entity: Entity, reading: Reading) -> bool:
    """Tell whether the text speaks of a flight as of one more of a kind (`next Progress`)."""
    places = ((line, e) for line in reading.lines for e in line.entities)
    return any(is_another(line, e) for line, e in places if known_by(e) == known_by(entity))


def _heads(entity: Entity, reading: Reading) -> bool:
    """Tell whether a headline names a mission whose number the pack knows as one flight's."""
    numbered = entity.flight and entity.kind == reading.pack.manifest.mission[0]
    titles = [line for line in reading.lines if line.title]
    return bool(numbered) and any(e.flight == entity.flight for line in titles for e in line.entities)


def _better(
    drafts: Sequence[Draft], names: Sequence[Name], least: float, reading: Reading, constants: NamingConstants
) -> Name | None:
    """Return the name that fits drafts best, if it does so by more than `least` for each of them."""
    manifest = reading.pack.manifest
    fits = [sum(fit(name, draft, names, manifest, constants) for draft in drafts) for name in names]
    own = [each for name, each in zip(names, fits, strict=True) if name.is_of(drafts[0].named.entity)]
    if not own or max(fits) - max(own) <= least * len(drafts):
        return None
    return names[fits.index(max(fits))]


def names_for(
    drafts: Sequence[Draft], others: Sequence[Draft], heard: Mapping[str, Sequence[Odds]], reading: Reading
) -> list[Name]:
    """Return what may name the flight of drafts: what it has or none, and what is likely and not of `others`.

    There is nothing for a flight whose name was not read, for the next one of a kind, and for a mission that
    a headline tells by its number.
    """
    entity, types = drafts[0].named.entity, {draft.type for draft in drafts}
    if entity and (known_by(entity) not in heard or _is_next(entity, reading) or _heads(entity, reading)):
        return []
    taken = [d.named.entity for d in others if d.type in types and d.named.entity]
    return list(_likely_names(drafts, taken, heard, reading))


def _likely_names(
    drafts: Sequence[Draft], taken: Sequence[Entity], heard: Mapping[str, Sequence[Odds]], reading: Reading
) -> Iterator[Name]:
    entity, outputs = drafts[0].named.entity, {f"{d.type}/{d.status}" for d in drafts}
    kinds = set.intersection(*(set(reading.pack.manifest.kinds_naming(d.type)) for d in drafts))
    ends = {mention.line.start: mention.end for draft in drafts for mention in draft.mentions}
    places: dict[str, list[Entity]] = defaultdict(list)
    for line in (line for line in reading.lines if line.start < LEDE_WORDS):
        for e in (e for e in line.entities if e.kind in kinds and known_by(e) in heard):
            if not is_aside(line, e, ends.get(line.start, line.end)):
                places[known_by(e)].append(e)
    for known, some in places.items():
        shortest, said = reading.missions.shortest[known], heard[known]
        likely = any(likeliest(said, output) >= 0 for output in outputs)
        if (entity and known == known_by(entity)) or (likely and _is_free(shortest, entity, taken)):
            yield Name(shortest, some, {o: likeliest(said, o) for odds in said for o in odds})
    for output in sorted(outputs if not (entity and entity.number) else ()):
        written = spelled(output, reading)
        if written and _is_free(written[0], entity, taken):
            yield Name(written[0], [written[0]], {output: written[1]}, spelled=True)
    if entity is None:
        yield Name(None, [], {})


def _is_free(name: Entity, before: Entity | None, taken: Sequence[Entity]) -> bool:
    """Tell whether a name is of no other flight, and does not only say more of the one before."""
    free = not any(names_same(name, other) or one_begins_other(name, other) for other in taken)
    return free and not (before and same_start(name, before))
