"""How grave an event is: what its type is worth, changed by words of its own sentences."""

from transforms.extract.draft import Draft
from transforms.extract.entries import SeverityCue
from transforms.extract.line import Line
from transforms.extract.page import Page
from transforms.records import Evidence

LOWEST, HIGHEST = 0, 4


def severity_of(
    draft: Draft, cues: list[SeverityCue], base: int, page: Page
) -> tuple[int, tuple[Evidence, ...]]:
    """Return the severity from 0 to 4, with the words that changed it."""
    quotes = []
    for cue in cues:
        if cue.types and draft.type not in cue.types:
            continue
        span = next((s for m in draft.mentions for words in cue.words if (s := _found(words, m.line))), None)
        if span:
            base += cue.change
            quotes.append(page.quote(*span))
    return max(LOWEST, min(HIGHEST, base)), tuple(quotes)


def _found(phrase: str, line: Line) -> tuple[int, int] | None:
    """Return where the words of a phrase first stand in a line."""
    words, wanted = line.page.words, phrase.split()
    if not line.said.issuperset(wanted):
        return None
    starts = range(line.start, line.end - len(wanted) + 1)
    return next(((i, i + len(wanted)) for i in starts if words[i : i + len(wanted)] == wanted), None)
