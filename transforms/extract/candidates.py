"""Candidates: events that the vote is sure of and in whose sentences the rules saw nothing.

A candidate is of the lede alone, and only where the rules found no event of its type and no reason against
one (`did not dock`). The vote knows no grammar, so what its clause denies or doubts is refused. Its words are
the sentence that speaks for it most and, in it, the word that does; its flight is found as for any mention.
"""

from collections.abc import Sequence
from math import exp

from transforms.extract.draft import Draft
from transforms.extract.drafts import is_retrospective, named_by, verdict_of
from transforms.extract.extraction import Skip
from transforms.extract.line import LEDE_LINES
from transforms.extract.mentions import Mention
from transforms.extract.reading import Reading
from transforms.extract.status import Ruling, is_disowned
from transforms.extract.vote import Vote

SURE, VOTED = 0.65, 0.4
AGAINST: frozenset[Skip] = frozenset({"denied", "historical", "hypothetical", "stative", "metaphor"})
Skipped = list[tuple[Skip, Mention]]


def candidates(
    reading: Reading, drafts: Sequence[Draft], skipped: Sequence[tuple[Skip, Mention]]
) -> tuple[list[Draft], Skipped]:
    """Return a draft for each type that the vote is sure of, and what was refused, with the reasons."""
    found: list[Draft] = []
    refused: Skipped = []
    known = {d.type for d in drafts} | {m.type for reason, m in skipped if reason in AGAINST}
    manifest = reading.pack.manifest
    for kind, status, number, token in _sure(reading, known):
        ruling = Ruling("occurred" if status == "occurred" else "planned", VOTED)
        mention = Mention(kind, token, token + 1, ruling, 1, reading.lines[number], token, voted=True)
        verdict = _spoken_against(mention) or verdict_of(
            reading.in_mood(mention), manifest, retrospective=is_retrospective(reading.lines)
        )
        if verdict != status:
            refused.append((verdict if verdict not in ("occurred", "planned") else "unclear", mention))  # type: ignore[arg-type]
            continue
        named = [
            Draft(kind, status, n, [mention]) for n in named_by(reading.missions, number, mention, manifest)
        ]
        found += {draft.name: draft for draft in named}.values()
    return found, refused


def _sure(reading: Reading, known: set[str]) -> list[tuple[str, str, int, int]]:
    """Return type, status, line and word of what the vote is sure of, one status for each type."""
    if reading.vote is None:
        return []
    best: dict[str, str] = {}
    for output in sorted(reading.odds, key=lambda o: reading.odds[o]):
        kind = output.split("/")[0]
        if kind not in known and 1 / (1 + exp(-reading.odds[output])) >= SURE:
            best[kind] = output
    told = [(output, *_telling(reading, reading.vote, output)) for output in best.values()]
    return [(*output.split("/"), number, token) for output, number, token in told if token is not None]  # type: ignore[misc]


def _spoken_against(mention: Mention) -> Skip | None:
    """Return why the words of the clause forbid an event: it is denied, or only might be."""
    line = mention.line
    first, last = line.clause_start(mention.start), line.clause_end(mention.end)
    denied = line.negated(first, last) or line.any("denied", first, last)
    if denied or is_disowned(line, mention.start, mention.end):
        return "denied"
    doubts = ("maybe", "would", "conditional")
    return "hypothetical" if any(line.any(cue, line.start, last) for cue in doubts) else None


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
