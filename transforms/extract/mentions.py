"""Mentions: words that evoke an event, alone (triggers) or together (gap rules), with type and status.

Gap rules are linear by construction: for each left anchor the first right anchor within reach, nothing
in between from the barrier. Bounded gaps inside matcher patterns were refused: they explode on long runs.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.extract.entity import Entity
from transforms.extract.entries import GapRule, TriggerEntry
from transforms.extract.extraction import Skip
from transforms.extract.gap_rules import GapRules
from transforms.extract.inflections import Form
from transforms.extract.line import SUBORDINATE, Line
from transforms.extract.page import longest_over
from transforms.extract.ruling import Ruling
from transforms.extract.status import rule
from transforms.extract.vocabulary import Hit, Term

MAX_ANCHORS, MAX_OBJECT, MAX_SUBJECT, TOLD_BY_RULE, NEGATED = 40, 12, 12, 0.6, 3


class Mention(NamedTuple):
    """One evocation of an event at tokens `start` to `end`; `skip` says why it is none after all.

    It `absorbs` types: those that a rule over a gap names, or the one that its trigger was turned from.
    """

    type: str
    start: int
    end: int
    ruling: Ruling
    weight: int
    line: Line
    at: int
    form: Form = "phrase"
    absorbs: tuple[str, ...] = ()
    skip: Skip | None = None
    gap: bool = False
    named: Entity | None = None
    voted: bool = False


Skipped = tuple[Skip, Mention]  # a mention that is no event, with the reason


class Scene:
    """One line with the hits in it, by group."""

    def __init__(self, line: Line, hits: list[Hit]) -> None:
        self.line = line
        self.named_before = False
        self._blocks = longest_over((h.start, h.end) for h in hits if h.term.group == "block")
        self._names = longest_over((e.start, e.end) for e in line.entities)
        self.triggers = [h for h in hits if h.term.group == "trigger"]
        self.anchors: dict[str, list[Hit]] = defaultdict(list)
        for hit in hits:
            if hit.term.group == "word" and not self.blocked(hit) and not self._in_name(hit):
                self.anchors[hit.term.name].append(hit)
            elif hit.term.group == "head":
                self.anchors["head:" + hit.term.name].append(hit)
        for entity in line.entities:
            self.anchors[entity.kind].append(Hit(Term("entity", entity.kind), entity.start, entity.end))
        line.triggers = sorted((h.start, h.end) for h in self.triggers)
        self.anti = sum(h.term.entry for h in hits if h.term.group == "anti")

    def blocked(self, hit: Hit) -> bool:
        """Tell whether a hit is but a part of a phrase that means something else."""
        return _is_part(hit, self._blocks)

    def _in_name(self, hit: Hit) -> bool:
        """Tell whether a hit is but a part of a name (`Space Launch System`)."""
        return _is_part(hit, self._names)

    def named(self, names: list[str]) -> list[Hit]:
        """Return the anchors of several classes or kinds, in order."""
        return sorted((h for n in names for h in self.anchors.get(n, ())), key=lambda h: h.start)


def _is_part(hit: Hit, spans: dict[int, tuple[int, int]]) -> bool:
    span = spans.get(hit.start)
    return span is not None and hit.end <= span[1] and span[1] - span[0] > hit.end - hit.start


def find_mentions(scene: Scene, anti_limit: float, gaps: GapRules) -> Iterator[Mention]:
    """Yield the mentions of one line; those that are no events carry their reason."""
    by_gap = [m for gap in gaps.fitting(scene.anchors) for m in _by_gap(scene, gap)]
    alone = [m for m in _by_trigger(scene) if not _absorbed(m, by_gap)]
    for mention in [*alone, *by_gap]:
        doubted = _doubted(mention) if mention.skip is None else None
        if doubted:
            yield mention._replace(ruling=Ruling(doubted, mention.ruling.sure))
        elif scene.anti >= anti_limit and mention.skip is None:
            yield mention._replace(skip="metaphor")
        else:
            yield mention


def _doubted(mention: Mention) -> Skip | None:
    """Return what becomes of a mention of which somebody says that it is not so, or may not be."""
    line, verdict = mention.line, mention.ruling.verdict
    if verdict in ("occurred", "planned") and line.is_disowned(mention.at, mention.end):
        return "denied"
    return "hypothetical" if verdict == "occurred" and line.is_doubted(mention.at) else None


def fires(scene: Scene, rule: TriggerEntry | GapRule) -> bool:
    """Tell whether the words of one rule of the pack are in a line as it wants them."""
    if isinstance(rule, GapRule):
        return any(True for _ in _by_gap(scene, rule))
    return any(hit.term.entry.entry is rule for hit in scene.triggers)


def _by_trigger(scene: Scene) -> Iterator[Mention]:
    for hit in _longest(scene.triggers):
        entry: TriggerEntry = hit.term.entry.entry
        names = scene.line.names
        if hit.start in names and hit.end - 1 in names:
            continue
        kind = _goal(scene, hit, entry)
        if not kind:
            continue
        ruling = rule(scene.line, hit.start, hit.end, hit.term.form, stative=entry.stative)
        if entry.only and ruling.verdict != entry.only:
            continue
        skip: Skip | None = "metaphor" if scene.blocked(hit) else None
        if skip is None and _is_in_title_case(scene, hit):
            skip = "metaphor"
        if skip is None and (_takes_other_object(scene, hit, entry) or _has_other_subject(scene, hit, entry)):
            skip = "metaphor"
        carried = scene.named_before and (entry.carry or entry.weight > 1)
        if skip is None and entry.needs and not carried and not _has(scene, entry, hit):
            skip = "no_mission"
        turned = (entry.type,) if kind != entry.type else ()
        yield Mention(
            kind, hit.start, hit.end, ruling, entry.weight, scene.line, hit.start, hit.term.form, turned, skip
        )


def _goal(scene: Scene, hit: Hit, entry: TriggerEntry) -> str:
    """Return the type that the next goal after the trigger makes of it."""
    if not entry.goals:
        return entry.type
    ahead = [
        (anchor.start, entry.goals[name])
        for name in entry.goals
        if name != "*"
        for anchor in scene.anchors.get(name, ())
        if hit.end <= anchor.start <= hit.end + entry.reach
        and (entry.leaving or not _is_left(scene, hit, anchor))
        and SUBORDINATE.isdisjoint(scene.line.page.words[hit.end : anchor.start])
    ]
    return min(ahead)[1] if ahead else entry.goals.get("*", entry.type)


def _is_left(scene: Scene, hit: Hit, anchor: Hit) -> bool:
    """Tell whether a goal is where something comes from (`lands with two from the station`)."""
    return "from" in scene.line.page.words[hit.end : anchor.start]


def _takes_other_object(scene: Scene, hit: Hit, entry: TriggerEntry) -> bool:
    """Tell whether the object, up to the first preposition, is of another world (`launches a service`)."""
    if not entry.unless:
        return False
    words, last = scene.line.page.words, min(scene.line.end, hit.end + MAX_OBJECT)
    stop = next(
        (i for i in range(hit.end, last) if "object_end" in scene.line.cues[i] and words[i - 1] != "-"), last
    )
    ours = [(h.start, h.end) for h in scene.named(entry.needs)]
    return any(
        hit.end <= h.start < stop and not any(start <= h.start < end for start, end in ours)
        for h in scene.named(entry.unless)
    )


def _is_in_title_case(scene: Scene, hit: Hit) -> bool:
    """Tell whether a hit is written as a part of a name (`Satellite Launching Ground`), not in a headline."""
    line, forms = scene.line, scene.line.page.forms
    if line.title or hit.start == line.start or not forms[hit.start].istitle():
        return False
    before = forms[hit.start - 1] if hit.start - 1 > line.start else ""
    return any(form.istitle() and form.isalpha() for form in (before, *forms[hit.end : hit.end + 1]))


def _has_other_subject(scene: Scene, hit: Hit, entry: TriggerEntry) -> bool:
    """Tell whether what stands right before, in the same clause, is not what the type is about."""
    first = max(scene.line.clause_start(hit.start), hit.start - MAX_SUBJECT)
    return any(first <= h.start < hit.start for h in scene.named(entry.not_by))


def _has(scene: Scene, entry: TriggerEntry, hit: Hit) -> bool:
    return any(abs(h.start - hit.start) <= entry.near for h in scene.named(entry.needs))


def _by_gap(scene: Scene, gap: GapRule) -> Iterator[Mention]:
    lefts, rights = scene.named(gap.left)[:MAX_ANCHORS], scene.named(gap.right)[:MAX_ANCHORS]
    if scene.named(gap.refuses) or not _may_be_meant(scene, gap):
        return
    barriers = [h.start for h in scene.named(gap.barrier)] + _stops(scene)
    for left in lefts:
        right = _partner(left, rights, gap, barriers)
        if right is None:
            continue
        start, end = min(left.start, right.start), max(left.end, right.end)
        told = right if gap.status == "right" else left
        ruling = _ruling(scene, gap, left, right)
        yield Mention(
            gap.type,
            start,
            end,
            ruling,
            gap.weight,
            scene.line,
            told.start,
            told.term.form,
            tuple(gap.absorbs),
            gap=True,
        )


def _may_be_meant(scene: Scene, gap: GapRule) -> bool:
    return not gap.needs or bool(scene.named(gap.needs)) or (gap.carry and scene.named_before)


def _ruling(scene: Scene, gap: GapRule, left: Hit, right: Hit) -> Ruling:
    """Return how a gap rule is meant; a negation within its own words (`did not reach`) denies nothing."""
    line, told = scene.line, right if gap.status == "right" else left
    start, end = min(left.start, right.start), max(left.end, right.end)
    if gap.status not in ("occurred", "planned"):
        ruling = rule(line, told.start, told.end, told.term.form)
        return Ruling("denied", ruling.sure) if line.any("denied", start - 1, start) else ruling
    own = [(hit.start, hit.end) for hit in (left, right)]
    if _is_possible(line, [first for first, _ in own], gap.status):
        return Ruling("hypothetical", TOLD_BY_RULE)
    denied = line.negated(start - NEGATED, end, own) or line.any("denied", start - NEGATED, start)
    denied |= any(line.any("nearly", first - 1, first) for first, _ in own)
    return Ruling("denied" if denied else gap.status, TOLD_BY_RULE)


def _is_possible(line: Line, starts: Sequence[int], status: str) -> bool:
    """Tell whether what is told in words that begin there may be, or generally is, but is no news."""
    doubts = ("maybe", "would", "will") if status == "occurred" else ()
    if any(line.any(cue, first - 2, first) for first in starts for cue in doubts):
        return True
    general = not line.title and any("habitual" in line.cues[first] for first in starts)
    return general or line.is_inverted(min(starts)) or line.any("conditional", line.start, line.end)


def _stops(scene: Scene) -> list[int]:
    words = scene.line.page.words
    return [i for i in range(scene.line.start, scene.line.end) if words[i] == ";"]


def _partner(left: Hit, rights: list[Hit], gap: GapRule, barriers: list[int]) -> Hit | None:
    for right in rights:
        first, second = (left, right) if left.start < right.start else (right, left)
        if second is left and not gap.either:
            continue
        if first.end <= second.start <= first.end + gap.max and not any(
            first.end <= b < second.start for b in barriers
        ):
            return right
    return None


def _absorbed(mention: Mention, by_gap: list[Mention]) -> bool:
    """Tell whether a trigger is but a part of what a rule over a gap is about, and no verb of its own."""
    return not _has_object(mention) and any(
        mention.type in g.absorbs and g.start <= mention.start < g.end and g.ruling.verdict != "unclear"
        for g in by_gap
        if not (_is_told(mention) and mention.line.any("afterwards", mention.end, g.end))
    )


def _is_told(mention: Mention) -> bool:
    """Tell whether a verb says that something has occurred."""
    return mention.ruling.verdict == "occurred" and mention.form in ("present", "past")


def _has_object(mention: Mention) -> bool:
    """Tell whether a verb that tells of what has occurred stands before its object (`launches 29 craft`)."""
    line = mention.line
    counted = "".join(line.page.words[mention.end : mention.end + 1]).isdigit()
    return _is_told(mention) and (counted or mention.end in line.names or "article" in line.cues[mention.end])


def _longest(hits: list[Hit]) -> list[Hit]:
    """Keep, of overlapping triggers, the longest; of equal ones all types."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda h: (h.start - h.end, h.start, h.term.form == "noun")):
        clash = [k for k in kept if hit.start < k.end and k.start < hit.end]
        if all((k.start, k.end) == (hit.start, hit.end) and k.term.name != hit.term.name for k in clash):
            kept.append(hit)
    return sorted(kept, key=lambda h: h.start)


__all__ = ["Entity", "Hit", "Mention", "Scene", "find_mentions"]
