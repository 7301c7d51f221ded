"""Names in a page: listed ones, numbered families, and names that a head noun makes a craft of."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from transforms.extract.budget import Meter
from transforms.extract.entries import EntityEntry, FamilyEntry
from transforms.extract.page import Page
from transforms.extract.vocabulary import Vocabulary

MAX_NAME, SURE_TRIGGER = 4, 3
_NAME = re.compile(r"[A-Z][\w’'./+-]*|[a-z][A-Z]\w+|\d+[A-Z][\w-]*|\d{1,4}")
_APOSTROPHES = frozenset({"'s", "’s", "'", "’"})


class Entity(NamedTuple):
    """A name at tokens `start` to `end`; `listed` if the pack knows it by name or number."""

    kind: str
    start: int
    end: int
    name: str
    family: str | None = None
    listed: bool = True
    number: bool = False
    id: str = ""


def find_entities(page: Page, vocabulary: Vocabulary, meter: Meter) -> list[Entity]:
    """Return the page's names in order; of overlapping ones the longer wins, then the surer."""
    context = _Context(page, vocabulary.pack.manifest.common_heads)
    known: list[tuple[Entity, EntityEntry | FamilyEntry]] = []
    known += _listed(page, vocabulary)
    known += _numbered(page, vocabulary)
    meter.count("names", len(known), meter.budget.names)
    sure = _longest([e for e, entry in known if not entry.context or context.near(e.start)])
    blocks = _blocks(page)
    sure = [e for e in sure if blocks.get(e.start, (0, 0))[1] < e.end or blocks[e.start] == (e.start, e.end)]
    return _longest([*sure, *_open(page, vocabulary, sure)])


def _blocks(page: Page) -> dict[int, tuple[int, int]]:
    """Return for each token the longest phrase around it that means something else (`British Columbia`)."""
    around: dict[int, tuple[int, int]] = {}
    for _, start, end in page.by_group["block"]:
        for token in range(start, end):
            known = around.get(token)
            if known is None or known[1] - known[0] < end - start:
                around[token] = (start, end)
    return around


class _Context:
    """Which sentences hold a word that makes an ambiguous name plausible."""

    def __init__(self, page: Page, common_heads: Sequence[str]) -> None:
        self.page = page
        self.title = any(s.title for s in page.sentences)
        starts = [s.start for s in page.sentences]
        self.sentences = {_sentence_of(starts, token) for token in _sure(page, common_heads)} | _crowded(
            page, starts
        )
        self.starts = starts

    def near(self, token: int) -> bool:
        """Tell whether the sentence of `token`, or the one on either side, is about the domain."""
        number = _sentence_of(self.starts, token)
        return any(n in self.sentences for n in (number, number - 1, number + 1))


def _sure(page: Page, common_heads: Sequence[str]) -> Iterator[int]:
    """Yield the first tokens of words that are of the domain wherever they stand."""
    of = page.by_group
    yield from (hit.start for hit in of["head"] if page.words[hit.end - 1] not in common_heads)
    yield from (hit.start for hit in of["trigger"] if hit.term.entry.entry.weight >= SURE_TRIGGER)
    entities = ((hit.start, hit.term.entry.entry) for hit in of["entity"])
    yield from (start for start, entry in entities if not entry.context and not entry.exact)
    yield from (hit.start for hit in of["word"] if hit.term.name == "context")


def _crowded(page: Page, starts: list[int]) -> set[int]:
    """Return the sentences that hold two ambiguous names: each makes the other plausible."""
    seen: dict[int, set[str]] = {}
    for _, start, end in page.by_group["entity"]:
        if page.forms[start][0].isupper():
            seen.setdefault(_sentence_of(starts, start), set()).add(page.words[end - 1])
    return {number for number, names in seen.items() if len(names) > 1}


def _sentence_of(starts: list[int], token: int) -> int:
    return bisect_right(starts, token) - 1


def _listed(page: Page, vocabulary: Vocabulary) -> list[tuple[Entity, EntityEntry]]:
    out = []
    for term, start, end in page.by_group["entity"]:
        entry: EntityEntry = term.entry.entry
        surface = page.surface(start, end)
        if entry.exact and surface not in vocabulary.spellings[entry.id]:
            continue
        name = entry.name if surface == entry.name + "s" else surface
        out.append((Entity(entry.kind, start, end, name, entry.family, id=entry.id), entry))
    return out


def _numbered(page: Page, vocabulary: Vocabulary) -> list[tuple[Entity, FamilyEntry]]:
    out = []
    for match, entry in vocabulary.numbered.find(page.source):
        group = 1 if match.re.groups else 0
        begin, finish = match.span(group)
        start, end = page.token_at(begin), page.token_at(max(begin, finish - 1)) + 1
        if page.starts[start] == begin:
            name = " ".join(match[group].split())
            numbered = entry.family is not None
            out.append((Entity(entry.kind, start, end, name, entry.family, number=numbered), entry))
    return out


def _open(page: Page, vocabulary: Vocabulary, sure: list[Entity]) -> list[Entity]:
    """Make a craft of capitalised words before a head noun: `the Nyx capsule`, `H3 rocket`."""
    families = vocabulary.pack.families
    taken = {i for e in sure for i in range(e.start, e.end)}
    starts = frozenset(s.start for s in page.sentences)
    out = []
    for term, start, last in page.by_group["head"]:
        if page.words[last - 1].endswith("s") or page.forms[last - 1].isupper():
            continue
        end = start
        while end > 0 and start - end < 3 and page.words[end - 1] in families.after:
            end -= 1
        first = end
        while end - first < MAX_NAME and _is_name(page, first - 1, vocabulary.not_names, taken):
            first -= 1
            if _hyphenated(page, first):
                first -= 2
        while first < end and page.forms[first].isdigit():
            first += 1
        if first < end and (first not in starts or _odd(page.forms[first])):
            out.append(Entity(term.name, first, end, page.surface(first, end), listed=False))
    return out


def _is_name(page: Page, i: int, refused: frozenset[str], taken: set[int]) -> bool:
    if i < 0 or i in taken or page.words[i] in refused or page.forms[i] in _APOSTROPHES:
        return False
    return bool(_NAME.fullmatch(page.forms[i]))


def _hyphenated(page: Page, i: int) -> bool:
    """Tell whether token `i` is the second half of a name that the tokenizer split (`ELSA-M`)."""
    return i > 1 and page.forms[i - 1] == "-" and page.starts[i] - page.span_end(i - 2) == 1


def _odd(form: str) -> bool:
    """Tell whether a word looks like a name even where every word is capitalised."""
    return any(c.isdigit() for c in form) or any(c.isupper() for c in form[1:])


def _longest(entities: list[Entity]) -> list[Entity]:
    ranked = sorted(entities, key=lambda e: (e.start - e.end, not e.number, not e.listed, e.start))
    taken: set[int] = set()
    kept = []
    for entity in ranked:
        span = range(entity.start, entity.end)
        if taken.isdisjoint(span):
            taken.update(span)
            kept.append(entity)
    return sorted(kept, key=lambda e: e.start)
