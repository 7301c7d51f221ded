"""`extract` and `dedup`: one transform as a filter, article lines in, results out, in order."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, BinaryIO

import msgspec

from transforms.deduplicate import HORIZON, copies, fold_copies, fold_repeats, identity
from transforms.extract import Extractor
from transforms.extract.filter_lines import extract_line
from transforms.intake import Intake
from transforms.records import Article, Position
from transforms.records.article import content_hash

_NO_TIME = datetime(1970, 1, 1, tzinfo=UTC)


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
        except ValueError as e:
            faults += 1
            print(f"{name}: line {number}: {e}", file=sys.stderr)
    out.flush()
    return 1 if faults else 0


class _Line(msgspec.Struct):
    """An article as people write it; more keys are fine."""

    id: str | int
    title: str | None = None
    text: str | None = None
    published: datetime | None = None
    source: str | None = None
    url: str | None = None


class _Deduplicator:
    """The states of deduplication as plain dictionaries; lines come in the order of arrival.

    A line's time is `published`, never earlier than that of the line before: that is how a log's
    append time runs.
    """

    def __init__(self) -> None:
        self.identities: dict[str, identity.Cell] = {}
        self.copies: dict[str, copies.Cell] = {}
        self.now = _NO_TIME
        self.decoder = msgspec.json.Decoder(_Line)
        self.seen = 0

    def judge(self, line: bytes) -> dict[str, Any]:
        """Return the verdict on one line; raise `ValueError` for a line that is no article."""
        read = self.decoder.decode(line)
        intake = self._intake(read)
        entry, key = intake.article.identity, copies.copy_key(intake)
        cell, fold = fold_repeats(self.identities.pop(entry, {}), intake)
        self.identities[entry] = cell
        if fold.kept:
            words = key or entry
            self.copies[words], copy = fold_copies(self.copies.pop(words, {}), key, intake)
            fold = fold if copy.kept else copy
        self._forget()
        return {"id": read.id, "verdict": fold.kind.upper(), "of": fold.of}

    def _intake(self, read: _Line) -> Intake:
        stated = read.published or self.now
        stated = stated if stated.tzinfo else stated.replace(tzinfo=UTC)
        self.now = max(self.now, stated)
        title, text = read.title or "", read.text or ""
        article = Article(
            id=str(read.id),
            feed="",
            publisher=read.source or "",
            title=title,
            text=text,
            url=read.url,
            fetched=self.now,
            content_hash=content_hash(title, text),
        )
        self.seen += 1
        return Intake(article, Position("articles", 0, self.seen), self.now)

    def _forget(self) -> None:
        """Drop the oldest keys once they are past the horizon; keys are in the order of last use."""
        while self.identities:
            oldest = next(iter(self.identities))
            known = self.identities[oldest].get(oldest)
            if known is None or self.now - known.seen <= HORIZON:
                return
            del self.identities[oldest]
