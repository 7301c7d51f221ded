"""Fold an article whose words came before under another identity (one wire text at many addresses)."""

from datetime import datetime

import msgspec

from transforms.deduplicate.boilerplate import story_of
from transforms.deduplicate.substance import tokens
from transforms.deduplicate.verdict import HORIZON, Fold
from transforms.intake import Intake
from transforms.records import deterministic_id

STATE_ID = "copies_v1"
CELLS = 1 << 12
CELL_CAP = 256
# Shorter texts ("Live updates", "Picture of the day") are equal by habit, not by copying.
MIN_WORDS = 12


class Leader(msgspec.Struct, array_like=True):
    """The first article with some words: its id, its identity, its story, and when it came."""

    article: str
    identity: str
    lineage: str
    seen: datetime
    historical: bool = False


_DECODER = msgspec.msgpack.Decoder(dict[str, Leader])
Cell = dict[str, Leader]


def unpack(data: bytes | None) -> Cell:
    """Return the cell in `data`."""
    return _DECODER.decode(data) if data else {}


def pack(cell: Cell) -> bytes:
    """Return the cell as bytes."""
    return msgspec.msgpack.encode(cell)


def copy_key(intake: Intake) -> str | None:
    """Return the hash of the article's words; `None` if they are too few to speak of a copy."""
    words = tokens(story_of(intake.article.text))
    return deterministic_id(*words) if len(words) >= MIN_WORDS else None


def fold_copies(cell: Cell, key: str | None, intake: Intake) -> tuple[Cell, Fold]:
    """Judge one article that is new or a revision; `key` is its `copy_key`."""
    for stale in [k for k, leader in cell.items() if intake.at - leader.seen > HORIZON]:
        del cell[stale]
    if key is None:
        return cell, Fold("new")
    leader = cell.get(key)
    if leader is not None and leader.historical and not intake.article.historical:
        # An old copy told nobody anything: fresh news is never folded into it.
        leader = None
    if leader is not None and leader.identity != intake.article.identity:
        return cell, Fold("duplicate", leader.article)
    if leader is None:
        while len(cell) >= CELL_CAP:
            del cell[min(cell, key=lambda k: cell[k].seen)]
        article = intake.article
        cell[key] = Leader(
            article.id, article.identity, intake.lineage or article.id, intake.at, article.historical
        )
    return cell, Fold("new")
