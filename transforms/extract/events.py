"""Events: drafts with their time, fields, evidence, severity and confidence filled in."""

import math
from typing import Any

from transforms.extract.drafts import Draft
from transforms.extract.entities import Entity
from transforms.extract.entries import SeverityCue
from transforms.extract.event_times import Stated, slip_of, times_of
from transforms.extract.fields import Filled, cause_of, crew_of, named_fields, origin_of
from transforms.extract.mentions import Mention
from transforms.extract.page import Page
from transforms.extract.reading import Reading
from transforms.records import Evidence, MissionEvent, deterministic_id

MAX_SENTENCE_QUOTES, EARLY = 5, 40


def events_of(drafts: list[Draft], reading: Reading, article_id: str, pack_hash: str) -> list[MissionEvent]:
    """Return the drafts as records, in order of the text."""
    times = times_of(drafts, reading)
    return [_event(d, reading, article_id, pack_hash, times[n]) for n, d in enumerate(drafts)]


def _event(
    draft: Draft, reading: Reading, article_id: str, pack_hash: str, time: Stated | None
) -> MissionEvent:
    manifest, page = reading.pack.manifest, reading.page
    entry = manifest.types[draft.type]
    fields: dict[str, Any] = {}
    evidence = _core_evidence(draft, page)
    filled = named_fields(draft, manifest, page)
    for name, value in {**filled, **_told(draft, page, cause=entry.cause)}.items():
        fields[name], evidence[name] = value.value, (value.evidence,)
    crew = crew_of(draft, page) if "crew" in entry.fields else []
    if crew:
        fields["crew"], evidence["crew"] = tuple(f.value for f in crew), tuple(f.evidence for f in crew)
    if draft.named.entity:
        fields["mission"] = draft.named.entity.name
        evidence["mission"] = (page.quote(draft.named.entity.start, draft.named.entity.end),)
        if draft.named.entity.flight:
            fields["mission_id"], evidence["mission_id"] = draft.named.entity.flight, evidence["mission"]
    family = _family(draft, manifest.mission)
    if family:
        fields["family"], evidence["family"] = family.family, (page.quote(family.start, family.end),)
    if time:
        fields["time"] = time[0]
        evidence |= {"time": time[1]} if time[1] else {}
    slip = slip_of(draft, page, reading.anchor) if entry.slips else None
    if slip:
        fields["slip"], evidence["slip"] = slip
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


def confidence(draft: Draft, reading: Reading, *, dated: bool) -> float:
    """Return how likely the event is as stated: a logistic of its features, with the pack's constants."""
    constants = reading.pack.manifest.confidence
    found = features(draft, dated=dated)
    score = sum(constants.get(name, 0.0) * value for name, value in found.items())
    return round(1 / (1 + math.exp(-score)), 3)


def features(draft: Draft, *, dated: bool) -> dict[str, float]:
    """Return what tells how far an event is to be believed, by name; each from 0 to 1 or a little more."""
    best = max(draft.mentions, key=lambda m: (m.ruling.sure, m.weight))
    entity = draft.named.entity
    return {
        "bias": 1.0,
        "weight": max(m.weight for m in draft.mentions) - 1.0,
        "sure": best.ruling.sure,
        "named": float(entity is not None),
        "number": float(entity is not None and entity.number),
        "listed": float(entity is not None and entity.listed),
        "title": float(any(m.line.title for m in draft.mentions)),
        "early": float(min(m.start for m in draft.mentions) < EARLY),
        "repeated": float(len(draft.mentions) > 1),
        "dated": float(dated),
        "planned": float(draft.status == "planned"),
        "noun": float(best.form == "noun"),
        "gap": float(best.gap),
    }
