"""Names in a page: listed ones, numbered families, and names that a head noun makes a craft of."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from transforms.extract.budget import Meter
from transforms.extract.entity import Entity
from transforms.extract.entries import EntityEntry, FamilyEntry, SeriesEntry
from transforms.extract.open_names import open_names
from transforms.extract.page import Page, longest_over
from transforms.extract.vocabulary import Vocabulary

SURE_TRIGGER = 3
_NUMBER = re.compile(r"(?:[ -]?[A-Z]{0,3}-?\d{1,4}[A-Z]{0,2}|[ -](?:I{1,3}|IV|VI{0,3}))(?!\w)")
_FURTHER = re.compile(r"(?:[ -]0\d[A-Z]?|[-/]\d{1,2}|/[A-Z]| \(0\d\)| Group[ -]\d{1,2})(?![\w-])")
_JOINED = re.compile(r"-[A-Z]{0,2}\d{1,4}[A-Z]?(?![\w-]|[.,]\d)")
_LETTERED = re.compile(r" (?![QV])[A-Z]{1,2}[a-z]?\d{1,2}(?![\w-]|[.,]\d)")
_APART = re.compile(r" (?:(?![QV])[A-Z]{0,2}[a-z]?\d|\d{1,2}-\d{2,3}|I{2,3}|IV|VI{0,3})(?![\w-]|[.,]\d)")


NameEntry = EntityEntry | FamilyEntry | SeriesEntry


class Found(NamedTuple):
    """Names in order: those that are meant, and those that another domain could mean as well."""

    names: list[Entity]
    doubtful: list[Entity]


def find_entities(page: Page, vocabulary: Vocabulary, meter: Meter) -> Found:
    """Return the page's names; of overlapping ones the longer wins, then the surer."""
    hits = len(page.by_group["entity"]) + len(page.by_group["series"])
    meter.count("names", hits, meter.budget.names)
    context = _Context(page, vocabulary.pack.manifest.common_heads)
    listed = _listed(page, vocabulary)
    known: list[tuple[Entity, NameEntry]] = [*listed]
    known += _numbered(page, vocabulary, Counter(e.family for e, _ in listed), meter.budget.names + 1)
    known += _series(page, vocabulary.series_names)
    known += [(c, entry) for e, entry in listed if (c := _counted(page, vocabulary, e))]
    meter.count("names", len(known), meter.budget.names)
    meant, doubtful = context.parted(known, vocabulary.pack.manifest.carriers)
    sure = _longest(meant)
    spans = [(start, end) for _, start, end in page.by_group["block"]]
    blocks = longest_over(spans)
    sure = [e for e in sure if blocks.get(e.start, (0, 0))[1] < e.end or blocks[e.start] == (e.start, e.end)]
    names = _longest([*sure, *open_names(page, vocabulary, sure)])
    if not doubtful:
        return Found(names, [])
    taken = {i for start, end in [*spans, *((e.start, e.end) for e in names)] for i in range(start, end)}
    return Found(names, [e for e in _longest(doubtful) if taken.isdisjoint(range(e.start, e.end))])


class _Context:
    """Which sentences hold a word that makes an ambiguous name plausible; where nouns of `flights` stand."""

    def __init__(self, page: Page, common_heads: Sequence[str]) -> None:
        self.page = page
        self.title = any(s.title for s in page.sentences)
        starts = [s.start for s in page.sentences]
        self.sentences = {_sentence_of(starts, token) for token in _sure(page, common_heads)} | _crowded(
            page, starts
        )
        self.starts = starts
        self.flights = {h.start for h in page.by_group["trigger"] if h.term.form in ("noun", "base")}

    def parted(
        self, known: Sequence[tuple[Entity, NameEntry]], carriers: Sequence[str]
    ) -> tuple[list[Entity], list[Entity]]:
        """Return the names that are plausible, and those that lack a context that they want."""
        meant: list[Entity] = []
        doubtful: list[Entity] = []
        for e, entry in known:
            flown = e.kind in carriers and e.end in self.flights
            (meant if not entry.context or flown or self.near(e.start) else doubtful).append(e)
        return meant, doubtful

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
        name = entry.name if surface in (entry.name + "s", entry.name + ".") else surface
        flight = vocabulary.flights.get(entry.id, "")
        out.append((Entity(entry.kind, start, end, name, entry.family, id=entry.id, flight=flight), entry))
    return out


def _counted(page: Page, vocabulary: Vocabulary, entity: Entity) -> Entity | None:
    """Return a listed flight or craft with the number behind its name (`Blue Ghost 2`, `Tianlong-2`).

    A carrier's is joined to it, or has letters (`Starship SN9`): a bare one may count something else.
    """
    manifest, finish = vocabulary.pack.manifest, page.span_end(entity.end - 1)
    if entity.kind not in manifest.mission or not entity.name[-1].isalpha():
        return None
    apart = _LETTERED if entity.kind in manifest.carriers else _APART
    number = _JOINED.match(page.source, finish) or apart.match(page.source, finish)
    if number is None:
        return None
    end = page.token_at(number.end() - 1) + 1
    if _is_counted(page, vocabulary, end):
        return None
    name = f"{entity.name}{number[0]}"
    return Entity(entity.kind, entity.start, end, name, entity.family, number=True)


def _is_counted(page: Page, vocabulary: Vocabulary, token: int) -> bool:
    """Tell whether a token is what the number before it counts (`Starliner 5 thrusters`), or a year."""
    word = "".join(page.words[token : token + 1])
    plural = word.isalpha() and word.endswith("s") and token not in page.verbs
    return plural or word.isdigit() or word in vocabulary.counted


def _numbered(
    page: Page, vocabulary: Vocabulary, spoken_of: Counter[str | None], most: int
) -> list[tuple[Entity, FamilyEntry]]:
    """Return `most` numbered names; one that several families claim is of the one that is spoken of most."""
    out = []
    for match, entry in islice(vocabulary.numbered.find(page.source), most):
        group = 1 if match.re.groups else 0
        begin, finish = match.span(group)
        start = page.token_at(begin)
        if page.starts[start] != begin:
            continue
        finish = _further(page, finish)
        end = page.token_at(max(begin, finish - 1)) + 1
        name = " ".join(page.source[begin:finish].split())
        entity = Entity(entry.kind, start, end, name, entry.family, number=entry.family is not None)
        out.append((entity._replace(flight=vocabulary.flight_of(name, entry)), entry))
    return sorted(out, key=lambda pair: -spoken_of[pair[0].family])


def _series(page: Page, spellings: frozenset[str]) -> list[tuple[Entity, SeriesEntry]]:
    """Return the names of series with the number behind them (`Arabsat 5C`)."""
    out = []
    for term, start, end in page.by_group["series"]:
        if page.surface(start, end) not in spellings:
            continue
        number = _NUMBER.match(page.source, page.span_end(end - 1))
        if number:
            finish = _further(page, number.end())
            last = page.token_at(finish - 1) + 1
            name = " ".join(page.source[page.starts[start] : finish].split())
            out.append((Entity(term.name, start, last, name, number=True), term.entry.entry))
    return out


def _further(page: Page, finish: int) -> int:
    """Return the end of a numbered name that may go on with a number within its series (`Gaofen 11-03`)."""
    more = _FURTHER.match(page.source, finish)
    return more.end() if more else finish


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
