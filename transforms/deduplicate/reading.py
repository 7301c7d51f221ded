"""A text as deduplication reads it: its words, its shingles, and the facts in it with the words around them.

Facts are what a copy must not have anew: numbers, names, and words that decide what happened (`decisive`:
the words of events from the pack, each as the set of its forms). In a script without case every word counts
as a name.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cached_property, lru_cache
from typing import NamedTuple, TypeAlias

import numpy as np

from transforms.deduplicate.boilerplate import story_of
from transforms.deduplicate.shingles import Hashes, packed, shingles, short, smallest
from transforms.deduplicate.words import (
    CASELESS,
    HINGE,
    NAME,
    NEGATION,
    NUMBER,
    OPENING,
    UNIT,
    Word,
    short_hash,
    words_of,
)
from transforms.records import Article

# News is shorter; what is longer is compared by its beginning, and never folded.
MAX_CHARS = 40_000
WIDTH = 3
_PER = frozenset(("a", "an", "per", "each", "every"))
FACT = NUMBER | NAME | CASELESS
_LEAD, _SHORT = 40, 60
_CORRECTED = re.compile(
    r"\b(?i:correct(?:ed|s|ion)|retract(?:ed|s|ion)|clarif(?:ication|ied|ies)|refile[ds]?|"
    r"berichtigung|korrektur|corrección|rectificatif|исправлен\w*)\b|\b(?:UPDATED?|ADDS)\b|更正|訂正|정정"
)


Decisive: TypeAlias = frozenset[frozenset[str]]


class Fact(NamedTuple):
    """A run of names and numbers, and the shingles that hold one of them and a word beside the run.

    `counted`: where a number ends it, those that hold it and the next word of its sentence, perhaps its unit.
    """

    words: tuple[Word, ...]
    around: tuple[int, ...]
    counted: tuple[int, ...] = ()


class Reading:
    """One version of a story. `title` words come first in `words`; the rest is its text."""

    def __init__(self, title: str, text: str, decisive: Decisive) -> None:
        self.whole = len(text) <= MAX_CHARS
        self.decisive = _forms(decisive)
        self.title = words_of(title)
        self.text = words_of(text[:MAX_CHARS])
        self.words = self.title + self.text
        self.corrected = bool(_CORRECTED.search(title) or _CORRECTED.search(text[:200]))
        self.hashes: Hashes = np.array([w.hash for w in self.words], dtype=np.uint64)
        self._shingles = short(shingles(self.hashes, WIDTH))

    @cached_property
    def keys(self) -> tuple[int, ...]:
        """The keys by which a text finds those that it may be a copy of: from its title, lead and body."""
        first, body = self._body, self.hashes[self._body :]
        lead = shingles(body[:_LEAD], 5)
        if len(body) > _SHORT:
            found = smallest(lead, 4) + smallest(shingles(body, 6), 6)
        else:
            found = smallest(lead, 2)
        if self.text and len(self.title) >= 4:
            found.append(int(shingles(self.hashes[:first], first)[0]))
        return tuple(dict.fromkeys(found))

    @cached_property
    def shingles(self) -> frozenset[int]:
        """The 3-word shingles, as short hashes."""
        return frozenset(self._shingles.tolist())

    @cached_property
    def packed_shingles(self) -> bytes:
        """The shingles, packed."""
        return packed(self._shingles)

    @property
    def numbers(self) -> set[str]:
        """The numbers, written in digits."""
        return {w.folded for w in self.words if w.kind & NUMBER}

    @property
    def names(self) -> set[str]:
        """The names in the text; those of the title cannot be told from its other words."""
        return {w.folded for w in self.words[self._body :] if w.kind & (NAME | CASELESS)}

    @property
    def facts_known(self) -> frozenset[int]:
        """The numbers, names and decisive words, as short hashes."""
        return frozenset(w.short for w in self.words if w.kind & FACT or w.folded in self.decisive)

    @property
    def title_words(self) -> frozenset[int]:
        """The title's words, as short hashes."""
        return frozenset(w.short for w in self.title)

    @property
    def caseless(self) -> bool:
        """Tell whether a good part of it is in a script without case, where names do not show."""
        return sum(bool(w.kind & CASELESS) for w in self.words) * 3 > len(self.words)

    @property
    def telling(self) -> frozenset[int]:
        """The decisive words, and the negations with their counts: what turns a statement into another."""
        negations = Counter(w.folded for w in self.words if w.kind & NEGATION)
        found = {w.folded for w in self.words if w.folded in self.decisive}
        found |= {f"{word} {count}" for word, count in negations.items()}
        return frozenset(short_hash(word) for word in found)

    def negations(self) -> Iterator[tuple[Word, list[int]]]:
        """Yield each negation with the shingles that hold it and lie in its sentence."""
        for place in self._places(NEGATION):
            around = self._numbered(place, place + 1)
            yield self.words[place], [shingle for at, shingle in around if not self._crosses(at)]

    def facts(self) -> Iterator[Fact]:
        """Yield the runs of names and numbers in the text."""
        start = None
        for place in range(self._body, len(self.words) + 1):
            inside = place < len(self.words) and self._kind(place) & FACT
            if inside and start is None:
                start = place
            elif not inside and start is not None:
                run = tuple(self.words[start:place])
                yield Fact(run, self._around(start, place), self._counted(place - 1))
                start = None

    def hinges(self) -> Iterator[Fact]:
        """Yield the text's decisive words, and those on which tense or measure hang, with their shingles."""
        for place in range(self._body, len(self.words)):
            word = self.words[place]
            if word.kind & HINGE or word.folded in self.decisive or self._measures(place):
                yield Fact((word,), tuple(s for _, s in self._numbered(place, place + 1)))

    def strange(self, known: set[int]) -> Iterator[tuple[Word, int]]:
        """Yield the words that must not be new and are none of the `known` short hashes, with their kinds.

        These are numbers, decisive words, and the names in the text: a title's cannot be told from its words.
        """
        for place, word in enumerate(self.words):
            if word.short not in known:
                kind = self._kind(place)
                if kind & FACT or known.isdisjoint(self.decisive.get(word.folded, known)):
                    yield word, kind

    def _measures(self, place: int) -> bool:
        """Tell whether the word is a unit that something is counted in or by: 12 days, a day."""
        before = self.words[place - 1] if place else None
        unit = self.words[place].kind & UNIT
        return bool(unit and before and (before.kind & NUMBER or before.folded in _PER))

    @property
    def _body(self) -> int:
        return len(self.title) if self.text else 0

    def _kind(self, place: int) -> int:
        kind = self.words[place].kind
        return kind if place >= self._body else kind & NUMBER

    def _counted(self, place: int) -> tuple[int, ...]:
        follows = self.words[place + 1] if place + 1 < len(self.words) else None
        if follows is None or follows.kind & OPENING or not self.words[place].kind & NUMBER:
            return ()
        return tuple(s for at, s in self._numbered(place, place + 1) if at + WIDTH > place + 1)

    def _around(self, start: int, end: int) -> tuple[int, ...]:
        inner = range(start, end - WIDTH + 1)
        return tuple(s for i, s in self._numbered(start, end) if i not in inner)

    def _numbered(self, start: int, end: int) -> list[tuple[int, int]]:
        first, last = max(0, start - WIDTH + 1), min(end, len(self._shingles))
        return list(enumerate(self._shingles[first:last].tolist(), first))

    def _crosses(self, start: int) -> bool:
        return any(word.kind & OPENING for word in self.words[start + 1 : start + WIDTH])

    def _places(self, kind: int) -> list[int]:
        return [i for i, w in enumerate(self.words) if w.kind & kind]


def read(article: Article, decisive: Decisive) -> Reading:
    """Return the reading of an article without its boilerplate."""
    return reading_of(article.title, story_of(article.text), decisive)


@lru_cache(maxsize=8)
def _forms(decisive: Decisive) -> dict[str, frozenset[int]]:
    """Return for each form of a word the hashes of all its forms, as short hashes."""
    hashes = {forms: frozenset(short_hash(form) for form in forms) for forms in decisive}
    every = {form for forms in decisive for form in forms}
    return {form: frozenset().union(*(h for forms, h in hashes.items() if form in forms)) for form in every}


@lru_cache(maxsize=8)
def reading_of(title: str, text: str, decisive: Decisive) -> Reading:
    """Return the reading of a story; the stages ask for the same one in turn."""
    return Reading(title, text, decisive)
