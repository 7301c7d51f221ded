"""Events: drafts with their time, fields, evidence, severity and confidence filled in."""

import math
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from transforms.extract.drafts import Draft
from transforms.extract.entities import Entity, find_entities
from transforms.extract.entries import SeverityCue
from transforms.extract.fields import Filled, cause_of, crew_of, named_fields, origin_of
from transforms.extract.line import Line
from transforms.extract.mentions import Hit, Mention, Scene, find_mentions
from transforms.extract.missions import Missions
from transforms.extract.pack import Pack
from transforms.extract.page import Page, Sentence
from transforms.extract.status import Ruling
from transforms.extract.times import TimeMention, at_clock, resolve
from transforms.extract.vocabulary import Vocabulary
from transforms.records import EventTime, Evidence, MissionEvent, deterministic_id

MAX_SENTENCE_QUOTES, CARRIED_LINES = 5, 3
_LIST_JOINTS = frozenset({",", ";", "and", "&"})


class Reading:
    """One article on its way: page, lines, scenes."""

    def __init__(
        self, vocabulary: Vocabulary, pack: Pack, title: str, text: str, anchor: datetime | None
    ) -> None:
        self.pack, self.anchor = pack, anchor
        self.page = Page(vocabulary, title, text)
        entities = find_entities(self.page, vocabulary)
        hits = _by_sentence(self.page)
        self.lines: list[Line] = []
        self.scenes: dict[int, Scene] = {}
        for number, sentence in enumerate(self.page.sentences):
            here = hits.get(number, [])
            names = [e for e in entities if sentence.start <= e.start < sentence.end]
            line = Line(self.page, sentence, _cues(here, self.page), names, ())
            self.lines.append(line)
            if any(h.term.group in ("trigger", "word") for h in here) and not _is_ignored(here):
                line.times = self._times(vocabulary, sentence)
                self.scenes[number] = Scene(line, here)
                self.scenes[number].named_before = self._named_before(number)

    def _named_before(self, number: int) -> bool:
        """Tell whether the title or one of the lines just before names a flight."""
        kinds = frozenset(self.pack.manifest.mission)
        near = [n for n in range(max(0, number - CARRIED_LINES), number)]
        near += [n for n, line in enumerate(self.lines[:number]) if line.title]
        return any(e.kind in kinds for n in near for e in self.lines[n].entities)

    def mentions(self) -> list[tuple[int, Mention]]:
        """Return the mentions of all lines, each with the number of its line."""
        prefixed = self._planned_title()
        found = []
        listed = list(self._listed_in_title())
        for number, scene in self.scenes.items():
            if scene.line.title and listed:
                continue
            for mention in find_mentions(scene, self.pack.anti.limit, self.pack.gaps):
                only = self.pack.manifest.types[mention.type].only
                if (
                    scene.line.title
                    and prefixed
                    and only is None
                    and mention.ruling.verdict in ("occurred", "unclear")
                ):
                    mention = mention._replace(ruling=mention.ruling._replace(verdict="planned", sure=0.8))
                found.append((number, mention))
        return [*listed, *found]

    def _listed_in_title(self) -> Iterator[tuple[int, Mention]]:
        """Yield a planned event for each flight that a round-up's headline lists: one for each part of the list."""
        title = self.page.title.casefold().lstrip()
        kind = next(
            (t for p, t in self.pack.headline.roundups.items() if title.startswith(p.casefold())), None
        )
        if kind is None or not self.lines or not self.lines[0].title:
            return
        ranks, line = self.pack.manifest.mission, self.lines[0]
        parts: dict[int, list[Entity]] = defaultdict(list)
        for entity in line.entities:
            if entity.kind in ranks:
                part = sum(w in _LIST_JOINTS for w in self.page.words[line.start : entity.start])
                parts[part].append(entity)
        for entities in parts.values():
            best = min(entities, key=lambda e: ranks.index(e.kind))
            yield (
                0,
                Mention(kind, best.start, best.end, Ruling("planned", 0.7), 2, line, best.start, named=best),
            )

    def missions(self) -> Missions:
        """Return the names of the article, to be asked for missions."""
        old = {n for n, s in self.scenes.items() if any(t.relation == "old" for t in s.line.times)}
        return Missions(self.lines, self.pack.manifest, old)

    def _planned_title(self) -> bool:
        title = self.page.title.casefold().lstrip()
        return title.startswith(tuple(p.casefold() for p in self.pack.headline.planned_prefixes))

    def _times(self, vocabulary: Vocabulary, sentence: Sentence) -> list[TimeMention]:
        begin, finish = self.page.starts[sentence.start], self.page.span_end(sentence.end - 1)
        return vocabulary.times.find(self.page.source[begin:finish], begin, self.page.token_at, self.anchor)


