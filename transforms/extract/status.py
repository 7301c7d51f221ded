"""Status: whether a mention says that something happened, will happen, or neither.

Read from the words around a trigger, in its clause: tense and auxiliaries for verbs, the nearest cue for
nouns, and a grammar of their own for headlines, whose present tense is news and whose infinitive is a plan.
"""

from transforms.extract.inflections import Form
from transforms.extract.line import SUBORDINATE, Line
from transforms.extract.noun_status import rule_noun
from transforms.extract.ruling import EXPLICIT, Ruling

VERB_REACH, CHAIN, ADVERBS, RELATIVE, NEXT_VERB = 5, 30, 3, 4, 1
_DETERMINERS = frozenset({"a", "an", "the", "its", "their", "his", "her"})
_JOINTS = frozenset({"and", "or", ",", "then"})
_OWNERS_MARKS = frozenset({"'s", "’s"})
_PRONOUNS = frozenset({"it", "he", "she", "that", "there", "who", "what", "here"})


def rule(line: Line, start: int, end: int, form: Form, *, stative: bool = False) -> Ruling:
    """Return what the words around tokens `start` to `end` say about them."""
    if form in ("noun", "phrase"):
        return rule_noun(line, start, end)
    if form == "base":
        return _base(line, start, end)
    if form == "bare":
        if _is_governed(line, start) and not _is_joined(line, start, {"have", "be"}):
            return _base(line, start, end)
        return _past(line, start, stative)
    if form == "present":
        return _present(line, start, end)
    if form == "gerund":
        return _gerund(line, start, end)
    if start > line.start and (line.page.words[start - 1] == "-" or _is_attribute(line, start, form)):
        return Ruling("stative")
    return _past(line, start, stative)


def _is_attribute(line: Line, start: int, form: Form) -> bool:
    """Tell whether a participle only describes the noun after it (`the docked ship`)."""
    return form in ("past", "participle") and line.page.words[start - 1] in _DETERMINERS


def _is_governed(line: Line, start: int) -> bool:
    """Tell whether a base that is also the past (`put`) has an auxiliary, or stands where nouns do."""
    return _auxiliary(line, start) is not None or not line.subject_before(start)


def _is_joined(line: Line, start: int, cues: set[str]) -> bool:
    """Tell whether one of some auxiliaries stands right before, adverbs aside."""
    first = max(line.clause_start(start), start - ADVERBS)
    return any(line.cues[i] & cues for i in range(first, start))


def _base(line: Line, start: int, end: int) -> Ruling:
    cue = _auxiliary(line, start)
    if cue is None:
        return _bare_base(line, start, end)
    first, cues = line.clause_start(start), line.cues[cue]
    if "attempted" in cues:
        return Ruling("unclear")
    if "managed" in cues:
        if any(line.any(way, max(first, cue - VERB_REACH), cue) for way in ("would", "maybe", "will")):
            return _guess(line, first, start)
        return _deny(line, first, start, Ruling("occurred", 0.8))
    if cues & {"will", "to"}:
        return _plan(line, first, cue, start)
    if cues & {"would", "maybe"}:
        return _guess(line, first, start)
    return Ruling("denied") if line.any("negative", first, start) else Ruling("occurred", 0.7)


def _auxiliary(line: Line, start: int) -> int | None:
    """Return the auxiliary that governs a base form: right before it, or before the verb it is joined to."""
    first, words = line.clause_start(start), line.page.words
    joined = any(words[i] in _JOINTS for i in range(max(first, start - 2), start))
    for i in range(start - 1, max(first, start - CHAIN) - 1, -1):
        if line.cues[i] & {"attempted", "managed", "will", "to", "would", "maybe", "did"}:
            return i
        if start - i >= ADVERBS and not joined:
            return None
    return None


def _bare_base(line: Line, start: int, end: int) -> Ruling:
    """Judge a base form without auxiliary: a noun, or a headline's plural present (`Astronauts return`)."""
    if line.any("negative", max(line.clause_start(start), start - 2), start):
        return Ruling("denied")
    nominal = rule_noun(line, start, end)
    if nominal.verdict == "unclear" and line.headline and line.plural_subject(start):
        return Ruling("planned", 0.6) if line.future(start) else Ruling("occurred", 0.65)
    return nominal


