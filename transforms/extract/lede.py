"""A lede as the vote is asked: its words, the pack's classes of words, what the rules made of the article."""

from collections.abc import Iterable, Sequence
from itertools import islice

from transforms.extract.draft import Draft
from transforms.extract.line import Line
from transforms.extract.mentions import Skipped
from transforms.extract.vocabulary import Hit, Term
from transforms.extract.vote import Lede

LEDE_LINES, LEDE_WORDS = 6, 120
_NO_CLASSES = frozenset({"block", "entity", "series"})
_TITLE, _SENTENCE = ("<t>", "</t>"), ("<s>", "</s>")


def lede_of(told: Iterable[tuple[Line, Sequence[Hit]]], signs: Sequence[str]) -> Lede:
    """Return as much of lines, each with the hits in it, as the vote is asked of."""
    words: list[str] = []
    classes: set[str] = set()
    for line, hits in islice(told, LEDE_LINES):
        begin, close = _TITLE if line.title else _SENTENCE
        words += [begin, *(word for word, _ in line.marked_words), close]
        classes |= {_class_of(hit.term) for hit in hits if hit.term.group not in _NO_CLASSES}
        if len(words) >= LEDE_WORDS:
            break
    return Lede(words, sorted(classes), list(signs))


def signs_of(drafts: Iterable[Draft], skipped: Iterable[Skipped]) -> list[str]:
    """Return the signs of an article of which the rules made drafts and skipped mentions."""
    found = {f"={draft.type}/{draft.status}" for draft in drafts}
    refused = {f"!{reason}/{mention.type}" for reason, mention in skipped}
    return sorted(found | refused)


def _class_of(term: Term) -> str:
    return f"{term.group}:{term.entry.entry.type if term.group == 'trigger' else term.name}"
