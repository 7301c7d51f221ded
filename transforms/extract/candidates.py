"""Candidates: events that the vote is sure of and in whose sentences the rules saw nothing.

A candidate is of the lede alone, and only where the rules found no event of its type and no reason against
one (`did not dock`). Its words are the sentence that speaks for it most and, in it, the word that does; its
flight is found as for any mention.
"""

from collections.abc import Iterator, Sequence
from math import exp

from transforms.extract.draft import Draft
from transforms.extract.drafts import named_by, verdict_of
from transforms.extract.extraction import Skip
from transforms.extract.line import LEDE_LINES
from transforms.extract.mentions import Mention
from transforms.extract.reading import Reading
from transforms.extract.status import Ruling
from transforms.extract.vote import Vote

SURE, VOTED = 0.65, 0.4
AGAINST: frozenset[Skip] = frozenset({"denied", "historical", "hypothetical", "stative", "metaphor"})


def candidates(
    reading: Reading, drafts: Sequence[Draft], skipped: Sequence[tuple[Skip, Mention]]
) -> Iterator[Draft]:
    """Yield a draft for each output of the vote that is sure enough and that nothing speaks against."""
    if reading.vote is None:
        return
    known = {d.type for d in drafts} | {m.type for reason, m in skipped if reason in AGAINST}
    missions = reading.missions()
    for output, odds in reading.odds.items():
        kind, status = output.split("/")
        if kind in known or 1 / (1 + exp(-odds)) < SURE:
            continue
        number, token = _telling(reading, reading.vote, output)
        if token is None:
            continue
        ruling = Ruling("occurred" if status == "occurred" else "planned", VOTED)
        mention = Mention(kind, token, token + 1, ruling, 1, reading.lines[number], token, voted=True)
        if verdict_of(mention, reading.pack.manifest, retrospective=False) != status:
            continue
        for named in named_by(missions, number, mention, reading.pack.manifest):
            yield Draft(kind, status, named, [mention])


def _telling(reading: Reading, vote: Vote, output: str) -> tuple[int, int | None]:
    """Return the line of the lede that speaks for an output most, and in it the word that does."""
    best: float = 0.0
    found: tuple[int, int | None] = (0, None)
    for number, line in enumerate(reading.lines[:LEDE_LINES]):
        weights = [
            (vote.weight(word, output), token)
            for word, token in line.marked_words()
            if reading.page.words[token].isalpha() and token not in line.names
        ]
        total = sum(weight for weight, _ in weights) / max(1, len(weights)) ** 0.5
        if total > best:
            best, found = total, (number, max(weights)[1])
    return found
