"""What does not fit together in a pack that can be read: names that nothing has, numbers out of bounds."""

from collections.abc import Iterable, Iterator
from math import isfinite
from typing import TYPE_CHECKING, get_args

from transforms.extract.encoder import bad_encoder
from transforms.extract.entries import ENCODER, VOTE, Anti, Entry, GapRule, Headline, Timex, TriggerEntry
from transforms.extract.manifest import Manifest
from transforms.extract.patterns import bad_pattern
from transforms.extract.vote import bad_table
from transforms.records import EventType

if TYPE_CHECKING:
    from transforms.extract.pack import Pack

HEAVIEST = 100.0
Fault = tuple[str, int | str, str]
# The least and the most of the numbers that each table of words of time holds.
_TIMES = {
    "months": (1, 12),
    "weekdays": (0, 6),
    "zones": (-12 * 60, 14 * 60),
    "days": (-366, 366),
    "numbers": (0, 10_000),
    "units": (0, 36_525),
}


def inconsistencies(pack: "Pack") -> Iterator[Fault]:
    """Yield file, place and fault; a place is the number of an entry, or a text that its line holds."""
    kinds, types = set(pack.manifest.kinds), set(pack.manifest.types)
    names = kinds | pack.words.names()
    for name in sorted(types - set(get_args(EventType))):
        yield "pack.toml", name, f"{name!r} is no type of mission event"
    for number, entity in enumerate(pack.entities):
        yield from (("entities.jsonl", number, fault) for fault in _unknown("kind", [entity.kind], kinds))
    for number, trigger in enumerate(pack.triggers):
        yield from (("triggers.jsonl", number, fault) for fault in _in_trigger(trigger, names, types))
    for number, gap in enumerate(pack.gaps):
        yield from (("gaps.jsonl", number, fault) for fault in _in_gap(gap, names, types))
    yield from (("pack.toml", "", fault) for fault in _in_manifest(pack.manifest))
    yield from _in_families(pack, kinds)
    for cue in pack.severity:
        yield from (("severity.toml", "", fault) for fault in _unknown("type", cue.types, types))
    for prefix, kind in pack.headline.roundups.items():
        yield from (("headline.toml", prefix, fault) for fault in _unknown("type", [kind], types))
    for file, section in _sections(pack).items():
        yield from ((file, at, f"{at}: an empty word") for at in dict.fromkeys(_blank(section)))
    yield from (("headline.toml", p, f"{p!r} begins every headline") for p in _bare(pack.headline))
    yield from (("anti.toml", at, fault) for at, fault in _in_anti(pack.anti))
    yield from (("timex.toml", at, fault) for at, fault in _in_timex(pack.timex))
    yield from _in_tables(pack, types)


def _sections(pack: "Pack") -> dict[str, Entry]:
    return {
        "pack.toml": pack.manifest,
        "families.toml": pack.families,
        "words.toml": pack.words,
        "modality.toml": pack.modality,
        "headline.toml": pack.headline,
        "anti.toml": pack.anti,
        "timex.toml": pack.timex,
    }


def _blank(value: object, at: str = "") -> Iterator[str]:
    """Yield the names of the fields in whose lists and tables a word is empty, which is found everywhere."""
    if isinstance(value, Entry):
        for name in value.__struct_fields__:
            yield from _blank(getattr(value, name), name)
    elif isinstance(value, dict):
        yield from (at for word in value if not word.strip())
        for word, inner in value.items():
            yield from _blank(inner, word or at)
    elif isinstance(value, list):
        yield from (at for word in value if isinstance(word, str) and not word.strip())
        for inner in value:
            yield from _blank(inner, at)


def _bare(headline: Headline) -> Iterator[str]:
    prefixes = (*headline.planned_prefixes, *headline.past_prefixes, *headline.roundups)
    return (prefix for prefix in prefixes if prefix.strip() == ":")


def _unknown(what: str, used: Iterable[str], known: set[str]) -> Iterator[str]:
    yield from (f"unknown {what} {name!r}" for name in sorted(set(used) - known))


def _in_trigger(trigger: TriggerEntry, names: set[str], types: set[str]) -> Iterator[str]:
    if (trigger.verb, trigger.noun, trigger.phrase).count(None) != 2:
        yield "exactly one of verb, noun, phrase is wanted"
    yield from _unknown("type", {trigger.type, *filter(None, trigger.goals.values())}, types)
    used = {*trigger.needs, *trigger.unless, *trigger.not_by, *trigger.goals} - {"*"}
    yield from _unknown("kind or class of words", used, names)


