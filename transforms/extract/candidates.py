"""Candidates: events for which the vote speaks and in whose sentences the rules saw nothing.

A candidate is of the lede alone, and only where the rules found no event of its type and no reason against
one (`did not dock`); where they found one, it is one with the other status, if the odds are high (`docked at
the second try`, `will undock and dock anew`). A sentence in which they found a state (`still docked`) tells
of none. What its clause denies or doubts is refused, unless it is doubted, a plan and the odds are certain;
what the words that say it most have long ago needs high odds, or an encoder that is assured of it, as does
what rules have long ago. A grave type needs odds for it, and words for what was not achieved do not deny it.
Without a flight's name the odds must be for it, and no event of its type have one. Where a word of the type
stands for something else (`launches a probe into the bank`), which an encoder hears less well, and nothing is
named or only who speaks, the counted words must be for it, or in the second case the odds be high. Its words
are the sentence that speaks for it most, of those not refused, and in it the word that does; its flight is
found as for any mention, and confidence weighs it as any event. Besides,
a slip brings a plan, in the words of the slip, where the odds are for one, and a candidate what it implies (a
failed flight its launch).
"""

from collections.abc import Sequence, Set

from transforms.extract.draft import Draft, same_flight
from transforms.extract.drafts import implied_by, is_retrospective, named_by, verdict_of
from transforms.extract.extraction import Skip
from transforms.extract.lede import LEDE_LINES
from transforms.extract.line import SUBORDINATE, Line
from transforms.extract.mentions import Mention, Skipped
from transforms.extract.reading import ASSURED, HIGH, VOTED, Reading
from transforms.extract.ruling import Ruling
from transforms.extract.vote import Vote

LEAST_ODDS, SURE, CERTAIN = -0.5, 0.0, 2.0  # log odds
TELLING, HEARD = 1.7, 1.0  # the weight of a word, and where the odds are sure
AGAINST: frozenset[Skip] = frozenset({"denied", "historical"})


def candidates(
    reading: Reading, drafts: Sequence[Draft], skipped: Sequence[Skipped]
) -> tuple[list[Draft], list[Skipped]]:
    """Return drafts of what the vote speaks for, of what that implies or slips bring, and refusals."""
    found: list[Draft] = []
    refused: list[Skipped] = []
    if reading.vote is None:
        return found, refused
    types, drafted = {d.type for d in drafts}, {f"{d.type}/{d.status}" for d in drafts}
    put_off = {
        entry.announces
        for kind, entry in reading.pack.manifest.types.items()
        if _is_sure(reading, kind, types)
    }
    refusals = [m for reason, m in skipped if _is_against(reading, reason, m) and m.type not in put_off]
    known = {mention.type for mention in refusals}
    implied = {kind for m in refusals for kind in reading.pack.manifest.types[m.type].implies}
    known |= {kind for d in drafts for m in d.mentions if not m.gap for kind in m.absorbs}
    found += _replanned(reading, drafts, known | types)
    known |= {d.type for d in found}
    taken = {token for d in drafts for m in d.mentions for token in range(m.start, m.end)}
    words = [_telling_words(reading, line, taken) for line in reading.lines[:LEDE_LINES]]
    spoken_of = [*(m for d in drafts for m in d.mentions), *(m for _, m in skipped)]
    meant = {m.type for reason, m in skipped if reason in ("metaphor", "no_mission")}
    for output in _spoken_for(reading, drafted, known, implied):
        kind = output.split("/")[0]
        alike = [d for d in (*drafts, *found) if d.type == kind]
        before = [m for d in alike for m in d.mentions]
        told = [
            (number, m)
            for number, m in _told(reading, reading.vote, output, words, before)
            if not (_is_of_another(reading, m, spoken_of) or _is_state(m, skipped))
        ]
        strange = kind in meant and _is_strange(reading, output)
        named, reason = _heard(reading, told, strange=strange)
        found += (draft for draft in named if not _is_borrowed(draft, alike))
        if told and not named:
            refused.append((reason, told[0][1]))
    for draft in list(found):
        found += implied_by(draft, [*drafts, *found], skipped, reading.pack.manifest)
    return found, refused


def _is_borrowed(draft: Draft, alike: Sequence[Draft]) -> bool:
    """Tell whether a second event of a type has no name of its own, where others have one.

    It has that of the first from elsewhere, and is of another flight (`its successor lands in May`).
    """
    named = [d for d in alike if d.name]
    if not named or not draft.name:
        return bool(named)
    lines = [mention.line for mention in draft.mentions]
    of_another = any(line.any(cue, line.start, line.end) for line in lines for cue in ("another", "stand_in"))
    return of_another and draft.named.inherited and any(same_flight(draft, d) for d in named)


