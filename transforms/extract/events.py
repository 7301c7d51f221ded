"""Events: drafts with their time, fields, evidence, severity and confidence filled in."""

from typing import Any, NamedTuple

from transforms.extract.confidence import confidence
from transforms.extract.draft import Draft
from transforms.extract.entity import Entity
from transforms.extract.event_times import Stated, slip_of, times_of
from transforms.extract.fields import Filled, cause_of, crew_of, named_fields
from transforms.extract.manifest import Manifest
from transforms.extract.mentions import Mention
from transforms.extract.origins import origin_of, speaker_of
from transforms.extract.page import Page
from transforms.extract.reading import Reading
from transforms.extract.severity import severity_of
from transforms.records import Evidence, MissionEvent, deterministic_id

MAX_SENTENCE_QUOTES = 5
Quotes = tuple[Evidence, ...]
Fields = dict[str, tuple[Any, Quotes]]


class Assembled(NamedTuple):
    """An event, and the names of fields that were left out because no words of the article say them."""

    event: MissionEvent
    dropped: tuple[str, ...]


def events_of(drafts: list[Draft], reading: Reading, article_id: str, pack_hash: str) -> list[Assembled]:
    """Return the drafts as records, in order of the text."""
    times = times_of(drafts, reading)
    return [_event(d, reading, article_id, pack_hash, times[n]) for n, d in enumerate(drafts)]


def _event(draft: Draft, reading: Reading, article_id: str, pack_hash: str, time: Stated | None) -> Assembled:
    found = _fields(draft, reading, time)
    proven = {name: pair for name, pair in found.items() if is_proven(pair[1], reading.page)}
    evidence = _core_evidence(draft, reading.page) | {name: quotes for name, (_, quotes) in proven.items()}
    values = {name: value for name, (value, _) in proven.items()}
    odds, heard = reading.odds_for(draft), reading.encoded_for(draft)
    sure = confidence(draft, reading.pack.manifest, odds, heard, dated="time" in proven)
    event = MissionEvent(
        id=deterministic_id(article_id, draft.type, draft.status, values.get("mission")),
        article_id=article_id,
        type=draft.type,  # type: ignore[arg-type]
        status=draft.status,  # type: ignore[arg-type]
        confidence=sure.both,
        confidence_status=sure.status,
        evidence=evidence,
        pack=pack_hash,
        **values,
    )
    return Assembled(event, tuple(name for name in found if name not in proven))


def is_proven(quotes: Quotes, page: Page) -> bool:
    """Tell whether there are words for a field and the article has each of them where it is said to have."""
    return bool(quotes) and all(
        q.quote and (page.title if q.field == "title" else page.text)[q.start : q.end] == q.quote
        for q in quotes
    )


def _fields(draft: Draft, reading: Reading, time: Stated | None) -> Fields:
    """Return every field that is not absent, with its words."""
    manifest, page = reading.pack.manifest, reading.page
    entry = manifest.types[draft.type]
    told = {**named_fields(draft, manifest, page), **_told(draft, manifest, page)}
    fields: Fields = {name: (filled.value, (filled.evidence,)) for name, filled in told.items()}
    crew = crew_of(draft, page) if "crew" in entry.fields else []
    if crew:
        fields["crew"] = tuple(f.value for f in crew), tuple(f.evidence for f in crew)
    fields |= _names(draft, reading)
    if time:
        fields["time"] = time
    slip = slip_of(draft, page, reading.anchor) if entry.slips else None
    if slip:
        fields["slip"] = slip
    severity, cues = severity_of(draft, reading.pack.severity, entry.severity, page)
    return fields | {"severity": (severity, (*_core_evidence(draft, page)["trigger"], *cues))}


def _names(draft: Draft, reading: Reading) -> Fields:
    """Return what the flight is called, its id, and its family."""
    fields: Fields = {}
    entity = draft.named.entity or reading.presumed(draft)
    family, page = _family(draft, entity, reading), reading.page
    if entity:
        fields["mission"] = entity.name, (page.quote(entity.start, entity.end),)
    if entity and entity.flight:
        fields["mission_id"] = entity.flight, fields["mission"][1]
    if family:
        fields["family"] = family.family, (page.quote(family.start, family.end),)
    return fields


def _core_evidence(draft: Draft, page: Page) -> dict[str, tuple[Evidence, ...]]:
    sentences = dict.fromkeys((m.line.start, m.line.end) for m in _best_first(draft))
    quotes = tuple(page.quote(*span) for span in list(sentences)[:MAX_SENTENCE_QUOTES])
    best = _best_first(draft)[0]
    trigger = page.quote(best.start, best.end)
    return {"type": quotes, "status": quotes[:1], "trigger": (trigger,)}


def _best_first(draft: Draft) -> list[Mention]:
    """Return the mentions, text before title, surest first."""
    return sorted(draft.mentions, key=lambda m: (m.line.title, -m.ruling.sure - 0.1 * m.weight, m.start))


def _told(draft: Draft, manifest: Manifest, page: Page) -> dict[str, Filled]:
    found = {
        "cause": cause_of(draft, page) if manifest.types[draft.type].cause else None,
        "origin": origin_of(draft, page),
        "stated_by": speaker_of(draft, manifest, page),
    }
    return {name: value for name, value in found.items() if value}


def _family(draft: Draft, entity: Entity | None, reading: Reading) -> Entity | None:
    """Return the name that tells the family: the flight's own, one beside it, the article's only carrier."""
    manifest = reading.pack.manifest
    if entity and entity.family:
        return entity
    near = [e for m in draft.mentions for e in m.line.entities if e.family and e.kind in manifest.mission]
    if near or entity is None:
        return near[0] if near else None
    carriers = [e for x in reading.lines for e in x.entities if e.family and e.kind in manifest.carriers]
    return carriers[0] if len({e.family for e in carriers}) == 1 else None
