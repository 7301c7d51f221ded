"""Fold an entry that came before: the same version again, or one that changed in looks alone.

A version is compared with the last one that was *let through*, not with the last one seen, so that
slow drift adds up and finally gets out as a revision. Of that version only hashes are kept: its numbers,
names and telling words whole, and a sample of its shingles, which is all of them for a short text.
"""

from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from transforms.deduplicate.reading import Reading
from transforms.deduplicate.shingles import SHORT_SIZE, packed, unpacked
from transforms.deduplicate.verdict import HORIZON_MS, Fold, milliseconds, packed_id, unpacked_id
from transforms.deduplicate.words import hash64, short_hash
from transforms.intake import Intake

CELLS = 1 << 16
CELL_CAP = 256
CONTENTS = 16
SAMPLE = 24
NEW_WORDS_SHARE = 0.2


class Version(msgspec.Struct, frozen=True, array_like=True):
    """What of a version matters when the next one is compared with it: packed short hashes."""

    numbers: bytes
    names: bytes
    telling: bytes
    sample: bytes
    corrected: bool


class Known(msgspec.Struct, array_like=True):
    """An identity: its first article, revisions, the version let through, contents seen, and last when."""

    first: bytes
    revision: int
    version: Version
    contents: list[int]
    seen: int
    historical: bool = False


class Difference(NamedTuple):
    """A material difference: of which kind, and what is new."""

    kind: str
    new: tuple[str, ...] = ()


Cell = dict[int, Known]


def fold_repeats(cell: Cell, intake: Intake, reading: Reading) -> Fold:
    """Judge one article against its identity's history in `cell`: new, revision, repeat or cosmetic.

    An article that is to be `unfolded` is let through whatever came before.
    """
    article, now = intake.article, milliseconds(intake.at)
    _prune(cell, now)
    identity, content = hash64(article.identity), hash64(article.content_hash or article.id)
    known = cell.get(identity)
    if known is None or (known.historical and not article.historical):
        # What was taken in as history told nobody anything: fresh news is never folded into it.
        cell[identity] = Known(
            packed_id(article.id), 0, version_of(reading), [content], now, article.historical
        )
        return Fold("new")
    known.seen = max(known.seen, now)
    again = content in known.contents
    if not again:
        known.contents = [*known.contents[1 - CONTENTS :], content]
    if intake.unfold:
        return _let_through(known, article.id, reading, {"unfolded": True})
    first = unpacked_id(known.first)
    if again:
        return Fold("repeat", None if first == article.id else first)
    difference = material_difference(known.version, reading)
    if difference is None:
        return Fold("cosmetic", first)
    return _let_through(known, article.id, reading, {"difference": difference.kind, "new": difference.new})


def _let_through(known: Known, article: str, reading: Reading, why: dict[str, object]) -> Fold:
    known.version, first = version_of(reading), unpacked_id(known.first)
    if first == article:
        return Fold("new", why=why)
    known.revision += 1
    return Fold("revision", first, revision=known.revision, why={k: v for k, v in why.items() if v})


def version_of(reading: Reading) -> Version:
    """Return what is kept of a version."""
    return Version(
        numbers=packed(_hashed(reading.numbers)),
        names=packed(_hashed(reading.names)),
        telling=packed(reading.telling),
        sample=reading.packed_shingles[: SHORT_SIZE * SAMPLE],
        corrected=reading.corrected,
    )


def material_difference(old: Version, new: Reading) -> Difference | None:
    """Return the first material difference of `new` from `old`; `None` if the change is cosmetic."""
    known = unpacked(old.numbers)
    if fresh := [n for n in new.numbers if short_hash(n) not in known]:
        return Difference("numbers", _shown(fresh))
    if len(new.numbers) < len(known):
        return Difference("numbers")
    known = unpacked(old.names)
    if fresh := [n for n in new.names if short_hash(n) not in known]:
        return Difference("names", _shown(fresh))
    if new.corrected and not old.corrected:
        return Difference("correction")
    if new.telling != unpacked(old.telling):
        return Difference("statement")
    if _new_share(unpacked(old.sample), new) > NEW_WORDS_SHARE:
        return Difference("wording")
    return None


def _new_share(old: set[int], new: Reading) -> float:
    """Estimate which share of the new shingles is not among the old ones, from the smallest of both."""
    fresh = unpacked(new.packed_shingles[: SHORT_SIZE * SAMPLE])
    if len(old) >= SAMPLE:
        fresh = {s for s in fresh if s <= max(old)}
    return sum(s not in old for s in fresh) / max(1, len(fresh))


def _prune(cell: Cell, now: int) -> None:
    for identity in [key for key, known in cell.items() if now - known.seen > HORIZON_MS]:
        del cell[identity]
    while len(cell) >= CELL_CAP:
        del cell[min(cell, key=lambda key: (cell[key].seen, key))]


def _hashed(words: Iterable[str]) -> list[int]:
    return [short_hash(word) for word in words]


def _shown(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(words)[:10])
