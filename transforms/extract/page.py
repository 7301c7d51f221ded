"""A page: title and text of an article as one tokenized document, whose every span can be quoted exactly."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import Any, NamedTuple

from transforms.extract.vocabulary import Hit, Vocabulary
from transforms.records import Evidence

_GAP = "\n\n"
_UNBROKEN = re.compile(r"\S{120,}")
_ENDS = frozenset(".!?…")
_CLOSERS = frozenset("\"'”’)]»")
_LAST = _ENDS | _CLOSERS
_OPENERS = frozenset(
    ["The", "It", "Its", "They", "Their", "He", "She", "This", "That", "These", "Those", "But"]
)
_PLAIN = dict(zip("\u2010\u2011\u2212\u00a0\u2007\u2009\u202f", "---    ", strict=True))
MAX_SENTENCE = 150


class Sentence(NamedTuple):
    """Tokens `start` to `end`; the title is a sentence of its own, and no sentence crosses a paragraph."""

    start: int
    end: int
    title: bool
    paragraph: int


class Page:
    """A tokenized article."""

    def __init__(self, vocabulary: Vocabulary, title: str, text: str) -> None:
        self.title, self.text = title, text
        self._base = len(title) + len(_GAP)
        self.source = plain(f"{title}{_GAP}{text}")
        self.headline = self.source[: len(title)]
        doc = vocabulary.tokens(_UNBROKEN.sub(_blank, self.source))
        tokens = [(t.text, t.idx) for t in doc]  # making a token costs more than what it is asked
        self.forms: list[str] = [text for text, _ in tokens]
        self.words: list[str] = [text.lower() for text in self.forms]
        self.starts: list[int] = [start for _, start in tokens]
        self.hits = vocabulary.hits(doc)
        self.by_group: dict[str, list[Hit]] = defaultdict(list)
        for hit in self.hits:
            self.by_group[hit.term.group].append(hit)
        self.sentences = list(_sentences(self, vocabulary.abbreviations))

    @cached_property
    def verbs(self) -> set[int]:
        """Return the tokens at which a verb of the pack stands in the present (`lands`)."""
        hits = (*self.by_group["trigger"], *self.by_group["word"])
        return {hit.start for hit in hits if hit.term.form == "present"}

    def token_at(self, char: int) -> int:
        """Return the token that holds a character of `source`."""
        return max(0, bisect_right(self.starts, char) - 1)

    def span_end(self, last: int) -> int:
        """Return the character after token `last`."""
        return self.starts[last] + len(self.forms[last])

    def quote(self, start: int, end: int) -> Evidence:
        """Return tokens `start` to `end` as evidence; they lie within the title or within the text."""
        return self.quote_chars(self.starts[start], self.span_end(end - 1))

    def quote_chars(self, start: int, end: int) -> Evidence:
        """Return what stands at characters of `source` in title or text, clipped to the one they start in."""
        if start < len(self.title):
            end = min(end, len(self.title))
            return Evidence(self.title[start:end], start, end, "title")
        start, end = max(0, start - self._base), min(end - self._base, len(self.text))
        return Evidence(self.text[start:end], start, end)

    def surface(self, start: int, end: int) -> str:
        """Return the words of a span, with white space as single blanks."""
        return " ".join(self.source[self.starts[start] : self.span_end(end - 1)].split())


def plain(text: str) -> str:
    """Return a text of the same length in which marks that look like a hyphen or a blank are one."""
    if not text.isascii():
        for mark, usual in _PLAIN.items():
            text = text.replace(mark, usual)
    return text


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def _sentences(page: Page, abbreviations: frozenset[str]) -> Any:
    title_end = len(page.title)
    start, paragraph, count = 0, 0, len(page.forms)
    for i, form in enumerate(page.forms):
        blank = form.isspace()
        if not blank and form[-1] not in _LAST and i - start < MAX_SENTENCE:
            continue
        new_paragraph = blank and form.count("\n") > 1
        if new_paragraph or i - start >= MAX_SENTENCE or _ends_at(page, i, abbreviations):
            yield from _trimmed(page, start, i if new_paragraph else i + 1, title_end, paragraph)
            start = i + 1
            paragraph += new_paragraph
    yield from _trimmed(page, start, count, title_end, paragraph)


def _trimmed(page: Page, start: int, end: int, title_end: int, paragraph: int) -> Any:
    while start < end and page.forms[start].isspace():
        start += 1
    while end > start and page.forms[end - 1].isspace():
        end -= 1
    if start < end and not (end - start == 1 and page.forms[start] in _ENDS):
        yield Sentence(start, end, page.starts[start] < title_end, paragraph)


def _ends_at(page: Page, i: int, abbreviations: frozenset[str]) -> bool:
    """Tell whether a sentence ends with token `i`: a stop before a capital or digit.

    That of a short abbreviation (`5:58 a.m.`) ends one before a word that begins sentences.
    """
    forms, last = page.forms, i
    if page.starts[i] < len(page.title):
        return False
    while forms[last] in _CLOSERS and last > 0 and i - last < 2:
        last -= 1
    following = next((f for f in forms[i + 1 : i + 3] if not f.isspace()), "")
    if following in _CLOSERS and page.starts[i + 1 : i + 2] == [page.span_end(i)]:
        return False
    if forms[last] not in _ENDS:
        opens = following in _OPENERS or len(forms[last]) > 4
        return forms[last][-1] == "." and opens and following[:1].isupper()
    if forms[last] == "." and last > 0 and page.words[last - 1] in abbreviations:
        return False
    return not following[:1].islower()


def longest_over(spans: Iterable[tuple[int, int]]) -> dict[int, tuple[int, int]]:
    """Return for each token the longest span that covers it, of equal ones the first."""
    longest: dict[int, tuple[int, int]] = {}
    for start, end in sorted(spans, key=lambda s: s[0] - s[1]):
        for token in range(start, end):
            longest.setdefault(token, (start, end))
    return longest
