"""Names that no pack lists: what an article itself makes a craft of.

A head noun makes a craft of the name before it (`the Nyx capsule`) or behind it (`the satellite Meridian 8`,
`a probe called Capstone`, `a mission dubbed "Owl Be Back"`), or of the name that it explains (`Nyx, a lander
full of sensors`); a number joined to it makes one of a word that is no common one (`Meridian-8`), and an
article that explains an abbreviation one of that (`Ionospheric Connection Explorer (ICON)`). What was named
once in such a way is known wherever it stands in the article.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from transforms.extract.entity import Entity
from transforms.extract.page import Page
from transforms.extract.vocabulary import Vocabulary

MAX_NAME, MAX_LONG_NAME, CALLED_REACH = 4, 7, 3
CAPITALISED, MOSTLY, UNCOUNTED, EXPLAINED, BESIDE = 3, 0.8, 3, 9, 6
_NAME = re.compile(r"[A-Z][\w’'./+-]*|[a-z][A-Z]\w+|\d+[A-Z][\w-]*|\d{1,4}")
_PROPER = re.compile(r"[A-Z][\w’'.+-]{2,}|[A-Z]{2,}[\w-]*")
_SHORT = re.compile(r"[A-Z][A-Za-z]{2,9}(?:-?\d{1,2})?")
_DESIGNATION = re.compile(r"[A-Z][^\W\d_]*[a-zà-ÿ][^\W\d_]*-[A-Z]?\d{1,4}[A-Z]?")
_SHAPED = re.compile(r"\d|\B[A-Z]")
_NUMBER = re.compile(r"\d{1,3}[A-Z]?")
_NUMERO = re.compile(r"no\.?\d|no\.$")
_APOSTROPHES = frozenset({"'s", "’s", "'", "’"})
_QUOTES = frozenset({'"', "“", "”", "'", "‘", "’", "«", "»"})
_DETERMINERS = frozenset({"a", "an", "the", "its", "another", "one"})
_VERBS = frozenset(
    {"is", "was", "are", "were", "has", "had", "have", "will", "would", "can", "could", "may", "might"}
)
_ENDINGS = ("s", "es", "ed", "d", "ing")
_CALLED = frozenset({"called", "named", "dubbed", "nicknamed", "christened"})


def open_names(page: Page, vocabulary: Vocabulary, known: Sequence[Entity]) -> list[Entity]:
    """Return the names of craft that the article makes, other than what is `known`; some may overlap."""
    finder = _Finder(page, vocabulary, known)
    heads = [
        (term.name, start, end)
        for term, start, end in page.by_group["head"]
        if not page.forms[end - 1].isupper()
    ]
    made = [e for kind, start, end in heads for e in finder.beside(kind, start, end)]
    made += finder.shortened(heads)
    made += finder.numbered()
    return [*made, *_again(page, made, finder.taken)]


class _Finder:
    """What may be a name: capitalised, no common word, no part of a known name."""

    def __init__(self, page: Page, vocabulary: Vocabulary, known: Iterable[Entity]) -> None:
        pack = vocabulary.pack
        self.page, self.common, self.after = page, vocabulary.common, pack.families.after
        self.carriers = pack.manifest.carriers
        self.refused, self.stop_words = vocabulary.not_names, vocabulary.stop_words
        self.taken = {i for e in known for i in range(e.start, e.end)}
        self.starts = frozenset(s.start for s in page.sentences)
        titles = [range(s.start, s.end) for s in page.sentences if s.title]
        self.in_title = {i for title in titles for i in title}
        self.shouted = {i for title in titles if is_capitalised(page, title) for i in title}

    @cached_property
    def told(self) -> set[str]:
        """The words that stand outside headlines."""
        return {form for i, form in enumerate(self.page.forms) if i not in self.in_title}

    def beside(self, kind: str, start: int, end: int) -> Iterator[Entity]:
        """Yield the name before a head noun at tokens `start` to `end`, else the one behind it."""
        if self._goes_on(end):
            return
        several = self.page.words[end - 1].endswith("s")
        before = self._before(kind, start) or self._explained(kind, start, end)
        if before and not (several and self._counts(before)):
            yield before
        elif not several and self.page.forms[end - 1].islower():
            yield from self._behind(kind, end)

    def numbered(self) -> Iterator[Entity]:
        """Yield the words with a number joined to them, but common ones and those of another domain."""
        forms = self.page.forms
        found = [i for i, form in enumerate(forms) if "-" in form and _DESIGNATION.fullmatch(form)]
        others = [hit.start for hit in self.page.by_group["anti"]]
        strange = {forms[i] for i in found if is_strange(others, i, i + 1)}
        for i in found:
            if forms[i] not in strange and not _is_half(self.page, i) and self._is_odd_name(i):
                yield Entity("payload", i, i + 1, forms[i], listed=False)

    def _goes_on(self, end: int) -> bool:
        """Tell whether a capitalised head is but a part of a longer name (`Satellite Launch Vehicle`)."""
        forms = self.page.forms
        following = "".join(forms[end : end + 1])
        return end not in self.in_title and forms[end - 1][0].isupper() and bool(_NAME.fullmatch(following))

    def _before(self, kind: str, start: int) -> Entity | None:
        page, end = self.page, start
        while end > 0 and start - end < 3 and page.words[end - 1] in self.after:
            end -= 1
        first = end
        while end - first < MAX_NAME and self._is_name(first - 1):
            first -= 1
            if _hyphenated(page, first):
                first -= 2
        while first < end and (page.forms[first].isdigit() or self._is_plain(first)):
            first += 1
        if first == end or _is_half(page, first) or (first in self.starts and not self._is_odd(first)):
            return None
        named = Entity(kind, first, end, page.surface(first, end), listed=False)
        return named if self._is_meant(kind, first, end) else None

    def _is_meant(self, kind: str, first: int, end: int) -> bool:
        """Tell whether a name is more than words before a head in a headline.

        There adjectives stand before carriers (`Mystery rocket`), and where all words are capitalised, verbs
        and adjectives before all heads, but at its beginning. A name has digits or capitals within, or the
        text has it too.
        """
        forms = self.page.forms
        if first not in self.in_title or forms[first] in self.told:
            return True
        if any(_SHAPED.search(forms[i]) for i in range(first, end)):
            return True
        return kind not in self.carriers and (first in self.starts or first not in self.shouted)

    def _explained(self, kind: str, start: int, end: int) -> Entity | None:
        """Return the name before a comma that a head noun explains, unless that itself describes more."""
        page, words = self.page, self.page.words
        near = words[max(0, start - EXPLAINED) : start]
        if "," not in near:
            return None
        comma = start - 1 - near[::-1].index(",")
        if words[comma + 1] not in _DETERMINERS or not self.stop_words.isdisjoint(words[comma + 2 : start]):
            return None
        if not self._ends_phrase("".join(words[end : end + 1])):
            return None
        first = comma
        while comma - first < MAX_NAME and self._is_proper(first - 1):
            first -= 1
        opens = first in self.starts or not page.forms[first - 1].isalnum()
        if first == comma or not opens:  # `according to Xinhua, a satellite`
            return None
        return Entity(kind, first, comma, page.surface(first, comma), listed=False)

    def _ends_phrase(self, word: str) -> bool:
        """Tell whether a word behind a head noun goes on to say more of it, and is no verb of its own."""
        if word in _VERBS:
            return False
        return not word.isalpha() or word in self.stop_words or word.endswith(("ed", "ing"))

    def _counts(self, name: Entity) -> bool:
        """Tell whether what stands before several craft may say how many or which, and is no name."""
        first, last = self.page.forms[name.start], self.page.forms[name.end - 1]
        counted = last.isdigit() and len(last) < UNCOUNTED
        verb = first.istitle() and name.start in self.shouted
        return counted or verb or name.start in self.starts or not self._is_odd(name.start)

    def _is_plain(self, i: int) -> bool:
        """Tell whether a common word is capitalised as all words of its headline are."""
        return i in self.shouted and not self._is_odd(i)

    def _behind(self, kind: str, end: int) -> Iterator[Entity]:
        """Yield the name right behind a head, or behind `called` a few words on."""
        forms, count = self.page.forms, len(self.page.forms)
        for at in range(end, min(end + CALLED_REACH, count - 1)):
            if self.page.words[at] in _CALLED:
                end = at + 1
                if forms[end] in _QUOTES:
                    yield from self._quoted(kind, end + 1)
        last = end
        while last < count and last - end < 2 and self._is_proper(last):
            last += 1
        if last > end:
            last += last < count and bool(_NUMBER.fullmatch(forms[last]))
            yield Entity(kind, end, last, self.page.surface(end, last), listed=False)

    def _quoted(self, kind: str, first: int) -> Iterator[Entity]:
        """Yield the capitalised words up to the next quotation mark as one name."""
        within = self.page.forms[first : first + MAX_LONG_NAME]
        last = next((first + i for i, form in enumerate(within) if form in _QUOTES), first)
        last -= within[last - first - 1 : last - first] == [","]
        if first < last and within[0][0].isupper() and self.taken.isdisjoint(range(first, last)):
            yield Entity(kind, first, last, self.page.surface(first, last), listed=False)

    def shortened(self, heads: Sequence[tuple[str, int, int]]) -> Iterator[Entity]:
        """Yield the abbreviations in brackets behind what they abbreviate; a head in or behind it tells."""
        kinds = {end - 1: kind for kind, _, end in heads}
        behind = {start: kind for kind, start, _ in heads}
        page = self.page
        for i in range(2, len(page.forms) - 1):
            if page.forms[i - 1] == "(" and page.forms[i + 1] == ")" and _SHORT.fullmatch(page.forms[i]):
                within = (kinds[at] for at in range(i - 2, max(i - 5, -1), -1) if at in kinds)
                kind = next(within, behind.get(i + 2))
                if kind and self._is_name(i) and _abbreviates(page.forms[i], page.forms[: i - 1]):
                    yield Entity(kind, i, i + 1, page.forms[i], listed=False)

    def _is_name(self, i: int) -> bool:
        page = self.page
        if i < 0 or i in self.taken or page.words[i] in self.refused or page.forms[i] in _APOSTROPHES:
            return False
        return bool(_NAME.fullmatch(page.forms[i])) and not _NUMERO.match(page.words[i])

    def _is_proper(self, i: int) -> bool:
        return (
            self._is_name(i)
            and bool(_PROPER.fullmatch(self.page.forms[i]))
            and not self._is_common(self.page.words[i])
            and i not in self.in_title
        )

    def _is_odd(self, i: int) -> bool:
        """Tell whether a word is a name even where every word is capitalised."""
        parts = [part for part in self.page.forms[i].split("-") if part]
        odd = any(c.isdigit() or c.isupper() for part in parts for c in part[1:])
        return bool(parts) and (odd or not self._is_common(self.page.words[i]))

    def _is_odd_name(self, i: int) -> bool:
        """Tell whether a word may be a name, and what stands before its number is no common one."""
        return self._is_name(i) and not self._is_common(self.page.words[i].rpartition("-")[0])

    def _is_common(self, word: str) -> bool:
        """Tell whether a word, what is left of it without an ending, or each of its parts is a common one."""
        if "-" in word.strip("-"):
            return all(self._is_common(part) for part in word.split("-") if part)
        stems = [word.removesuffix(ending) for ending in _ENDINGS if word.endswith(ending)]
        return word in self.common or any(s in self.common or f"{s}e" in self.common for s in stems)


def _again(page: Page, made: Sequence[Entity], taken: set[int]) -> Iterator[Entity]:
    """Yield the other places of names that are one word, not a common one."""
    single = {e.name: e for e in made if e.end - e.start == 1 and len(e.name) > 2}
    for i, form in enumerate(page.forms):
        if form in single and i not in taken:
            yield single[form]._replace(start=i, end=i + 1)


def is_strange(others: Sequence[int], start: int, end: int) -> bool:
    """Tell whether one of the tokens of `others`, of other domains, stands beside tokens `start` to `end`."""
    return bisect_left(others, end + BESIDE) > bisect_left(others, start - BESIDE)


def is_capitalised(page: Page, sentence: range) -> bool:
    """Tell whether nearly all longer words of a sentence are capitalised."""
    words = [page.forms[i] for i in sentence if len(page.forms[i]) > CAPITALISED and page.forms[i].isalpha()]
    return sum(word[0].isupper() for word in words) > len(words) * MOSTLY


def _hyphenated(page: Page, i: int) -> bool:
    """Tell whether token `i` is the second half of a name that the tokenizer split (`ELSA-M`)."""
    return i > 1 and page.forms[i - 1] == "-" and _is_half(page, i - 1) and _is_half(page, i)


def _is_half(page: Page, i: int) -> bool:
    """Tell whether a token, or a hyphen, goes on what stands right before it (`High-Thrust`)."""
    return "-" in page.forms[max(0, i - 1) : i + 1] and page.span_end(i - 1) == page.starts[i]


def _abbreviates(short: str, before: Sequence[str]) -> bool:
    """Tell whether an abbreviation begins as the words right before it do."""
    capitals = [c for c in short if c.isupper()]
    initials = [w[0] for w in before[-MAX_LONG_NAME:] if w[:1].isupper()]
    return len(initials) > 1 and bool(capitals) and capitals[0] in initials[-len(short) :]
