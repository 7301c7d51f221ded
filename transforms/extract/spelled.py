"""Spelled: names that no rule knows, as the encoder hears them word by word.

Rules know a flight by lists, numbers and the nouns beside a name. What flies is often called by other words
(`Start Me Up`), which the encoder hears by what is said of them.
"""

import re
from collections.abc import Sequence

from transforms.extract.entity import Entity
from transforms.extract.lede import LEDE_WORDS
from transforms.extract.line import Line
from transforms.extract.name_odds import NameOdds
from transforms.extract.open_names import BESIDE
from transforms.extract.pieces import MOST_LETTERS, words_of
from transforms.extract.reading import Reading

MOST_WORDS = 10
_LETTERS = re.compile(r"[^\W\d_]+")


def spelled(output: str, least: float, reading: Reading, names: NameOdds) -> tuple[Entity, float] | None:
    """Return the words that name the flight of an `output` the most surely, and their odds, at `least` these.

    What rules know as a name is none: they had reasons not to take it.
    """
    odds, words = next(iter(names.runs_for(output)), (least, []))
    if odds < least or not 0 < len(words) <= MOST_WORDS or max(map(len, words)) > MOST_LETTERS:
        return None
    if reading.stop_words.issuperset(words):
        return None
    if any(words_of(entity.name) == words for line in reading.lines for entity in line.entities):
        return None
    kinds = reading.pack.manifest.kinds_naming(output.partition("/")[0])
    read = [line for line in reading.lines if line.start < LEDE_WORDS]
    written = [entity for line in read if (entity := _written(line, words, kinds))]
    return (written[0], odds) if written and not any(_is_strange(reading, e) for e in written) else None


def _is_strange(reading: Reading, name: Entity) -> bool:
    """Tell whether a word of another domain stands beside a name."""
    others = reading.page.by_group["anti"]
    return any(name.start - BESIDE <= hit.start < name.end + BESIDE for hit in others)


def _written(line: Line, words: Sequence[str], kinds: Sequence[str]) -> Entity | None:
    """Return words where a sentence has them as a name: whole tokens, and no part of another name.

    A name in it is of one of `kinds`; capitalised words behind it belong to it, where others are not.
    """
    page = line.page
    spelt = [(word, i) for i in range(line.start, line.end) for word in words_of(page.forms[i])]
    tokens = [i for _, i in spelt]
    for n in range(len(spelt) - len(words) + 1):
        stop = n + len(words)
        if [word for word, _ in spelt[n:stop]] != list(words):
            continue
        start, end = tokens[n], tokens[stop - 1] + 1
        whole = start not in tokens[:n] and end - 1 not in tokens[stop:]
        near = [e for e in line.entities if e.start < end and e.end > start]
        whole &= all(start <= e.start and e.end <= end and e.kind in kinds for e in near)
        if whole and _is_name(page.forms[start:end]):
            end = _end_of_name(line, end)
            return Entity(kinds[0], start, end, page.surface(start, end), listed=False)
    return None


def _end_of_name(line: Line, end: int) -> int:
    """Return where the capitalised words behind a name end; where all have capitals they say nothing."""
    forms = line.page.forms
    if not any(len(form) > 3 and form.islower() for form in forms[line.start : line.end]):
        return end
    while end < line.end and end not in line.names and forms[end][0].isupper():
        end += 1
    return end


def _is_name(forms: Sequence[str]) -> bool:
    """Tell whether words have two capitals, or one that begins a word of three letters (`No. 8` has none)."""
    long = any(len(word) > 2 and word[0].isupper() for form in forms for word in _LETTERS.findall(form))
    return long or sum(letter.isupper() for form in forms for letter in form) > 1
