"""Names compared: by their words, and by what the pack knows them to be."""

import re
from functools import lru_cache

from transforms.extract.entity import Entity

_WORD = re.compile(r"\d+|[^\W\d_]+")


@lru_cache(maxsize=4096)
def name_words(name: str) -> tuple[str, ...]:
    """Return the words and numbers of a name, case aside."""
    return tuple(_WORD.findall(name.casefold()))


def same_name(a: tuple[str, ...], b: tuple[str, ...]) -> bool:
    """Tell whether one name is a run of whole words of the other and both hold the same numbers."""
    short, long = sorted((a, b), key=len)
    if not short:
        return not long
    inside = any(long[i : i + len(short)] == short for i in range(len(long) - len(short) + 1))
    return inside and {w for w in long if w.isdigit()} == {w for w in short if w.isdigit()}


def same_start(part: Entity, whole: Entity) -> bool:
    """Tell whether a whole name begins with the words of a part."""
    words = name_words(part.name)
    return name_words(whole.name)[: len(words)] == words


def one_begins_other(a: Entity, b: Entity) -> bool:
    """Tell whether one of two names begins with the other (`Atlas` and `Atlas 5`)."""
    return same_start(a, b) or same_start(b, a)


def known_by(entity: Entity) -> str:
    """Return the id by which the pack knows a flight, else a craft; for what it does not know, the name."""
    return entity.flight or entity.id or entity.name


def names_same(a: Entity | None, b: Entity | None) -> bool:
    """Tell whether two names are of one flight or one craft: by what the pack knows, or by their words."""
    if a and b and known_by(a) == known_by(b):
        return True
    return same_name(*(name_words(e.name) if e else () for e in (a, b)))
