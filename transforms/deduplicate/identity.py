"""Fold an entry that came before: the same version again, or one that changed in looks alone.

A version is compared with the last one that was *let through*, not with the last one seen, so that
slow drift adds up and finally gets out as a revision.
"""

from datetime import datetime

import msgspec

from transforms.deduplicate.substance import Substance, material_difference, substance_of
from transforms.deduplicate.verdict import HORIZON, Fold
from transforms.intake import Intake

STATE_ID = "identity_v1"
CELLS = 1 << 14
CELL_CAP = 64


class Known(msgspec.Struct, array_like=True):
    """An identity: its first article, the last version let through, the contents seen, last seen when."""

    first: str
    revision: int
    substance: Substance
    contents: list[str]
    seen: datetime
    historical: bool = False


_DECODER = msgspec.msgpack.Decoder(dict[str, Known])
Cell = dict[str, Known]


def unpack(data: bytes | None) -> Cell:
    """Return the cell in `data`."""
    return _DECODER.decode(data) if data else {}


def pack(cell: Cell) -> bytes:
    """Return the cell as bytes."""
    return msgspec.msgpack.encode(cell)


def fold_repeats(cell: Cell, intake: Intake) -> tuple[Cell, Fold]:
    """Judge one article against its identity's history: new, revision, repeat or cosmetic.

    `cell` is changed in place and returned.
    """
    _prune(cell, intake.at)
    article = intake.article
    content = article.content_hash or article.id
    known = cell.get(article.identity)
    if known is None or (known.historical and not article.historical):
        # What was taken in as history told nobody anything: fresh news is never folded into it.
        fresh = substance_of(article.title, article.text)
        cell[article.identity] = Known(article.id, 0, fresh, [content], intake.at, article.historical)
        return cell, Fold("new")
    known.seen = max(known.seen, intake.at)
    if content in known.contents:
        return cell, Fold("repeat", _other(known.first, article.id), known.revision)
    known.contents = [*known.contents[-15:], content]
    fresh = substance_of(article.title, article.text)
    difference = material_difference(known.substance, fresh)
    if difference is None:
        return cell, Fold("cosmetic", known.first, known.revision)
    known.revision, known.substance = known.revision + 1, fresh
    return cell, Fold("revision", known.first, known.revision, {"difference": difference})


def _prune(cell: Cell, now: datetime) -> None:
    for identity in [key for key, known in cell.items() if now - known.seen > HORIZON]:
        del cell[identity]
    while len(cell) >= CELL_CAP:
        del cell[min(cell, key=lambda key: cell[key].seen)]


def _other(first: str, article_id: str) -> str | None:
    return None if first == article_id else first
