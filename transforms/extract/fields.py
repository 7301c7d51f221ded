"""The fields of an event: where, with what, who, why; each only with words that say it."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from transforms.extract.draft import Draft
from transforms.extract.entity import Entity
from transforms.extract.line import Line
from transforms.extract.manifest import Manifest
from transforms.extract.page import Page
from transforms.records import Evidence

_CAPITALISED = re.compile(r"[A-Z][\w’'.-]*[a-z]\w*|[A-Z]\.")
MAX_PERSON, MAX_CREW, MAX_CAUSE = 3, 8, 12
ALIKE, SHORT = 0.75, 4


class Filled(NamedTuple):
    """A value with the words that say it."""

    value: str
    evidence: Evidence


def named_fields(draft: Draft, manifest: Manifest, page: Page) -> dict[str, Filled]:
    """Return the fields that names in the draft's own sentences fill: the nearest name of each kind."""
    wanted = set(manifest.types[draft.type].fields)
    out: dict[str, Filled] = {}
    for mention in draft.mentions:
        for entity in _by_distance(mention.line.entities, mention.start):
            name = manifest.fields.get(entity.kind)
            if name in wanted and name not in out:
                out[name] = Filled(
                    page.surface(entity.start, entity.end), page.quote(entity.start, entity.end)
                )
    return out


def _by_distance(entities: Sequence[Entity], token: int) -> list[Entity]:
    return sorted(entities, key=lambda e: abs(e.start - token))


def crew_of(draft: Draft, page: Page) -> list[Filled]:
    """Return the people whom the draft's sentences name by role and full name, each once."""
    seen: list[Filled] = []
    for mention in draft.mentions:
        for filled in _people(mention.line, page):
            if not any(is_one_person(filled.value, known.value) for known in seen):
                seen.append(filled)
    return seen[:MAX_CREW]


def is_one_person(one: str, other: str) -> bool:
    """Tell whether two names are of one person, one of them perhaps misspelt in a single word."""
    first, second = one.casefold().split(), other.casefold().split()
    if len(first) != len(second):
        return set(first) <= set(second) or set(second) <= set(first)
    different = [(a, b) for a, b in zip(first, second, strict=True) if a != b]
    return len(different) < len(first) and all(_is_misspelling(a, b) for a, b in different)


def _is_misspelling(a: str, b: str) -> bool:
    return min(len(a), len(b)) > SHORT and SequenceMatcher(None, a, b).ratio() >= ALIKE


def _people(line: Line, page: Page) -> Iterator[Filled]:
    for i in range(line.start, line.end):
        if "role" not in line.cues[i]:
            continue
        at = i + 1
        while True:
            end = _person_end(page, at, line)
            if end - at < 2:
                break
            yield Filled(page.surface(at, end), page.quote(at, end))
            step = _to_next_name(page, end, line)
            if step is None:
                break
            at = step


def _person_end(page: Page, at: int, line: Line) -> int:
    end = at
    while (
        end < line.end
        and end - at < MAX_PERSON
        and end not in line.names
        and _CAPITALISED.fullmatch(page.forms[end])
    ):
        end += 1
    return end


def _to_next_name(page: Page, at: int, line: Line) -> int | None:
    step = at
    while step < line.end and page.words[step] in (",", "and", "&") and step - at < 2:
        step += 1
    return step if step > at else None


def cause_of(draft: Draft, page: Page) -> Filled | None:
    """Return the phrase that a cue such as `because of` introduces in the draft's sentences."""
    for mention in draft.mentions:
        line = mention.line
        for i in range(line.start, line.end - 1):
            if "cause" in line.cues[i] and "cause" not in line.cues[i + 1]:
                end = i + 1
                while (
                    end < line.end
                    and end - i <= MAX_CAUSE
                    and page.words[end] not in (",", ".", ";", ":", "(", ")", "—", "–", "!", "?", "...")
                ):
                    end += 1
                if end > i + 1:
                    return Filled(page.surface(i + 1, end), page.quote(i + 1, end))
    return None