def _plan(line: Line, first: int, cue: int, start: int) -> Ruling:
    """Judge an infinitive or future: planned, unless it was denied, had been attempted, or is past by now."""
    before = range(max(first, cue - VERB_REACH), cue + 1)
    managed = next((i for i in reversed(before) if "managed" in line.cues[i]), None)
    if managed is not None and not line.any("to", managed + 1, cue):
        return Ruling("occurred", 0.8)
    if any("attempted" in line.cues[i] for i in before):
        return Ruling("unclear")
    if "to" in line.cues[cue] and line.any("caused", before.start, cue):
        return _caused(line, first, cue)
    if line.any("becomes", first, cue) and line.any("ordinal", first, cue):
        return Ruling("hypothetical") if line.any("maybe", first, cue) else Ruling("occurred", 0.75)
    if any("denied" in line.cues[i] for i in before) or line.negated(max(first, cue - 3), start):
        return Ruling("denied")
    if any(line.cues[i] & {"would", "maybe"} for i in range(before.start, cue)):
        return _guess(line, first, start)
    if not line.title and line.any("ordinal", cue - VERB_REACH, cue) and "will" not in line.cues[cue]:
        return Ruling("unclear")
    if any("history" in line.cues[i] for i in before):
        return Ruling("historical")
    return Ruling("planned", 0.8)


def _caused(line: Line, first: int, cue: int) -> Ruling:
    """Judge what somebody is made to do: done, but for a mere attribute (`a crew forced to return`)."""
    if line.any("maybe", first, cue):
        return Ruling("hypothetical")
    passive = line.any("caused", cue - 1, cue)
    return Ruling("unclear") if passive and not line.any("be", cue - 3, cue) else Ruling("occurred", 0.75)


def _guess(line: Line, first: int, start: int) -> Ruling:
    if line.negated(first, start) or line.any("have", max(first, start - 3), start):
        return Ruling("hypothetical")
    if line.any("conditional", line.start, line.end):
        return Ruling("hypothetical")
    reported = line.any("would", first, start) and line.any("reported", line.start, first + 1)
    return Ruling("planned", 0.5) if reported or line.future(start) else Ruling("hypothetical")


def _deny(line: Line, first: int, start: int, otherwise: Ruling) -> Ruling:
    return Ruling("denied") if line.negated(max(first, start - VERB_REACH), start) else otherwise


def _present(line: Line, start: int, end: int) -> Ruling:
    first = line.clause_start(start)
    if line.cues[end] & {"will", "would", "maybe", "be", "have"}:  # a plural before its verb
        return rule_noun(line, start, end)
    commas = [i for i in range(first, start) if line.page.words[i] == ","] if line.headline else []
    begin = max([line.start, *commas])
    if line.any("subordinate_future", max(begin, start - VERB_REACH - 3), start):
        return Ruling("planned", 0.6 if line.future(start) else 0.4)
    if line.headline:
        if not line.subject_before(start) or line.is_topic(start):
            return rule_noun(line, start, end)
        if line.negated(max(first, start - 3), start) or line.any("denied", start - 1, start):
            return Ruling("denied")
        if line.any("conditional", first, start):
            return Ruling("hypothetical")
        ahead = _is_ahead(line, start) or line.opens_day(end)
        return Ruling("planned", 0.7) if ahead else Ruling("occurred", 0.75)
    if line.future(start):
        return Ruling("planned", 0.6)
    nominal = rule_noun(line, start, end)
    if nominal.verdict != "unclear":
        return nominal
    if line.subject_before(start) and not line.any("negative", first, start):
        return Ruling("occurred", 0.4) if line.past(start) else Ruling("unclear")
    return nominal


def _is_ahead(line: Line, start: int) -> bool:
    """Tell whether a time to come is of a headline's verb, and not of another one or behind a semicolon."""
    time = line.nearest_time(start)
    if not time or time.relation != "future":
        return False
    joints = [i for i in range(start + 1, time.token) if line.page.words[i] in _JOINTS]
    another = any(line.any("headline_verb", i + 1, i + 1 + NEXT_VERB) for i in joints)
    return not another and ";" not in line.page.words[start : time.token]


