"""`extract` and `dedup`: one transform as a filter, article lines in, results out, in order."""

import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from transforms.article_lines import UNDATED, read_line
from transforms.deduplicate import HORIZON, copies, fold_copies, fold_repeats, identity
from transforms.extract import Extractor
from transforms.extract.filter_lines import extract_line
from transforms.intake import Intake
from transforms.records import Article, Position


def extract_lines(lines: BinaryIO, out: BinaryIO) -> int:
    """Write `{"id", "events"}` for each article line; return 1 if a line could not be read."""
    extractor = Extractor.load()
    return _each(lines, out, "extract", lambda line: extract_line(extractor, line))


def dedup_lines(lines: BinaryIO, out: BinaryIO) -> int:
    """Write `{"id", "verdict", "of"}` for each article line; return 1 if a line could not be read."""
    return _each(lines, out, "dedup", _Deduplicator().judge)


def _each(lines: BinaryIO, out: BinaryIO, name: str, act: Callable[[bytes], dict[str, Any]]) -> int:
    faults = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            out.write(msgspec.json.encode(act(line)) + b"\n")
        except (ValueError, OverflowError) as e:
            faults += 1
            print(f"{name}: line {number}: {e}", file=sys.stderr)
    out.flush()
    return 1 if faults else 0


class _Deduplicator:
    """The states of deduplication as plain dictionaries; lines come in the order of arrival.

    A line's time is `published`, never earlier than that of the line before: that is how a log's
    append time runs.
    """

    def __init__(self) -> None:
        self.identities: dict[str, identity.Cell] = {}
        self.copies: dict[str, copies.Cell] = {}
        self.now = UNDATED
        self.seen = 0

    def judge(self, line: bytes) -> dict[str, Any]:
        """Return the verdict on one line; raise `ValueError` for a line that is no article."""
        read = read_line(line)
        intake = self._intake(read.article)
        entry, key = intake.article.identity, copies.copy_key(intake)
        cell, fold = fold_repeats(self.identities.pop(entry, {}), intake)
        self.identities[entry] = cell
        if fold.kept:
            leaders, copy = fold_copies(self.copies.pop(key or "", {}), key, intake)
            if key is not None:
                self.copies[key] = leaders
            fold = fold if copy.kept else copy
        self._forget()
        return {"id": read.id, "verdict": fold.kind.upper(), "of": fold.of}

    def _intake(self, article: Article) -> Intake:
        self.now = max(self.now, article.stated_at)
        self.seen += 1
        return Intake(article, Position("articles", 0, self.seen), self.now)

    def _forget(self) -> None:
        """Drop the oldest keys once they are past the horizon; keys are in the order of last use."""
        stores: tuple[dict[str, Any], ...] = (self.identities, self.copies)
        for cells in stores:
            while cells and self._expired(next(iter(cells.values()))):
                del cells[next(iter(cells))]

    def _expired(self, cell: dict[str, Any]) -> bool:
        return all(self.now - known.seen > HORIZON for known in cell.values())
