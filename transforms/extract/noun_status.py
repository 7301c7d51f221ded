"""The status of nouns: the nearest cue on either side says it, then a predicate far behind, then dates."""

from transforms.extract.line import OPENERS, Line
from transforms.extract.ruling import Ruling

NOUN_REACH, PREDICATE_REACH, OCCURRED_REACH, DENIED_REACH, DENIED = 9, 24, 6, 5, 3
ADJACENT, NEW_DAY, FAR = 3, 3, 99


def rule_noun(line: Line, start: int, end: int) -> Ruling:
    """Judge a noun by the nearest cue on either side, then by dates."""
    left, right = line.window(start, end, NOUN_REACH)
    if line.future(start, within=ADJACENT):
        return Ruling("planned", 0.65)
    if line.negated(max(left, start - DENIED), start) or line.any("denied", max(left, start - DENIED), start):
        return Ruling("denied")
    if _is_off(line, start, end, right):
        return Ruling("denied")
    planned = min(
        _before(line, start, left, {"planned_before", "will"}),
        _after(line, end, right, {"planned_after", "will"}),
    )
    occurred = min(
        _before(line, start, max(left, start - OCCURRED_REACH), {"occurred_before"}),
        _after(line, end, right, {"occurred_after"}),
    )
    if planned == occurred == FAR:
        far = line.window(start, end, PREDICATE_REACH)[1]
        planned, occurred = _after(line, end, far, {"predicate"}), _after(line, end, far, {"took_place"})
    if (planned < FAR and line.any("conditional", left, right)) or line.any("conditional", left, start):
        return Ruling("hypothetical")
    if occurred < planned and _is_denied(line, start, end, occurred):
        return Ruling("denied")
    return _nearer(line, start, planned, occurred)


def _is_off(line: Line, start: int, end: int, right: int) -> bool:
    """Tell whether a noun is called off, right before or behind it, and no new plan of it follows."""
    before = (
        i for i in range(start - 1, max(line.start, start - DENIED) - 1, -1) if "calls_off" in line.cues[i]
    )
    behind = (i for i in range(end, right) if "called_off" in line.cues[i])
    at = next((i for i in before if OPENERS.isdisjoint(line.page.words[i + 1 : start])), None)
    at = next(behind, None) if at is None else end
    if at is None or _has_new_day(line, end):
        return False
    return not any(line.any(cue, at + 1, line.end) for cue in ("will", "predicate", "planned_after"))


def _has_new_day(line: Line, end: int) -> bool:
    """Tell whether a day follows that is not denied (`not on Thursday, but on Friday`, `not before June`)."""
    last = line.clause_end(end)
    moved = line.page.words[last : last + 1] == ["but"]
    return any(
        (end <= t.token < last and line.led_by("deadline", t.token))
        or (moved and last < t.token <= last + NEW_DAY)
        for t in line.times
    )


def _is_denied(line: Line, start: int, end: int, reach: int) -> bool:
    """Tell whether the cue at that distance, on either side, is itself negated (`has not concluded`)."""
    before, after = start - reach, end + reach - 1
    if "occurred_before" in line.cues[before]:
        return line.negated(max(line.clause_start(start), before - DENIED_REACH), before)
    return line.negated(end, after)


def _nearer(line: Line, start: int, planned: int, occurred: int) -> Ruling:
    if occurred < planned:
        return Ruling("occurred", 0.6)
    if planned < FAR:
        return Ruling("planned", 0.65)
    if line.future(start, within=NOUN_REACH):
        return Ruling("planned", 0.6)
    if line.past(start, within=OCCURRED_REACH):
        return Ruling("occurred", 0.5)
    if line.weekday(start) and any(
        line.any(cue, line.start, line.end) for cue in ("will", "planned_before", "predicate")
    ):
        return Ruling("planned", 0.5)
    return Ruling("unclear")


def _before(line: Line, start: int, left: int, wanted: set[str]) -> int:
    return next((start - i for i in range(start - 1, left - 1, -1) if line.cues[i] & wanted), FAR)


def _after(line: Line, end: int, right: int, wanted: set[str]) -> int:
    return next((i - end + 1 for i in range(end, right) if line.cues[i] & wanted), FAR)