def _gerund(line: Line, start: int, end: int) -> Ruling:
    first = line.clause_start(start)
    if any("be" in line.cues[i] and not _owns(line, i) for i in range(max(first, start - 3), start)):
        if line.negated(first, start):
            return Ruling("denied")
        return Ruling("planned", 0.6) if line.future(start) else Ruling("occurred", 0.5)
    if line.title and line.future(start) and line.subject_before(start):
        return Ruling("planned", 0.6)
    if end < line.end and (end in line.names or "article" in line.cues[end]):
        return _participle(line, first, start)
    return rule_noun(line, start, end)


def _owns(line: Line, i: int) -> bool:
    """Tell whether a word is the mark of an owner (`Sunday's landing`), and no `is` of a pronoun."""
    words = line.page.words
    return words[i] in _OWNERS_MARKS and words[i - 1] not in _PRONOUNS


def _participle(line: Line, first: int, start: int) -> Ruling:
    """Judge a gerund with an object by what leads it in, or after a comma by the date of its clause."""
    if line.page.words[start - 1] == "of" and start > first:
        return Ruling("unclear")
    if line.any("planned_before", max(first, start - 2), start):
        return Ruling("planned", 0.5)
    if line.any("occurred_before", max(first, start - 2), start):
        return Ruling("occurred", 0.6)
    if line.page.words[start - 1] == "," and start > first and not line.any("will", first, start):
        return Ruling("occurred", 0.5) if line.title or line.recent(start) else Ruling("unclear")
    return Ruling("unclear")


def _past(line: Line, start: int, stative: bool) -> Ruling:
    first = line.clause_start(start)
    auxiliaries: set[str] = set()
    for i in range(max(first, start - VERB_REACH), start):
        auxiliaries |= line.cues[i]
    adjective = line.any("article", start - 1, start) and not auxiliaries & {"be", "have"}
    if stative and ("stative" in auxiliaries or adjective):
        return Ruling("stative")
    if _is_past_denied(line, first, start):
        return Ruling("denied")
    if "be" in auxiliaries and line.is_passive_plan(max(first, start - VERB_REACH), start):
        if auxiliaries & {"would", "maybe"}:
            return _guess(line, first, start)
        return Ruling("planned", 0.75)
    if auxiliaries & {"would", "maybe"} and "have" in auxiliaries:
        return Ruling("hypothetical")
    if "have" in auxiliaries and any("to" in line.cues[i] for i in range(max(first, start - 3), start)):
        return Ruling("hypothetical")
    later = line.any("subordinate_future", max(first, start - 1), start)
    if later or line.is_inverted(start) or line.any("conditional", first, start):
        return Ruling("hypothetical")
    if (
        "noun_before" in auxiliaries
        and line.any("noun_before", start - 1, start)
        and not auxiliaries & {"be", "have"}
    ):
        return Ruling("stative")
    return Ruling("occurred", EXPLICIT if auxiliaries & {"be", "have"} or not stative else 0.75)


def _is_past_denied(line: Line, first: int, start: int) -> bool:
    """Tell whether a past is denied, or only nearly so; a negation may open its clause (`no crew ...`).

    One before a subordinate clause is of something else (`no one was hurt when it exploded`).
    """
    near = range(max(first, start - VERB_REACH), start)
    return line.any("nearly", start - 1, start) or any(
        line.denies(i, start)
        and SUBORDINATE.isdisjoint(line.page.words[i + 1 : start])
        and not _describes(line, i, start)
        for i in {first, *near}
    )


def _describes(line: Line, negative: int, start: int) -> bool:
    """Tell whether a negation is of a base behind `that` or `which`, and no other subject before the past."""
    denies_base = line.cues[negative - 1] & {"did", "would", "will", "maybe"}
    if not denies_base or not line.any("relative", negative - RELATIVE, negative):
        return False
    between = range(negative + 1, start)
    nested = any(line.any(cue, negative + 1, start) for cue in ("relative", "be", "have", "article"))
    return bool(between) and not nested and line.names.isdisjoint(between)
