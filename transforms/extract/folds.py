"""Folds: drafts of one event that go by different names of its flight become one."""

from collections.abc import Sequence

from transforms.extract.draft import Draft
from transforms.extract.entries import Manifest
from transforms.extract.missions import Missions


def folded(drafts: list[Draft], missions: Missions, manifest: Manifest) -> list[Draft]:
    """Return drafts of which no two of a type and status have names of one flight."""
    drafts = _fold_parts(_fold_nameless(_fold_borrowed(drafts)))
    return _fold_bracketed(_fold_carriers(drafts, missions, manifest.carriers), missions)


def _fold_borrowed(drafts: list[Draft]) -> list[Draft]:
    """Give what has its name from another sentence to the flight of which the title says the same."""
    kept: list[Draft] = []
    for draft in drafts:
        home = next((d for d in drafts if d is not draft and _is_titled_twin(d, draft)), None)
        if home and draft.named.inherited:
            home.mentions += draft.mentions
        else:
            kept.append(draft)
    return kept


def _is_titled_twin(home: Draft, draft: Draft) -> bool:
    if (home.type, home.status) != (draft.type, draft.status) or home.named.inherited or not home.name:
        return False
    return any(m.line.title for m in home.mentions)


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


def _fold_parts(drafts: list[Draft]) -> list[Draft]:
    """Give what names but the beginning of one other's flight to that (`SBIRS` to `SBIRS GEO-5`)."""
    kept = []
    for draft in drafts:
        longer = [d for d in drafts if (d.type, d.status) == (draft.type, draft.status) and _begins(draft, d)]
        if len(longer) == 1:
            longer[0].mentions += draft.mentions
        else:
            kept.append(draft)
    return kept


def _begins(part: Draft, whole: Draft) -> bool:
    size = len(part.name)
    return 0 < size < len(whole.name) and whole.name[:size] == part.name


def _fold_carriers(drafts: list[Draft], missions: Missions, carriers: Sequence[str]) -> list[Draft]:
    """Give what has happened to a carrier to the one flight that is named in a sentence with it.

    Titles are left out, and plans: both list flights of several carriers.
    """
    kept = []
    for draft in drafts:
        carrier = draft.named.entity
        flown = [d for d in drafts if (d.type, d.status) == (draft.type, draft.status) and d is not draft]
        if not carrier or carrier.kind not in carriers or draft.status != "occurred" or len(flown) != 1:
            kept.append(draft)
            continue
        entity = flown[0].named.entity
        if entity and entity.kind not in carriers and missions.together(carrier, entity, titles=False):
            flown[0].mentions += draft.mentions
        else:
            kept.append(draft)
    return kept


def _fold_bracketed(drafts: list[Draft], missions: Missions) -> list[Draft]:
    """Give each the short name that stands in brackets behind its own (`Orbital Flight Test-2 (OFT-2)`)."""
    kept: list[Draft] = []
    for draft in drafts:
        draft.named = missions.shortened(draft.named)
        home = next((d for d in kept if _is_same(d, draft)), None)
        if home:
            home.mentions += draft.mentions
        else:
            kept.append(draft)
    return kept


def _is_same(home: Draft, draft: Draft) -> bool:
    return bool(home.name) and (home.type, home.status, home.name) == (draft.type, draft.status, draft.name)
