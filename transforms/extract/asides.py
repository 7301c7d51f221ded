"""Asides: names that only stand beside an event, and words that tell so."""

from transforms.extract.entity import Entity
from transforms.extract.line import Line

STAND_IN = 2  # tokens behind a name within which a word may tell that another is spoken of


def is_aside(line: Line, entity: Entity, end: int) -> bool:
    """Tell whether a name is only told beside an event that ends at a token (`before X`, `X's heir`)."""
    after = entity.start >= end and follows(line, entity, "aside")
    return after or line.any("stand_in", entity.end, entity.end + STAND_IN)


def follows(line: Line, entity: Entity, cue: str) -> bool:
    """Tell whether a cue of a class stands right before a name and its article."""
    first = entity.start - line.any("article", entity.start - 1, entity.start)
    return line.any(cue, first - 1, first)


def is_another(line: Line, entity: Entity) -> bool:
    """Tell whether the text speaks of one more of a kind (`the next Progress`)."""
    return line.any("another", entity.start - 2, entity.start)
