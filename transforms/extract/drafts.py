"""Drafts: mentions of one article gathered to at most one event for each (type, status, mission)."""

from collections.abc import Sequence

from transforms.extract.draft import Draft, same_flight, share_sentence
from transforms.extract.folds import folded
from transforms.extract.line import Line
from transforms.extract.manifest import Manifest
from transforms.extract.mentions import Mention, Skipped
from transforms.extract.missions import Missions, Named
from transforms.extract.names import names_same, one_begins_other
from transforms.extract.overtaken import overtaken
from transforms.extract.ruling import EXPLICIT, Ruling
from transforms.extract.times import TimeMention

STRONG, SURE, NOMINAL, HISTORY_REACH = 3, 0.45, 0.6, 6
LEAD_LINES, SETTLED_REACH, COUNT_REACH, FEW = 4, 4, 3, 4
NEGATED = 3
MAX_DRAFTS = 60  # each is compared with each; no article keeps a fifth of them
DECIDED = 0.75


def verdict_of(mention: Mention, manifest: Manifest, *, retrospective: bool) -> str:
    """Return `occurred`, `planned`, or the reason why the mention is no event.

    In a `retrospective` (a report, an inquiry) only what is dated as recent counts as having happened.
    """
    if mention.skip:
        return mention.skip
    verdict: str = mention.ruling.verdict
    line = mention.line
    if verdict in ("occurred", "unclear") and _is_old(mention):
        return "historical"
    if verdict == "occurred" and (
        line.any("history", *_near(mention))
        or (retrospective and not line.title and not line.recent(mention.at))
    ):
        return "historical"
    if verdict == "planned" and line.any("contract", line.start, mention.start) and not _is_settled(mention):
        return "hypothetical"
    if verdict == "planned" and manifest.types[mention.type].only == "occurred":
        decided = manifest.types[mention.type].slips and mention.ruling.sure >= DECIDED
        return "occurred" if mention.form == "present" or decided else "planned_only"
    return verdict


def _is_settled(mention: Mention) -> bool:
    """Tell whether a plan stands in a calendar (`is scheduled to launch`), whatever else was agreed."""
    return mention.line.any("predicate", mention.start - SETTLED_REACH, mention.start)


def gather(
    mentions: Sequence[tuple[int, Mention]], missions: Missions, manifest: Manifest
) -> tuple[list[Draft], list[Skipped]]:
    """Sort mentions (each with the number of its line) into drafts and what was skipped, with the reasons."""
    drafts: list[Draft] = []
    skipped: list[Skipped] = []
    retrospective = is_retrospective(missions.lines)
    past: set[int] = set()
    for number, mention in mentions:
        verdict = verdict_of(mention, manifest, retrospective=retrospective)
        if verdict == "historical":
            past.add(mention.line.sentence.paragraph)
        elif verdict == "occurred" and _is_undated(mention) and mention.line.sentence.paragraph in past:
            verdict = "historical"
        named = named_by(missions, number, mention, manifest)
        verdict = _weighed(verdict, number, mention, named, missions)
        if verdict in ("occurred", "planned"):
            each = zip(named, _each(mention, named), strict=True)
            added = [_add(drafts, Draft(mention.type, verdict, one, [told])) for one, told in each]
            skipped += [("surplus", mention)] * (not all(added))
        else:
            skipped.append((verdict, mention))  # type: ignore[arg-type]
        announced = manifest.types[mention.type].announces
        if announced and verdict in ("occurred", "planned_only") and _is_ahead(mention, verdict):
            plan = mention._replace(type=announced, ruling=Ruling("planned", 0.5))
            for one in named:
                _add(drafts, Draft(announced, "planned", one, [plan]))
    drafts = _completed(folded(drafts, missions, manifest), skipped, manifest)
    past_news = overtaken(drafts, manifest)
    skipped += [("historical", draft.mentions[0]) for draft in past_news]
    return _settled([d for d in drafts if d not in past_news]), skipped


def _each(mention: Mention, named: Sequence[Named]) -> list[Mention]:
    """Return a mention for each of its flights; of several that stand behind it, each has its own day."""
    entities = [one.entity for one in named]
    behind = [e for e in entities if e and e.start >= mention.end]
    if len(behind) < len(named) or len(named) < 2:
        return [mention] * len(named)
    return [mention._replace(at=e.end - 1) for e in behind]


