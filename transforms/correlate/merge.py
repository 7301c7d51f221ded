"""Merge what the reports of one incident say of its fields, and find where they contradict each other.

Vagueness is no contradiction: a longer name of the same thing, a place within a place, a partial list of a
crew agree with each other. Two values contradict only if both are known to be different, and are said by
independent reports.
"""

from collections.abc import Iterable

from transforms.correlate.family import Telling
from transforms.correlate.lifecycle import Lifecycle
from transforms.correlate.sources import confidence, independent
from transforms.correlate.telling import CREW_JOIN
from transforms.records import EventType
from transforms.slugs import tokens

FULL_CREW = 3


def merge(tellings: Iterable[Telling], kind: EventType, lifecycle: Lifecycle) -> dict[str, tuple[str, ...]]:
    """Return each field's values, the best supported first; more than one means disagreement."""
    told = list(tellings)
    names = sorted({name for telling in told for name in telling.report.fields})
    contested = lifecycle.types[kind].contested
    return {name: _values(name, told, lifecycle, contested=name in contested) for name in names}


def contradict(name: str, one: str, other: str, lifecycle: Lifecycle) -> bool:
    """Tell whether two values of a field cannot both be right."""
    if name == "crew":
        return _crews_differ(one, other)
    if name == "site":
        here, there = _places(one, lifecycle), _places(other, lifecycle)
        return bool(here and there and not here & there)
    first, second = set(tokens(one)), set(tokens(other))
    return not (first <= second or second <= first)


def _values(name: str, told: list[Telling], lifecycle: Lifecycle, *, contested: bool) -> tuple[str, ...]:
    by_value: dict[str, list[Telling]] = {}
    for telling in told:
        if name in telling.report.fields:
            by_value.setdefault(telling.report.fields[name], []).append(telling)
    ranked = sorted(by_value, key=lambda value: (*_support(by_value[value]), -len(value), value))
    best = ranked[0]
    if not contested:
        return (best,)
    against = [value for value in ranked[1:] if contradict(name, best, value, lifecycle)]
    return (best, *(v for v in against if _apart(by_value[best], by_value[v])))


def _support(tellings: list[Telling]) -> tuple[int, float]:
    sources = independent(t.report for t in tellings)
    return -len(sources), -confidence(sources)


def _apart(one: list[Telling], other: list[Telling]) -> bool:
    alone = len(independent(t.report for t in one)), len(independent(t.report for t in other))
    return len(independent(t.report for t in [*one, *other])) >= 2 and min(alone) >= 1


def _crews_differ(one: str, other: str) -> bool:
    first, second = (_surnames(names) for names in (one, other))
    full = min(len(first), len(second)) >= FULL_CREW
    return full and not (first <= second or second <= first)


def _surnames(names: str) -> set[str]:
    return {tokens(name)[-1] for name in names.split(CREW_JOIN) if tokens(name)}


def _places(site: str, lifecycle: Lifecycle) -> set[int]:
    text = site.casefold()
    return {n for n, names in enumerate(lifecycle.places) if any(name in text for name in names)}