def _by_sentence(page: Page) -> dict[int, list[Hit]]:
    hits: dict[int, list[Hit]] = defaultdict(list)
    number, sentences = 0, page.sentences
    for term, start, end in page.hits:
        while number < len(sentences) and sentences[number].end <= start:
            number += 1
        if number < len(sentences) and sentences[number].start <= start and end <= sentences[number].end:
            hits[number].append(Hit(term, start, end))
    return hits


def _cues(hits: list[Hit], page: Page) -> dict[int, frozenset[str]]:
    cues: dict[int, set[str]] = defaultdict(set)
    for hit in hits:
        if hit.term.name == "maybe" and _is_dated(hit, page):
            continue
        if hit.term.group in ("cue", "role") or (
            hit.term.group == "word" and hit.term.name == "headline_verb"
        ):
            for i in range(hit.start, hit.end):
                cues[i].add(hit.term.name)
    return {i: frozenset(names) for i, names in cues.items()}


def _is_dated(hit: Hit, page: Page) -> bool:
    """Tell whether a modal verb is a month after all (`May 30`, `30 May`)."""
    around = (*page.forms[max(0, hit.start - 1) : hit.start], *page.forms[hit.end : hit.end + 1])
    return page.forms[hit.start][0].isupper() and any(w.isdigit() for w in around)


def _is_ignored(hits: list[Hit]) -> bool:
    return any(h.term.name == "ignored_sentence" for h in hits)


def events_of(drafts: list[Draft], reading: Reading, article_id: str, pack_hash: str) -> list[MissionEvent]:
    """Return the drafts as records, in order of the text."""
    times = _times_of(drafts, reading)
    return [_event(d, reading, article_id, pack_hash, times[n]) for n, d in enumerate(drafts)]


def _event(
    draft: Draft,
    reading: Reading,
    article_id: str,
    pack_hash: str,
    time: tuple[EventTime, tuple[Evidence, ...]] | None,
) -> MissionEvent:
    manifest, page = reading.pack.manifest, reading.page
    entry = manifest.types[draft.type]
    fields: dict[str, Any] = {}
    evidence = _core_evidence(draft, page)
    filled = named_fields(draft, manifest, page)
    for name, value in {**filled, **_told(draft, page, cause=entry.cause)}.items():
        fields[name], evidence[name] = value.value, (value.evidence,)
    crew = crew_of(draft, reading.scenes, page) if "crew" in entry.fields else []
    if crew:
        fields["crew"], evidence["crew"] = tuple(f.value for f in crew), tuple(f.evidence for f in crew)
    if draft.named.entity:
        fields["mission"] = draft.named.entity.name
        evidence["mission"] = (page.quote(draft.named.entity.start, draft.named.entity.end),)
    family = _family(draft, manifest.mission)
    if family:
        fields["family"], evidence["family"] = family.family, (page.quote(family.start, family.end),)
    if time:
        fields["time"] = time[0]
        evidence |= {"time": time[1]} if time[1] else {}
    return MissionEvent(
        id=deterministic_id(article_id, draft.type, draft.status, fields.get("mission")),
        article_id=article_id,
        type=draft.type,  # type: ignore[arg-type]
        status=draft.status,  # type: ignore[arg-type]
        confidence=confidence(draft, reading, dated=time is not None),
        severity=_severity(draft, reading.pack.severity, entry.severity),
        evidence=evidence,
        pack=pack_hash,
        **fields,
    )


def _core_evidence(draft: Draft, page: Page) -> dict[str, tuple[Evidence, ...]]:
    sentences = dict.fromkeys((m.line.start, m.line.end) for m in _best_first(draft))
    quotes = tuple(page.quote(*span) for span in list(sentences)[:MAX_SENTENCE_QUOTES])
    best = _best_first(draft)[0]
    trigger = page.quote(best.start, best.end)
    return {"type": quotes, "status": quotes[:1], "trigger": (trigger,)}


def _best_first(draft: Draft) -> list[Mention]:
    """Return the mentions, text before title, surest first."""
    return sorted(draft.mentions, key=lambda m: (m.line.title, -m.ruling.sure - 0.1 * m.weight, m.start))


def _told(draft: Draft, page: Page, *, cause: bool) -> dict[str, Filled]:
    found = {"cause": cause_of(draft, page) if cause else None, "origin": origin_of(draft, page)}
    return {name: value for name, value in found.items() if value}


def _family(draft: Draft, kinds: list[str]) -> Entity | None:
    entity = draft.named.entity
    if entity and entity.family:
        return entity
    near = [e for m in draft.mentions for e in m.line.entities if e.family and e.kind in kinds]
    return near[0] if near else None


