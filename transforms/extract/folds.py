"""Folds: drafts of one event that go by different names of its flight become one."""

from collections.abc import Callable, Sequence
from datetime import date

from transforms.extract.asides import is_another
from transforms.extract.draft import Draft
from transforms.extract.entity import Entity
from transforms.extract.manifest import Manifest
from transforms.extract.missions import Missions
from transforms.extract.names import names_same

_FINE = frozenset({"day", "hour", "minute"})
HomeOf = Callable[[Draft, list[Draft]], Draft | None]


def folded(drafts: list[Draft], missions: Missions, manifest: Manifest) -> list[Draft]:
    """Return drafts of which no two of a type and status have names of one flight."""
    drafts = _fold_parts(_fold_nameless(_fold_borrowed(drafts)))
    return _fold_bracketed(_fold_generic(drafts, missions, manifest), missions)


def fold(drafts: Sequence[Draft], home_of: HomeOf) -> list[Draft]:
    """Give the mentions of each draft to its home, which is asked for with the drafts kept so far.

    Who is a home stays, and who was given away is none, so that nothing is lost where two are each other's.
    """
    kept: list[Draft] = []
    homes: set[int] = set()
    given: set[int] = set()
    for draft in drafts:
        home = None if id(draft) in homes else home_of(draft, kept)
        if home and id(home) not in given:
            home.mentions += draft.mentions
            homes.add(id(home))
            given.add(id(draft))
        else:
            kept.append(draft)
    return kept


def _same_event(draft: Draft, drafts: Sequence[Draft]) -> list[Draft]:
    """Return the other drafts of a draft's type and status."""
    return [d for d in drafts if (d.type, d.status) == (draft.type, draft.status) and d is not draft]


def _fold_borrowed(drafts: list[Draft]) -> list[Draft]:
    """Give what has its name from another sentence to the flight of which the title says the same."""

    def home_of(draft: Draft, _: list[Draft]) -> Draft | None:
        twins = (d for d in _same_event(draft, drafts) if _is_titled(d))
        return next(twins, None) if draft.named.inherited else None

    return fold(drafts, home_of)


def _is_titled(home: Draft) -> bool:
    """Tell whether a draft has its own flight's name, and a mention in the title."""
    return bool(home.name) and not home.named.inherited and any(m.line.title for m in home.mentions)


def _fold_nameless(drafts: list[Draft]) -> list[Draft]:
    """Give the mentions without a mission to the first draft of their type and status."""

    def home_of(draft: Draft, kept: list[Draft]) -> Draft | None:
        return None if draft.name else next(iter(_same_event(draft, kept)), None)

    return fold(sorted(drafts, key=lambda d: not d.name), home_of)


def _fold_parts(drafts: list[Draft]) -> list[Draft]:
    """Give what names but the beginning of another's flight to the first such (`SBIRS` to `SBIRS GEO-5`)."""

    def home_of(draft: Draft, _: list[Draft]) -> Draft | None:
        return next((d for d in _same_event(draft, drafts) if _begins(draft, d)), None)

    return fold(drafts, home_of)


def _begins(part: Draft, whole: Draft) -> bool:
    size = len(part.name)
    return 0 < size < len(whole.name) and whole.name[:size] == part.name


def _fold_generic(drafts: list[Draft], missions: Missions, manifest: Manifest) -> list[Draft]:
    """Give what is said of a name that does not rank first to the one flight beside it that it may be.

    That is a draft whose name ranks above it (`Crew-13` above `Falcon 9`) and stands in a sentence with
    it, or is the only one of its kind; of two such nobody knows which. Another day, `another Falcon 9` in a
    sentence without the flight, and each of a list of flights are of another.
    """

    def home_of(draft: Draft, _: list[Draft]) -> Draft | None:
        ranks = manifest.kinds_naming(draft.type)
        generic = draft.named.entity
        if not generic or generic.kind not in ranks[1:] or any(m.named for m in draft.mentions):
            return None
        named = ((d, d.named.entity) for d in _same_event(draft, drafts))
        above = [(d, e) for d, e in named if e and missions.ranks_above(e, generic, ranks)]
        if len(above) != 1 or not missions.may_be(generic, above[0][1]):
            return None
        home, specific = above[0]
        near = missions.company.together(generic, specific) or missions.is_alone(specific, beside=generic)
        apart = are_apart(days_of(draft), days_of(home)) or is_other(draft, generic, specific)
        return home if near and not apart else None

    return fold(drafts, home_of)


def is_other(draft: Draft, generic: Entity, specific: Entity) -> bool:
    """Tell whether a mention is of one more of a kind, in a sentence without the flight."""
    lines = [m.line for m in draft.mentions if not any(names_same(e, specific) for e in m.line.entities)]
    return any(is_another(line, e) for line in lines for e in line.entities if names_same(e, generic))


def days_of(draft: Draft) -> set[date | int]:
    """Return the days, or else the weekdays, that stand with the mentions of a draft."""
    times = (mention.line.nearest_time(mention.at) for mention in draft.mentions)
    days = {(t.start.date() if t.start else t.weekday) for t in times if t and t.granularity in _FINE}
    return {day for day in days if day is not None}


def are_apart(a: set[date | int], b: set[date | int]) -> bool:
    """Tell whether no day is on both sides; beside a weekday a day counts as its weekday."""
    if any(isinstance(day, int) for day in a | b):
        ours, theirs = ({d if isinstance(d, int) else d.weekday() for d in days} for days in (a, b))
        return bool(ours and theirs) and ours.isdisjoint(theirs)
    return bool(a and b) and a.isdisjoint(b)


def _fold_bracketed(drafts: list[Draft], missions: Missions) -> list[Draft]:
    """Give each the short name that stands in brackets behind its own (`Orbital Flight Test-2 (OFT-2)`)."""
    for draft in drafts:
        draft.named = missions.shortened(draft.named)

    def home_of(draft: Draft, kept: list[Draft]) -> Draft | None:
        return next((d for d in _same_event(draft, kept) if draft.name and d.name == draft.name), None)

    return fold(drafts, home_of)
