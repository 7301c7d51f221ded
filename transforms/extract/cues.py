"""Cues: by which classes of words the tokens of a sentence tell how an event beside them is meant."""

from collections.abc import Sequence
from functools import cache

from transforms.extract.page import Page
from transforms.extract.vocabulary import Hit

_NONE = frozenset({"negative", "none_of"})


def cues_of(hits: Sequence[Hit], page: Page) -> dict[int, frozenset[str]]:
    """Return the classes of the tokens that have any, leaving out words that mean something else there."""
    cues: dict[int, frozenset[str]] = {}
    for hit in hits:
        group, name, form, _ = hit.term
        if group not in ("cue", "role") and (name != "headline_verb" or group != "word" or form == "base"):
            continue
        if (name == "maybe" and _is_dated(hit, page)) or (name in _NONE and _is_numero(hit, page)):
            continue
        for i in range(hit.start, hit.end):
            cues[i] = cues[i] | {name} if i in cues else _alone(name)
    return cues


@cache
def _alone(name: str) -> frozenset[str]:
    return frozenset({name})


def _is_dated(hit: Hit, page: Page) -> bool:
    """Tell whether a modal verb is a month after all (`May 30`, `30 May`)."""
    around = (*page.forms[max(0, hit.start - 1) : hit.start], *page.forms[hit.end : hit.end + 1])
    return page.forms[hit.start][0].isupper() and any(w.isdigit() for w in around)


def _is_numero(hit: Hit, page: Page) -> bool:
    """Tell whether `no` stands for a number (`H3 No. 8`)."""
    point, number = (page.forms[i : i + 1] for i in (hit.end, hit.end + 1))
    return page.words[hit.start] == "no" and point == ["."] and any(n.isdigit() for n in number)
