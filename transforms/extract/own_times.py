"""Whose time a time is: of the events of a sentence, the one whose words go best with it.

It comes to another only where that has none of its own, and to a plan not at all: "a rehearsal on Thursday
for the launch" dates no launch. What is for the press, a dateline, and the day on which something was said
are times of none of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from transforms.extract.draft import Draft
from transforms.extract.line import Line
from transforms.extract.manifest import TypeEntry
from transforms.extract.mentions import Mention
from transforms.extract.names import names_same
from transforms.extract.times import TimeMention, resolve
from transforms.records import EventTime

MAX_ASKED = 20  # mentions of an event that are asked for its time
OTHER_CLAUSE, FOREIGN, VAGUE = 20, 40, 400
SAID_REACH, DATELINE, NEXT, SEAM, NOT_ON = 5, 14, 30, 10, 5
ON_DAY = frozenset({"on", "early", "late", "earlier", "in", "this", "a", "statement", ","})


class Candidate(NamedTuple):
    """A time that fits an event; the lower the cost, the surer it is the event's. `day` is its local day."""

    cost: int
    time: EventTime
    mention: TimeMention
    day: datetime


class Asking(NamedTuple):
    """One event that asks for its time: its rivals, when the article speaks, what offsets count from."""

    draft: Draft
    rivals: Mapping[int, Sequence[Mention]]
    anchor: datetime | None
    base: datetime | None = None

    def candidates(self, *, said: bool) -> Iterator[Candidate]:
        """Yield the times that may be the event's: those stated of it, or those at which it was `said`."""
        for mention in self.draft.mentions[:MAX_ASKED]:
            for time in mention.line.times:
                if not is_lone_clock(time) and said == is_said(time, mention.line, mention.at):
                    yield from self._candidate(time, mention)

    def clocks(self) -> Iterator[TimeMention]:
        """Yield the clocks with a zone that no day goes with and that no other event claims."""
        for mention in self.draft.mentions[:MAX_ASKED]:
            own = (t for t in mention.line.times if is_lone_clock(t) and self._is_own(t, mention))
            yield from (t for t in own if t.clock and t.clock.zone is not None)

    def _candidate(self, time: TimeMention, mention: Mention) -> Iterator[Candidate]:
        line, status = mention.line, self.draft.status
        if _is_of_another_clause(time, mention):
            time = time._replace(yearless=False)
        base = self.base or _stated_after(time, line)
        stated = None if time.offset and base is None else resolve(time, status, self.anchor, base)
        if stated is None or not fits(stated, time, status, self.anchor):
            return
        foreign = not self._is_own(time, mention)
        past = "moved_from" if status == "planned" else "deadline"
        if (foreign and status == "planned") or line.any(past, time.token - 1, time.token):
            return
        if status == "planned" and _is_not_on(time, mention):
            return
        inside = line.clause_start(mention.start) <= time.token < line.clause_end(mention.end)
        cost = min(_loose(time, mention), OTHER_CLAUSE - 1) + (0 if inside else OTHER_CLAUSE)
        cost += FOREIGN * foreign + VAGUE * (stated.granularity in ("month", "year"))
        cost += OTHER_CLAUSE * (status == "planned" and _is_possessive(time, line))
        local = resolve(time._replace(clock=None), status, self.anchor, base) or stated
        yield Candidate(cost, stated, time, local.start)

    def _is_own(self, time: TimeMention, mention: Mention) -> bool:
        """Tell whether no word of another event in the line goes better with a time."""
        rivals, was_to_be = self.rivals.get(id(mention.line), ()), _is_possessive(time, mention.line)
        near = (m for m in rivals if not (_is_base(m, time) or (was_to_be and m.ruling.verdict == "planned")))
        return all(_loose(time, m) >= _loose(time, mention) for m in near)


def rivals_of(draft: Draft, drafts: Sequence[Draft], types: dict[str, TypeEntry]) -> dict[int, list[Mention]]:
    """Return the mentions of events of other types that do not happen together with this one, by line."""
    others = (d for d in drafts if d.type != draft.type and not are_twins(d, draft, types))
    rivals: dict[int, list[Mention]] = {}
    for mention in (m for other in others for m in other.mentions):
        rivals.setdefault(id(mention.line), []).append(mention)
    return rivals