def _in_gap(gap: GapRule, names: set[str], types: set[str]) -> Iterator[str]:
    yield from _unknown("type", {gap.type, *gap.absorbs}, types)
    used = {*gap.left, *gap.right, *gap.barrier, *gap.needs, *gap.refuses}
    yield from _unknown("kind or class of words", used, names)


def _in_manifest(manifest: Manifest) -> Iterator[str]:
    named = {*manifest.mission, *manifest.carriers, *manifest.several, *manifest.speakers, *manifest.fields}
    told: set[str] = set()
    for kind, entry in manifest.types.items():
        named |= set(entry.mission)
        if not manifest.kinds_naming(kind):
            yield f"{kind}: no kind of names may name its flight"
        if kind in (*entry.implies, *entry.together, *entry.yields_to, entry.announces):
            yield f"{kind} names itself"
        told |= {*entry.implies, *entry.together, *entry.yields_to, *filter(None, [entry.announces])}
    yield from _unknown("type", told, set(manifest.types))
    yield from _unknown("kind", named, set(manifest.kinds))
    least = [manifest.least_confidence, *(manifest.least_of(kind) for kind in manifest.types)]
    yield from (f"least_confidence is {n}, not from 0 to 1" for n in dict.fromkeys(least) if not 0 <= n <= 1)
    for section in ("confidence", "confidence_status", "confidence_heard", "naming"):
        constants = getattr(manifest, section)
        for name in constants.__struct_fields__ if constants else ():
            if not abs(value := getattr(constants, name)) <= HEAVIEST:
                yield f"{section}: {name} is {value}, not from -{HEAVIEST:.0f} to {HEAVIEST:.0f}"


def _in_families(pack: "Pack", kinds: set[str]) -> Iterator[Fault]:
    """Yield what is wrong with patterns, series and heads, and families that no name is of."""
    for family in pack.families.family:
        if bad := bad_pattern(family.pattern):
            yield "families.toml", family.pattern, bad
        yield from (("families.toml", family.pattern, f) for f in _unknown("kind", [family.kind], kinds))
    used = {*(series.kind for series in pack.families.series), *pack.families.heads}
    yield from (("families.toml", "", fault) for fault in _unknown("kind", used, kinds))
    known = {e.family for e in pack.entities} | {e.family for e in pack.families.family}
    named = {*pack.manifest.recurring, *pack.manifest.flies_on}
    named |= {family for families in pack.manifest.flies_on.values() for family in families}
    for family_name in sorted(named - known):
        yield "pack.toml", f'"{family_name}"', f"no name is of the family {family_name!r}"


def _in_anti(anti: Anti) -> Iterator[tuple[str, str]]:
    if not (isfinite(anti.limit) and anti.limit > 0):
        yield "limit", f"limit is {anti.limit}, no number over 0"
    for word, weight in anti.words.items():
        if not (isfinite(weight) and weight > 0):
            yield word, f"{word}: weighs {weight}, no number over 0"


def _in_timex(timex: Timex) -> Iterator[tuple[str, str]]:
    for table, (least, most) in _TIMES.items():
        for word, number in getattr(timex, table).items():
            if not least <= number <= most:
                yield word, f"{table}: {word} is {number}, not from {least} to {most}"
    least, most = _TIMES["zones"]
    if not least <= timex.home <= most:
        yield "home", f"home is {timex.home}, not from {least} to {most}"


def _in_tables(pack: "Pack", types: set[str]) -> Iterator[tuple[str, int, str]]:
    if pack.vote:
        yield from ((VOTE, 0, fault) for fault in bad_table(pack.vote, types))
    if pack.encoder and not pack.vote:
        yield ENCODER, 0, f"there is no {VOTE}, whose words prove what an encoder says"
    if pack.encoder and not pack.manifest.naming:
        yield (
            ENCODER,
            0,
            "there is no [naming] in pack.toml, by which names that an encoder hears are weighed",
        )
    if pack.encoder and pack.vote:
        yield from ((ENCODER, 0, fault) for fault in bad_encoder(pack.encoder, pack.vote.outputs))
