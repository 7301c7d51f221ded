"""What is wrong with a pack that loads: rules that nothing shows to work, words that nothing can reach."""

from collections.abc import Iterator
from typing import Any

from transforms.extract.entries import GapRule, TriggerEntry
from transforms.extract.pack import Pack
from transforms.extract.vocabulary import ENGINE_WORDS, trigger_forms

LONGEST_GAP = 30


def lint(pack: Pack) -> Iterator[str]:
    """Yield the faults of a loaded `Pack`, as `file:line: what`."""
    for where, rule in rules_of(pack):
        yield from (f"{where}: {fault}" for fault in _without_example(rule))
    yield from _repeated_triggers(pack.triggers)
    yield from _wide_gaps(pack.gaps)
    yield from _unused_words(pack)
    yield from _shared_names(pack)


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


def _wide_gaps(gaps: list[GapRule]) -> Iterator[str]:
    for number, gap in enumerate(gaps, 1):
        if gap.max > LONGEST_GAP:
            yield f"gaps.jsonl:{number}: a gap of {gap.max} words, over {LONGEST_GAP}"


def _unused_words(pack: Pack) -> Iterator[str]:
    used = set(ENGINE_WORDS)
    for gap in pack.gaps:
        used |= {*gap.left, *gap.right, *gap.barrier, *gap.needs, *gap.refuses}
    for trigger in pack.triggers:
        used |= {*trigger.needs, *trigger.unless, *trigger.goals}
    for name in sorted(pack.words.names() - used):
        yield f"words.toml:1: {name}: no rule names this class"


def _shared_names(pack: Pack) -> Iterator[str]:
    seen: dict[tuple[str, str], str] = {}
    for number, entity in enumerate(pack.entities, 1):
        for name in (entity.name, *entity.aliases):
            first = seen.setdefault((entity.kind, name), entity.id)
            if first != entity.id:
                yield f"entities.jsonl:{number}: never reached: {name!r} is a name of {first}"