def is_retrospective(lines: Sequence[Line]) -> bool:
    """Tell whether an article is a report, an inquiry or a look back, by its headline."""
    return any(line.title and _looks_back(line) for line in lines)


def _looks_back(title: Line) -> bool:
    """Tell whether a headline announces a report or an inquiry, or names a day of long ago."""
    days = [t.relation for t in title.times]
    return title.any("retrospective", title.start, title.end) or ("old" in days and set(days) == {"old"})


def _weighed(verdict: str, number: int, mention: Mention, named: list[Named], missions: Missions) -> str:
    """Return the verdict in the light of whose event it would be, and of where in the text it stands."""
    if verdict == "planned" and _is_vague(mention, named):
        return "hypothetical"
    if verdict == "occurred" and _is_bare(mention, named):
        return "no_mission"
    if verdict == "occurred" and number >= LEAD_LINES and _is_background(mention, named, missions):
        return "historical"
    return verdict


def _is_vague(mention: Mention, named: list[Named]) -> bool:
    """Tell whether a plan has neither a flight nor a day: a programme, not an event."""
    if mention.ruling.sure < SURE and not any(n.entity and n.entity.listed for n in named):
        return True
    if _is_plural(mention) and (_is_counted(mention) or not any(n.entity for n in named)):
        return True
    if mention.line.title and mention.ruling.sure >= NOMINAL:
        return False
    if any(n.entity for n in named) or mention.weight >= STRONG:
        return False
    time = mention.line.nearest_time(mention.at)
    return not (time and (time.relation == "future" or _is_near_now(time)) and time.granularity != "year")


def _is_near_now(time: TimeMention) -> bool:
    """Tell whether a time is today, or a bare weekday."""
    return time.weekday is not None or bool(time.start and not time.relation)


def _is_background(mention: Mention, named: list[Named], missions: Missions) -> bool:
    """Tell whether what stands deep in a text, without a day, is of no flight that its lead names."""
    if mention.line.times or mention.gap:
        return False
    lead = [e for line in missions.lines[:LEAD_LINES] for e in line.entities]
    names = [n.entity for n in named if n.entity]
    return not any(names_same(name, known) for name in names for known in lead)


def _is_plural(mention: Mention) -> bool:
    """Tell whether a noun speaks of events in general (`rocket launches`)."""
    return mention.form in ("noun", "present") and mention.line.page.words[mention.end - 1].endswith("s")


def _is_counted(mention: Mention) -> bool:
    """Tell whether a number stands before a plural: a plan of a year (`52 Falcon launches`), not an event."""
    line, first = mention.line, max(mention.line.start, mention.start - COUNT_REACH)
    before = (line.page.forms[i] for i in range(first, mention.start) if i not in line.names)
    return any(form.isdecimal() and int(form) > FEW for form in before)


def _is_undated(mention: Mention) -> bool:
    return not mention.line.title and not any(
        t.relation or t.start or t.weekday is not None for t in mention.line.times
    )


def _is_bare(mention: Mention, named: list[Named]) -> bool:
    """Tell whether a noun or a gerund without a flight and a date is all there is."""
    nominal = mention.weight < 2 if mention.gap else mention.form in ("noun", "base", "gerund")
    if mention.weight >= STRONG or not nominal:
        return False
    return (
        mention.ruling.sure <= NOMINAL
        and not any(n.entity for n in named)
        and not mention.line.recent(mention.at)
    )


def _is_ahead(mention: Mention, verdict: str) -> bool:
    """Tell whether a new day is named: one that lies ahead, or one that something is moved to."""
    line = mention.line
    return verdict != "occurred" or any(
        t.relation == "future" or (not t.relation and line.led_by("moved_to", t.token)) for t in line.times
    )


def _completed(drafts: list[Draft], skipped: Sequence[Skipped], manifest: Manifest) -> list[Draft]:
    """Add what an event implies, and drop what a graver event of the same flight says better."""
    out = list(drafts)
    for draft in drafts:
        out += implied_by(draft, out, skipped, manifest)
    return [
        d
        for d in out
        if not any(o.type in manifest.types[d.type].yields_to and _same_story(o, d) for o in out)
    ]


