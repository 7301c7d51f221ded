"""The lede as the vote is asked: its words, the pack's classes of words, what the rules made of it."""

from collections.abc import Sequence
from itertools import takewhile

from transforms.extract.draft import Draft
from transforms.extract.extraction import Skip
from transforms.extract.line import Line
from transforms.extract.mentions import Mention
from transforms.extract.page import Page
from transforms.extract.vocabulary import Term
from transforms.extract.vote import Lede

LEDE_LINES, LEDE_WORDS = 6, 120
_NO_CLASSES = frozenset({"block", "entity", "series"})
_TITLE, _SENTENCE = ("<t>", "</t>"), ("<s>", "</s>")


def lede_of(
    lines: Sequence[Line],
    page: Page,
    drafts: Sequence[Draft] = (),
    skipped: Sequence[tuple[Skip, Mention]] = (),
) -> Lede:
    """Return the lede of an article of which the rules made drafts and skipped mentions."""
    words: list[str] = []
    end = 0
    for line in lines[:LEDE_LINES]:
        begin, close = _TITLE if line.title else _SENTENCE
        words += [begin, *(word for word, _ in line.marked_words()), close]
        end = line.end
        if len(words) >= LEDE_WORDS:
            break
    hits = takewhile(lambda hit: hit.start < end, page.hits)
    terms = {_class_of(hit.term) for hit in hits if hit.term.group not in _NO_CLASSES}
    found = {f"={draft.type}/{draft.status}" for draft in drafts}
    refused = {f"!{reason}/{mention.type}" for reason, mention in skipped}
    return Lede(words, sorted(terms), sorted(found | refused))


def _class_of(term: Term) -> str:
    return f"{term.group}:{term.entry.entry.type if term.group == 'trigger' else term.name}"
