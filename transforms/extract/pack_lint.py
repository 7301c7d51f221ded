"""What is wrong with a pack that loads: rules that nothing shows to work, words that nothing can reach."""

from collections.abc import Iterator
from typing import Any

from transforms.extract.entries import GapRule, TriggerEntry
from transforms.extract.pack import Pack
from transforms.extract.vocabulary import ENGINE_WORDS, gate_words, terms_of, trigger_forms

LONGEST_GAP = 30
FILES = {
    "trigger": "triggers.jsonl",
    "word": "words.toml",
    "cue": "modality.toml",
    "entity": "entities.jsonl",
    "head": "families.toml",
    "series": "families.toml",
    "role": "families.toml",
    "block": "blocks.txt",
    "anti": "anti.toml",
}


def lint(pack: Pack) -> Iterator[str]:
    """Yield the faults of a loaded `Pack`, as `file:line: what`."""
    for where, rule in rules_of(pack):
        yield from (f"{where}: {fault}" for fault in _without_example(rule))
    yield from _repeated_triggers(pack.triggers)
    yield from _silent_triggers(pack)
    yield from _silent_gaps(pack.gaps)
    yield from _broken_phrases(pack)
    yield from _wide_gaps(pack.gaps)
    yield from _unused_words(pack)
    yield from _shared_names(pack)
    yield from _repeated_ids(pack)
    yield from _repeated_families(pack)
    yield from _shut_words(pack)


def rules_of(pack: Pack) -> Iterator[tuple[str, TriggerEntry | GapRule]]:
    """Yield the triggers and gap rules of a pack, each with its file and line."""
    yield from ((f"triggers.jsonl:{number}", rule) for number, rule in enumerate(pack.triggers, 1))
    yield from ((f"gaps.jsonl:{number}", rule) for number, rule in enumerate(pack.gaps, 1))


def _without_example(rule: TriggerEntry | GapRule) -> Iterator[str]:
    if not rule.yes:
        yield "no example `yes` of an event"
    if not rule.no:
        yield "no example `no` without one"


def _repeated_triggers(triggers: list[TriggerEntry]) -> Iterator[str]:
    seen: dict[tuple[Any, ...], int] = {}
    for number, trigger in enumerate(triggers, 1):
        forms = frozenset(p for p, f in trigger_forms(trigger) if not trigger.forms or f in trigger.forms)
        first = seen.setdefault((trigger.type, forms, tuple(trigger.needs)), number)
        if first != number:
            yield f"triggers.jsonl:{number}: never reached: line {first} says the same"


def _silent_triggers(pack: Pack) -> Iterator[str]:
    """Yield the triggers that are always a part of a name, or of whose status no event of their type is."""
    sure = (e for e in pack.entities if not e.exact and not e.context)
    names = {name.lower(): entity.id for entity in sure for name in (entity.name, *entity.aliases)}
    for number, trigger in enumerate(pack.triggers, 1):
        where = f"triggers.jsonl:{number}: never reached"
        forms = [p for p, f in trigger_forms(trigger) if not trigger.forms or f in trigger.forms]
        if not forms:
            yield f"{where}: it has none of the forms {', '.join(trigger.forms)}"
        elif all(form.lower() in names for form in forms):
            yield f"{where}: {forms[0]!r} is a name of {names[forms[0].lower()]}"
        only = pack.manifest.types[trigger.type].only
        if trigger.only and only and trigger.only != only:
            yield f"{where}: {trigger.only} alone, but {trigger.type} is only ever {only}"


def _silent_gaps(gaps: list[GapRule]) -> Iterator[str]:
    """Yield the rules that refuse what they want."""
    for number, gap in enumerate(gaps, 1):
        for side, names in (("left", gap.left), ("right", gap.right)):
            if not set(names) - set(gap.refuses):
                yield f"gaps.jsonl:{number}: never reached: it refuses all of {side!r}"


def _broken_phrases(pack: Pack) -> Iterator[str]:
    """Yield phrases with white space that no text has once it is cut into words."""
    for term, phrase in terms_of(pack):
        if phrase != " ".join(phrase.split()) or not phrase:
            yield f"{FILES[term.group]}:1: never reached: {phrase!r} has blanks that no text has"


def _repeated_families(pack: Pack) -> Iterator[str]:
    seen: set[tuple[str, str]] = set()
    for family in pack.families.family:
        if (family.pattern, family.kind) in seen:
            yield f"families.toml:1: never reached: {family.pattern!r} stands there twice"
        seen.add((family.pattern, family.kind))


def _wide_gaps(gaps: list[GapRule]) -> Iterator[str]:
    for number, gap in enumerate(gaps, 1):
        if gap.max > LONGEST_GAP:
            yield f"gaps.jsonl:{number}: a gap of {gap.max} words, over {LONGEST_GAP}"


def _unused_words(pack: Pack) -> Iterator[str]:
    used = set(ENGINE_WORDS)
    for gap in pack.gaps:
        used |= {*gap.left, *gap.right, *gap.barrier, *gap.needs, *gap.refuses}
    for trigger in pack.triggers:
        used |= {*trigger.needs, *trigger.unless, *trigger.not_by, *trigger.goals}
    words = pack.words
    for table, before in (("failures", words.failing + words.lacking), ("inabilities", words.failing)):
        if getattr(words, table) and not before:
            yield f"words.toml:1: never reached: [{table}], as there is no word of failing"
    for name in sorted(pack.words.names() - used):
        yield f"words.toml:1: {name}: no rule names this class"


def _shared_names(pack: Pack) -> Iterator[str]:
    """Yield the names that are of another entry too; those of flights but for blanks and marks."""
    seen: dict[tuple[str, bool], tuple[str, str]] = {}
    for number, entity in enumerate(pack.entities, 1):
        flown = entity.kind in pack.manifest.mission
        for name in (entity.name, *entity.aliases):
            known = [seen.setdefault((name, False), (entity.id, name))]
            known += [seen.setdefault((_letters(name), True), (entity.id, name))] if flown else []
            other = next(((first, same) for first, same in known if first != entity.id), None)
            if other:
                spelling = "" if other[1] == name else f", spelt {other[1]!r}"
                yield f"entities.jsonl:{number}: never reached: {name!r} is a name of {other[0]}{spelling}"


def _repeated_ids(pack: Pack) -> Iterator[str]:
    """Yield the ids of entries that an entry before them has."""
    seen: dict[str, int] = {}
    for number, entity in enumerate(pack.entities, 1):
        first = seen.setdefault(entity.id, number)
        if first != number:
            yield f"entities.jsonl:{number}: id {entity.id!r} stands in line {first} too"


def _shut_words(pack: Pack) -> Iterator[str]:
    domain, _, names = gate_words(pack)
    opening = {word.lower() for word in domain | names}
    for word in pack.manifest.loose:
        if word.lower() not in opening:
            yield f"pack.toml:1: loose: {word!r} opens no gate"


def _letters(name: str) -> str:
    return "".join(char for char in name.casefold() if char.isalnum())
