"""Spelled: names that no rule knows, as the encoder hears them word by word.

Rules know a flight by lists, numbers and the nouns beside a name. What flies is often called by other words
(`Start Me Up`), which the encoder hears by what is said of them.
"""

import re
from collections.abc import Sequence

from transforms.extract.entity import Entity
from transforms.extract.lede import LEDE_WORDS
from transforms.extract.line import Line
from transforms.extract.open_names import is_capitalised, is_strange
from transforms.extract.pieces import MOST_LETTERS, words_of
from transforms.extract.reading import Reading

MOST_WORDS = 10
_LETTERS = re.compile(r"[^\W\d_]+")


def spelled(output: str, reading: Reading) -> tuple[Entity, float] | None:
    """Return the words that name the flight of an `output` the most surely, if any, and their odds.

    What rules know as a name is none: they had reasons not to take it. Nor is the plural of a name, nor
    a family of flights by itself (`Artemis`).
    """
    runs = reading.names.runs_for(output) if reading.names else []
    if not runs:
        return None
    odds, words = runs[0]
    if len(words) > MOST_WORDS or max(map(len, words)) > MOST_LETTERS or reading.stop_words.issuperset(words):
        return None
    if any(words_of(entity.name) == words for line in reading.lines for entity in line.entities):
        return None
    name = " ".join(words)
    if _is_plural(name, reading) or any(name == entry.family for entry in reading.pack.families.family):
        return None
    kinds = reading.pack.manifest.kinds_naming(output.partition("/")[0])
    read = [line for line in reading.lines if line.start < LEDE_WORDS]
    written = [entity for line in read if (entity := _written(line, words, kinds))]
    others = [hit.start for hit in reading.page.by_group["anti"]]
    strange = any(is_strange(others, entity.start, entity.end) for entity in written)
    return (written[0], odds) if written and not strange else None


def _is_plural(name: str, reading: Reading) -> bool:
    """Tell whether it is the plural of a name that the pack lists (`24 Starlinks`)."""
    singular = name.removesuffix("s")
    return singular != name and any(entry.name.casefold() == singular for entry in reading.pack.entities)


def _written(line: Line, words: list[str], kinds: Sequence[str]) -> Entity | None:
    """Return words where a sentence has them as a name: whole tokens, and no part of another name.

    A name in it is of one of `kinds`; capitalised words behind it belong to it, where others are not.
    """
    forms = line.page.forms
    spelt = {i: words_of(forms[i]) for i in range(line.start, line.end)}
    for start in (i for i in spelt if spelt[i]):
        said, end = list[str](), start
        while end < line.end and len(said) < len(words):
            said += spelt[end]
            end += 1
        near = [e for e in line.entities if e.start < end and e.end > start]
        whole = all(start <= e.start and e.end <= end and e.kind in kinds for e in near)
        if said == words and whole and _is_name(forms[start:end]):
            end = _end_of_name(line, end)
            return Entity(kinds[0], start, end, line.page.surface(start, end), listed=False)
    return None


def _end_of_name(line: Line, end: int) -> int:
    """Return where the capitalised words behind a name end; where all have capitals they say nothing."""
    forms = line.page.forms
    if is_capitalised(line.page, range(line.start, line.end)):
        return end
    while end < line.end and end not in line.names and forms[end][0].isupper():
        end += 1
    return end


def _is_name(forms: Sequence[str]) -> bool:
    """Tell whether words have two capitals, or one that begins a word of three letters (`No. 8` has none)."""
    long = any(len(word) > 2 and word[0].isupper() for form in forms for word in _LETTERS.findall(form))
    return long or sum(letter.isupper() for form in forms for letter in form) > 1