def are_twins(one: Draft, other: Draft, types: dict[str, TypeEntry]) -> bool:
    """Tell whether two events happen together, as far as their types, status and names go."""
    first, second = types[one.type], types[other.type]
    together = other.type in (*first.implies, *first.together) or one.type in (
        *second.implies,
        *second.together,
    )
    return together and one.status == other.status and names_same(one.named.entity, other.named.entity)


def is_lone_clock(time: TimeMention) -> bool:
    """Tell whether an expression is a time of day that no day goes with."""
    return time.start is None and time.weekday is None and time.offset is None


def _is_possessive(time: TimeMention, line: Line) -> bool:
    """Tell whether a day owns what stands behind it (`postponed Tuesday's launch to Thursday`)."""
    after = line.page.token_at(time.end - 1) + 1
    return line.page.words[after : after + 1] in (["'s"], ["’s"])


def _is_of_another_clause(time: TimeMention, mention: Mention) -> bool:
    """Tell whether a semicolon parts a time from a mention before it, or any seam from one behind it."""
    behind = ";" in mention.line.page.words[mention.at : time.token]
    return behind or (time.token < mention.at and _seams(time, mention) > 0)


def _is_not_on(time: TimeMention, mention: Mention) -> bool:
    """Tell whether a day is said not to be that of an event (`not on Thursday, but on Saturday`)."""
    line = mention.line
    first = max(line.clause_start(time.token), mention.end, time.token - NOT_ON)
    return line.negated(first, time.token) and not line.any("deadline", time.token - 1, time.token)


def is_said(time: TimeMention, line: Line, at: int) -> bool:
    """Tell whether a day is that of a statement, a dateline or something for the press, not the event's."""
    reach = abs(time.token - at)
    if line.any("press", time.token - reach + 1, time.token + reach):
        return True
    token = time.token - 1
    if line.page.words[token : token + 1] == [")"] and token - line.start < DATELINE:
        return True
    while token > line.start and time.token - token < SAID_REACH and _may_stand_between(line, token):
        token -= 1
    return line.any("reporting", token, token + 1)


def fits(stated: EventTime, time: TimeMention, status: str, anchor: datetime | None) -> bool:
    """Refuse a time on the wrong side of the article for the event's status."""
    if anchor is None or stated.granularity in ("month", "year"):
        return True
    days = (stated.start.date() - anchor.date()).days
    if status == "planned":
        return days >= (0 if time.basis == "relative" else -1)
    return days <= 1


def _stated_after(time: TimeMention, line: Line) -> datetime | None:
    """Return the day that follows what counts from it (`two days after its May 30 launch`)."""
    after = (t.start for t in line.times if t.start and time.end <= t.begin <= time.end + NEXT)
    return next(after, None)


def _may_stand_between(line: Line, token: int) -> bool:
    """Tell whether a word may stand between a word of saying and its day: who says it, or a preposition."""
    word = line.page.forms[token]
    named = token in line.names or (word[0].isupper() and "reporting" not in line.cues[token])
    return named or word in ON_DAY


def _is_base(mention: Mention, time: TimeMention) -> bool:
    """Tell whether an event is but what another counts from (`at 3 p.m., two hours after launch`)."""
    return any(time.token < t.token < mention.at for t in mention.line.times if t.offset is not None)


def _apart(time: TimeMention, mention: Mention) -> int:
    """Return how many tokens lie between a mention and a day or its clock."""
    tokens = [time.token]
    tokens += [mention.line.page.token_at(time.clock.start)] if time.clock else []
    return min(abs(token - mention.at) for token in tokens)


def _loose(time: TimeMention, mention: Mention) -> int:
    """Return how little a time goes with a mention: by its distance, and by the seams of the text between."""
    return _apart(time, mention) + SEAM * _seams(time, mention)


def _seams(time: TimeMention, mention: Mention) -> int:
    """Return how many words that join or part stand between, but for the comma behind `Friday, June 12`."""
    line = mention.line
    if time.token > mention.at:
        return line.seams(mention.at + 1, time.token)
    last = line.page.token_at(time.end - 1)
    closed = line.page.words[last + 1 : last + 2] == [","] and "," in line.page.words[time.token : last]
    return line.seams(last + 1 + closed, mention.at)