def _is_strange(reading: Reading, output: str) -> bool:
    """Tell whether a word may stand for something else: by the counted words, where little else is named."""
    kinds = {entity.kind for line in reading.lines for entity in line.entities}
    spoken = kinds.issubset(reading.pack.manifest.speakers)
    named = kinds and (not spoken or reading.odds[output] >= HIGH)
    return not named and reading.counted[output] < SURE


def _is_of_another(reading: Reading, slip: Mention, spoken_of: Sequence[Mention]) -> bool:
    """Tell whether what slips in a sentence is a plan of another kind (`the static fire was cancelled`)."""
    types = reading.pack.manifest.types
    announced = types[slip.type].announces
    if announced is None:
        return False
    planned = {m.type for m in spoken_of if m.line is slip.line and types[m.type].only is None}
    return bool(planned) and announced not in planned


def _is_state(proposed: Mention, skipped: Sequence[Skipped]) -> bool:
    """Tell whether a sentence says how things are (`still docked`), by a word of the same type."""
    states = (m for reason, m in skipped if reason == "stative" and m.type == proposed.type)
    return any(m.line is proposed.line for m in states)


def _is_against(reading: Reading, reason: Skip, refused: Mention) -> bool:
    """Tell whether a reason speaks against a type; what may be does so where people would be woken for it."""
    if reason == "historical" and any(_is_news(reading, refused, s) for s in ("occurred", "planned")):
        return False
    return reason in AGAINST or (reason == "hypothetical" and reading.pack.manifest.types[refused.type].grave)


def _is_news(reading: Reading, past: Mention, status: str) -> bool:
    """Tell whether the encoder is assured of what rules find long ago by its time, not by its grammar."""
    assured = reading.encoded.get(f"{past.type}/{status}", LEAST_ODDS) >= ASSURED
    return assured and past.ruling.verdict != "historical"


def _is_sure(reading: Reading, kind: str, drafted: Set[str]) -> bool:
    """Tell whether an event of a type is drafted, or the odds are for one."""
    return kind in drafted or reading.odds.get(f"{kind}/occurred", LEAST_ODDS) >= SURE


def _replanned(reading: Reading, drafts: Sequence[Draft], known: Set[str]) -> list[Draft]:
    """Return the plans that slips announce, where the rules saw none and the odds are for one."""
    found: dict[str, Draft] = {}
    for draft in drafts:
        kind = reading.pack.manifest.types[draft.type].announces
        if kind and kind not in known and reading.odds.get(f"{kind}/planned", LEAST_ODDS) >= SURE:
            slip = draft.mentions[0]._replace(type=kind, ruling=Ruling("planned", VOTED), voted=True)
            found.setdefault(kind, Draft(kind, "planned", draft.named, [slip]))
    return list(found.values())


def _heard(
    reading: Reading, told: Sequence[tuple[int, Mention]], *, strange: bool
) -> tuple[list[Draft], Skip]:
    """Return the drafts of the first mention that is not refused, and why the first of all gives none.

    Where the first has it long ago, the others are not asked unless the odds are high.
    """
    reasons: list[Skip] = []
    for number, mention in told:
        reason = _reason_against(reading, mention)
        if not reason:
            return _named(reading, number, mention, strange=strange), (*reasons, "no_mission")[0]
        reasons.append(reason)
        if reasons == ["historical"] and _odds_of(reading, mention) < HIGH:
            break
    return [], (*reasons, "no_mission")[0]


def _odds_of(reading: Reading, mention: Mention) -> float:
    return reading.odds[f"{mention.type}/{mention.ruling.verdict}"]


def _spoken_for(reading: Reading, drafted: Set[str], known: Set[str], implied: Set[str]) -> list[str]:
    """Return the outputs that the vote speaks for, the likeliest first; grave ones if it is sure.

    The other status of a type that is drafted, or spoken for already, needs high odds. What only a refused
    event implies is heard as if nothing did.
    """
    types = {output.split("/")[0] for output in drafted}
    odds = {o: (reading.heard if o.split("/")[0] in implied else reading.odds)[o] for o in reading.odds}
    found = []
    for output in sorted(odds, key=lambda o: -odds[o]):
        kind = output.split("/")[0]
        least = HIGH if kind in types else SURE if reading.pack.manifest.types[kind].grave else LEAST_ODDS
        if kind not in known and output not in drafted and odds[output] >= least:
            found.append(output)
            types.add(kind)
    return found


