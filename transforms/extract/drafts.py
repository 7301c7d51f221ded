"""Drafts: mentions of one article gathered to at most one event for each (type, status, mission)."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from transforms.extract.entities import Entity
from transforms.extract.entries import Manifest
from transforms.extract.extraction import Skip
from transforms.extract.mentions import Mention
from transforms.extract.missions import Missions, Named, name_words, same_name

MAX_EVENTS = 12


@dataclass
class Draft:
    """An event to be: its mentions, best first, and the name of its flight."""

    type: str
    status: str
    named: Named
    mentions: list[Mention] = field(default_factory=list)
    sure: float = 0.0

    @property
    def name(self) -> tuple[str, ...]:
        """Return the words of the mission's name; none for no mission."""
        return name_words(self.named.entity.name) if self.named.entity else ()


def verdict_of(mention: Mention, manifest: Manifest, anchor: datetime | None) -> str:
    """Return `occurred`, `planned`, or the reason why the mention is no event."""
    if mention.skip:
        return mention.skip
    verdict: str = mention.ruling.verdict
    line = mention.line
    if verdict in ("occurred", "unclear") and _is_old(mention):
        return "historical"
    if verdict not in ("occurred", "planned"):
        return verdict
    only = manifest.types[mention.type].only
    if only == "occurred" and verdict == "planned":
        return "planned_only"
    if verdict == "occurred" and line.any("history", *_near(mention)):
        return "historical"
    return verdict


def gather(
    mentions: Sequence[tuple[int, Mention]], missions: Missions, manifest: Manifest, anchor: datetime | None
) -> tuple[list[Draft], list[tuple[Skip, Mention]]]:
    """Sort mentions (each with the number of its line) into drafts and what was skipped, with the reasons."""
    drafts: list[Draft] = []
    skipped: list[tuple[Skip, Mention]] = []
    for number, mention in mentions:
        verdict = verdict_of(mention, manifest, anchor)
        if verdict not in ("occurred", "planned"):
            skipped.append((verdict, mention))  # type: ignore[arg-type]
            continue
        for named in _names(missions, number, mention, manifest):
            _add(drafts, Draft(mention.type, verdict, named, [mention]))
    drafts = _fold_nameless(drafts)
    return _settled(drafts)[:MAX_EVENTS], skipped


def _names(missions: Missions, number: int, mention: Mention, manifest: Manifest) -> list[Named]:
    kinds = manifest.types[mention.type].mission or manifest.mission
    listed = missions.listed(number, mention.start, kinds)
    if listed:
        return [Named(e) for e in listed]
    return [missions.name(number, mention.start, mention.end, kinds)]


def _add(drafts: list[Draft], new: Draft) -> None:
    for draft in drafts:
        if (draft.type, draft.status) == (new.type, new.status) and same_name(draft.name, new.name):
            draft.mentions += new.mentions
            if draft.named.inherited and not new.named.inherited:
                draft.named = new.named
            return
    drafts.append(new)


def _fold_nameless(drafts: list[Draft]) -> list[Draft]:
    """Give the mentions without a mission to the first draft of their type and status that has one."""
    kept: list[Draft] = [d for d in drafts if d.name]
    for draft in drafts:
        if draft.name:
            continue
        home = next((d for d in kept if (d.type, d.status) == (draft.type, draft.status)), None)
        if home:
            home.mentions += draft.mentions
        else:
            kept.append(draft)
    return kept


def _settled(drafts: list[Draft]) -> list[Draft]:
    """Where one flight's event is both planned and past, keep what the article is surer of.

    A slip or scrub beside it explains both: then the planned one is the next attempt, and stays.
    """
    out = []
    for draft in drafts:
        rivals = [d for d in drafts if d is not draft and d.type == draft.type and _same_flight(d, draft)]
        rival = next((d for d in rivals if d.status != draft.status), None)
        if rival is None or _strength(draft) > _strength(rival) or (
            _strength(draft) == _strength(rival) and draft.status == "occurred"
        ):
            out.append(draft)
    return sorted(out, key=lambda d: min(m.start for m in d.mentions))


def _same_flight(a: Draft, b: Draft) -> bool:
    return not a.name or not b.name or same_name(a.name, b.name)


def _strength(draft: Draft) -> float:
    best = max(draft.mentions, key=lambda m: m.ruling.sure)
    titled = any(m.line.title for m in draft.mentions)
    return best.ruling.sure + 0.3 * titled + 0.05 * min(len(draft.mentions), 3)


def _is_old(mention: Mention) -> bool:
    time = mention.line.nearest_time(mention.at)
    return bool(time and time.relation == "old")


def _near(mention: Mention) -> tuple[int, int]:
    first = mention.line.clause_start(mention.start)
    return max(first, mention.start - 6), min(mention.line.clause_end(mention.end), mention.end + 6)


def is_entity_of(entity: Entity, kinds: Sequence[str]) -> bool:
    """Tell whether a name is of one of the kinds."""
    return entity.kind in kinds