def _severity(draft: Draft, cues: list[SeverityCue], base: int) -> int:
    words = " ".join(" ".join(m.line.page.words[m.line.start : m.line.end]) for m in draft.mentions)
    padded = f" {words} "
    for cue in cues:
        if (not cue.types or draft.type in cue.types) and any(f" {w} " in padded for w in cue.words):
            base += cue.change
    return max(0, min(4, base))


def _times_of(
    drafts: list[Draft], reading: Reading
) -> dict[int, tuple[EventTime, tuple[Evidence, ...]] | None]:
    """Resolve stated times first, then those that count from another event of the same flight."""
    out: dict[int, tuple[EventTime, tuple[Evidence, ...]] | None] = {}
    for n, draft in enumerate(drafts):
        out[n] = _time_of(draft, reading, None)
    for n, draft in enumerate(drafts):
        if out[n] is None:
            base = _base_for(draft, drafts, out)
            out[n] = _time_of(draft, reading, base, offsets=True)
    return out


def _base_for(draft: Draft, drafts: list[Draft], times: dict[int, Any]) -> datetime | None:
    starts = [
        t[0].start
        for n, t in times.items()
        if t and drafts[n].status == "occurred" and drafts[n].name == draft.name
    ]
    return max(starts, default=None)


def _time_of(
    draft: Draft, reading: Reading, base: datetime | None, *, offsets: bool = False
) -> tuple[EventTime, tuple[Evidence, ...]] | None:
    """Return the best time that the draft's mentions state: a dated minute, else a date, joined with a lone clock."""
    page, dated, clocks = reading.page, [], []
    for mention in draft.mentions:
        for time in _near_times(mention):
            if (time.offset is not None) != offsets:
                continue
            if time.start is None and time.weekday is None and time.offset is None:
                if time.clock and time.clock.zone is not None and _is_own(time, mention):
                    clocks.append(time)
                continue
            found = resolve(time, draft.status, reading.anchor, base)
            if found and _fits(found, draft, reading.anchor):
                dated.append((found, time))
    if dated:
        best = max(dated, key=lambda d: _precision(d[0]))
        quotes = (page.quote_chars(best[1].begin, best[1].end),)
        if best[0].granularity == "day" and clocks and clocks[0].clock:
            joined = EventTime(at_clock(best[0].start, clocks[0].clock), "minute", best[0].basis)
            return joined, (*quotes, page.quote_chars(clocks[0].begin, clocks[0].end))
        return best[0], quotes + _clock_quote(best[1], page)
    for time in clocks:
        found = resolve(time, draft.status, reading.anchor)
        if found:
            return found, (page.quote_chars(time.begin, time.end),)
    return None


def _is_own(time: TimeMention, mention: Mention) -> bool:
    """Tell whether no other trigger of the line is nearer to a lone clock."""
    mine = abs(time.token - mention.at)
    return all(abs(time.token - start) >= mine for start, _ in mention.line.triggers)


def _clock_quote(time: TimeMention, page: Page) -> tuple[Evidence, ...]:
    if time.clock is None or time.clock.zone is None or time.begin <= time.clock.start < time.end:
        return ()
    return (page.quote_chars(time.clock.start, time.clock.end),)


def _near_times(mention: Mention) -> list[TimeMention]:
    line = mention.line
    first, last = line.clause_start(mention.start), line.clause_end(mention.end)
    inside = [t for t in line.times if first <= t.token < last]
    others = [t for t in line.times if t not in inside]
    return sorted(inside, key=lambda t: abs(t.token - mention.at)) + others


def _fits(time: EventTime, draft: Draft, anchor: datetime | None) -> bool:
    """Refuse a time on the wrong side of the article for the event's status."""
    if anchor is None or time.granularity in ("month", "year"):
        return True
    days = (time.start.date() - anchor.date()).days
    return days >= -1 if draft.status == "planned" else days <= 1


def _precision(time: EventTime) -> int:
    return {"minute": 3, "day": 2, "month": 1, "year": 0}[time.granularity]


def confidence(draft: Draft, reading: Reading, *, dated: bool) -> float:
    """Return how likely the event is as stated: a logistic of a few features, with the pack's constants."""
    constants = reading.pack.manifest.confidence
    best = max(draft.mentions, key=lambda m: (m.ruling.sure, m.weight))
    entity = draft.named.entity
    features = {
        "bias": 1.0,
        "weight": max(m.weight for m in draft.mentions) - 1.0,
        "sure": best.ruling.sure,
        "named": float(entity is not None),
        "same_sentence": float(entity is not None and not draft.named.inherited),
        "number": float(entity is not None and entity.number),
        "title": float(any(m.line.title for m in draft.mentions)),
        "repeated": float(len(draft.mentions) > 1),
        "dated": float(dated),
        "planned": float(draft.status == "planned"),
    }
    score = sum(constants.get(name, 0.0) * value for name, value in features.items())
    return round(1 / (1 + math.exp(-score)), 3)
