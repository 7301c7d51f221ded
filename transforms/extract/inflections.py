"""English inflections, generated when a pack is built, so that a pack lists each verb once."""

import itertools
from typing import Literal

Form = Literal["base", "bare", "present", "past", "participle", "gerund", "noun", "phrase"]
_VOWELS = "aeiou"


def verb_forms(entry: str) -> list[tuple[str, Form]]:
    """Return all forms of `lift off`, or of an irregular `fly|flew|flown`.

    The first word inflects, or the one after `^` (`test-^fire`). `bare` is a base that is also the past
    (`put`).
    """
    before, caret, rest_of = entry.partition("^")
    if caret:
        return [(before + phrase, form) for phrase, form in verb_forms(rest_of)]
    base, past, participle = _parts(entry)
    head, _, rest = base.partition(" ")
    tail = f" {rest}" if rest else ""
    forms: list[tuple[str, Form]] = [
        (base, "bare" if past == base else "base"),
        (_third(head) + tail, "present"),
    ]
    if past != base:
        forms.append((past, "past"))
    if participle not in (base, past):
        forms.append((participle, "participle"))
    return [*forms, (_gerund(head) + tail, "gerund")]


def noun_forms(entry: str) -> list[tuple[str, Form]]:
    """Return singular and plural of `launch`, or of an irregular `loss|losses`."""
    singular, _, plural = entry.partition("|")
    return [(singular, "noun"), (plural or _third(singular), "noun")]


def _parts(entry: str) -> tuple[str, str, str]:
    base, *irregular = entry.split("|")
    head, _, rest = base.partition(" ")
    regular = _past(head) + (f" {rest}" if rest else "")
    past = irregular[0] if irregular else regular
    return base, past, irregular[1] if len(irregular) > 1 else past


def _third(word: str) -> str:
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ies"
    return word + "s"


def _past(word: str) -> str:
    if word.endswith("e"):
        return word + "d"
    if word.endswith("y") and word[-2:-1] not in _VOWELS:
        return word[:-1] + "ied"
    return (word + word[-1] if _doubles(word) else word) + "ed"


def _gerund(word: str) -> str:
    if word.endswith("e") and not word.endswith("ee"):
        return word[:-1] + "ing"
    return (word + word[-1] if _doubles(word) else word) + "ing"


def _doubles(word: str) -> bool:
    """Tell whether the last consonant doubles: one short vowel between consonants (`scrub`, not `dock`)."""
    return (
        len(word) > 2
        and word[-1] not in _VOWELS + "wxy"
        and word[-2] in _VOWELS
        and word[-3] not in _VOWELS
        and sum(a in _VOWELS and b not in _VOWELS for a, b in itertools.pairwise(word)) == 1
    )