def implied_by(
    draft: Draft, told: Sequence[Draft], skipped: Sequence[Skipped], manifest: Manifest
) -> list[Draft]:
    """Return what has occurred with an event by its type, but for what is told of its flight already.

    Nor does it imply what its clause denies (`did not lift off`), in other words than its own.
    """
    kinds = manifest.types[draft.type].implies if draft.status == "occurred" else ()
    refused = (m for reason, m in skipped if reason == "denied" and m.type in kinds)
    denied = {m.type for m in refused if _is_negated_beside(m, draft)}
    twins = [
        Draft(kind, "occurred", draft.named, list(draft.mentions)) for kind in kinds if kind not in denied
    ]
    return [t for t in twins if not any(_is_told(d, t) for d in told)]


def _is_negated_beside(mention: Mention, draft: Draft) -> bool:
    """Tell whether a mention is negated (not by `failed to`) in a clause of an event, beside its words."""
    if not mention.line.negated(mention.start - NEGATED, mention.start):
        return False
    near = [m for m in draft.mentions if m.line is mention.line]
    clause = any(m.line.clause_start(m.start) <= mention.start < m.line.clause_end(m.end) for m in near)
    return clause and not any(m.start < mention.end and mention.start < m.end for m in near)


def _is_told(draft: Draft, twin: Draft) -> bool:
    same = (draft.type, draft.status) == (twin.type, twin.status)
    return same and (same_flight(draft, twin) or _is_part(draft, twin))


def named_by(missions: Missions, number: int, mention: Mention, manifest: Manifest) -> list[Named]:
    """Return the flights that a mention in line `number` is of, usually one."""
    if mention.named:
        return [Named(mention.named)]
    kinds = manifest.kinds_naming(mention.type)
    listed = missions.listed(number, mention.start, kinds)
    if listed:
        return [Named(e) for e in listed]
    named = missions.name(number, mention.start, mention.end, kinds)
    return [named, *missions.joined(number, named, loosely=not mention.voted)]


def _add(drafts: list[Draft], new: Draft) -> bool:
    """Add a draft or give its mentions to the one of its flight; tell whether there was room for it."""
    for draft in drafts:
        if (draft.type, draft.status) == (new.type, new.status) and names_same(
            draft.named.entity, new.named.entity
        ):
            draft.mentions += new.mentions
            if draft.named.inherited and not new.named.inherited:
                draft.named = new.named
            return True
    if len(drafts) < MAX_DRAFTS:
        drafts.append(new)
        return True
    return False


def _settled(drafts: list[Draft]) -> list[Draft]:
    """Where one flight's event is both planned and past, keep what the article is surer of.

    A slip or scrub beside it explains both: then the planned one is the next attempt, and stays.
    """
    out = []
    for draft in drafts:
        rivals = [d for d in drafts if d is not draft and d.type == draft.type and same_flight(d, draft)]
        rival = next((d for d in rivals if d.status != draft.status), None)
        if (
            rival is None
            or _strength(draft) > _strength(rival)
            or (_strength(draft) == _strength(rival) and draft.status == "occurred")
        ):
            out.append(draft)
    return sorted(out, key=lambda d: min(m.start for m in d.mentions))


def _same_story(a: Draft, b: Draft) -> bool:
    return same_flight(a, b) or share_sentence(a, b)


def _is_part(a: Draft, b: Draft) -> bool:
    """Tell whether one of two names is the beginning of the other (`Long March` and `Long March 4C`)."""
    one, other = a.named.entity, b.named.entity
    return one is not None and other is not None and one_begins_other(one, other)


def _strength(draft: Draft) -> float:
    best = max(draft.mentions, key=lambda m: m.ruling.sure)
    titled = any(m.line.title for m in draft.mentions)
    return best.ruling.sure + 0.3 * titled + 0.05 * min(len(draft.mentions), 3)


def _is_old(mention: Mention) -> bool:
    """Tell whether the nearest time lies long ago, or every time of the sentence, however far."""
    time, times = mention.line.nearest_time(mention.at), mention.line.times_for(mention.at)
    return bool(time and time.relation == "old") or {t.relation for t in times} == {"old"}


def _near(mention: Mention) -> tuple[int, int]:
    line, at = mention.line, mention.at
    left = HISTORY_REACH if mention.ruling.sure < EXPLICIT else 2
    return max(line.clause_start(at), at - left), min(line.clause_end(at), at + HISTORY_REACH)