def _named(reading: Reading, number: int, mention: Mention, *, strange: bool) -> list[Draft]:
    """Return the drafts of a mention, one for each flight; without a name only what odds are for.

    Of what may be of another domain, or speak in general, that is none without a name that may be presumed.
    """
    names = named_by(reading.missions, number, mention, reading.pack.manifest)
    drafts = [Draft(mention.type, mention.ruling.verdict, name, [mention]) for name in names]
    sure = _odds_of(reading, mention) >= SURE
    kept = (d for d in drafts if d.name or (sure and not (strange and reading.presumed(d) is None)))
    return list({draft.name: draft for draft in kept}.values())


def _reason_against(reading: Reading, mention: Mention) -> Skip | None:
    """Return why a proposed mention is no event of its status after all."""
    meant = reading.in_mood(mention)
    verdict = _spoken_against(reading, mention) or verdict_of(
        meant, reading.pack.manifest, retrospective=is_retrospective(reading.lines)
    )
    news = verdict == "historical" and _is_news(reading, meant, mention.ruling.verdict)
    if news or verdict == mention.ruling.verdict:
        return None
    return "unclear" if verdict in ("occurred", "planned") else verdict  # type: ignore[return-value]


def _spoken_against(reading: Reading, mention: Mention) -> Skip | None:
    """Return why the words of the clause forbid an event: it is denied, or only might be.

    A plan that might be is one where the odds are certain (`may launch on Thursday night`).
    """
    line = mention.line
    first, last = _clause(mention)
    denied = line.negated(first, mention.end) or line.negated(mention.start, last)
    denied |= any(_is_denial(reading, mention, i) for i in range(first, last))
    denied |= line.any("disowned", first, last)
    if denied or line.is_disowned(mention.start, mention.end):
        return "denied"
    planned = mention.ruling.verdict == "planned"
    certain = planned and reading.odds[f"{mention.type}/planned"] >= CERTAIN
    doubts = ("would", "conditional") if certain else ("maybe", "would", "conditional")
    doubted = not planned and line.any("doubt", first, last)
    return "hypothetical" if doubted or any(line.any(cue, line.start, last) for cue in doubts) else None


def _is_denial(reading: Reading, mention: Mention, token: int) -> bool:
    """Tell whether a token denies an event; what was not achieved denies no failure.

    What was narrowly missed does: that phrase begins with a word that only denies.
    """
    before, cues = (mention.line.cues[i] for i in (token - 1, token))
    if "denied" not in cues:
        return False
    missed = "unachieved" in cues and not ("denied" in before and "unachieved" not in before)
    return not (missed and reading.pack.manifest.types[mention.type].grave)


def _clause(mention: Mention) -> tuple[int, int]:
    """Return the bounds of the clause of a mention, which a subordinate one beside it is not of."""
    line, words = mention.line, mention.line.page.words
    first, last = line.clause_start(mention.start), line.clause_end(mention.end)
    before = (i + 1 for i in range(mention.start - 1, first - 1, -1) if words[i] in SUBORDINATE)
    behind = (i for i in range(mention.end, last) if words[i] in SUBORDINATE)
    return next(before, first), next(behind, last)


def _told(
    reading: Reading,
    vote: Vote,
    output: str,
    words: Sequence[Sequence[tuple[str, int]]],
    before: Sequence[Mention],
) -> list[tuple[int, Mention]]:
    """Return a mention in each line of the lede that speaks for an output, of which the most does first.

    What tells of its type `before` has words of its own, and lines with such a mention come last.

    It is of the one of the line's `words` that does so most, if that says enough to prove anything. Where the
    odds are sure less will do, and any where they are high, for an encoder knows more words than the vote has
    weights for: then the sentence is the proof.
    """
    kind, status = output.split("/")
    sure, high = (reading.odds[output] >= least for least in (SURE, HIGH))
    ruling = Ruling("occurred" if status == "occurred" else "planned", VOTED)
    weighed = []
    used, known = {mention.start for mention in before}, {mention.line.start for mention in before}
    for number, telling in enumerate(words):
        weights = [(vote.weight(word, output), token) for word, token in telling if token not in used]
        total = sum(weight for weight, _ in weights) / max(1, len(weights)) ** 0.5
        most, token = max(weights, default=(0.0, 0))
        if (high and weights) or (sure and most > HEARD) or (total > 0 and most > TELLING):
            line = reading.lines[number]
            mention = Mention(kind, token, token + 1, ruling, 1, line, token, voted=True)
            weighed.append((line.start in known, -total, number, mention))
    return [(number, mention) for *_, number, mention in sorted(weighed, key=lambda w: w[:3])]


def _telling_words(reading: Reading, line: Line, taken: Set[int]) -> list[tuple[str, int]]:
    """Return the words of a line that say something and are of no other event yet, with their tokens."""
    return [
        (word, token)
        for word, token in line.marked_words
        if word.isalpha() and word not in reading.stop_words and token not in line.names | taken
    ]
