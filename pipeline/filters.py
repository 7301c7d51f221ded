"""`extract` and `dedup`: one transform as a filter, article lines in, results out, in order."""

import sys
from collections.abc import Callable
from typing import Any, BinaryIO

import msgspec

from transforms.article_lines import UNDATED, read_line
from transforms.deduplicate import Deduplicator
from transforms.extract import Extractor
from transforms.extract.filter_lines import extract_line
from transforms.extract.vocabulary import decisive_of
from transforms.intake import Intake
from transforms.records import Position


def extract_lines(lines: BinaryIO, out: BinaryIO, model: str | None = None) -> int:
    """Write `{"id", "events"}` for each article line; return 1 if a line could not be read.

    `model` is that of the parser, for the profile of that name; raise `ParserModelError` if it is unfit.
    """
    extractor = Extractor.load(None, model)
    return _each(lines, out, "extract", lambda line: extract_line(extractor, line))


def dedup_lines(lines: BinaryIO, out: BinaryIO) -> int:
    """Write `{"id", "verdict", "of", "why"}` for each article line; return 1 if a line could not be read."""
    return _each(lines, out, "dedup", _Lines().judge)


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


class _Lines:
    """Deduplication of lines in the order of arrival.

    A line's time is `published`, never earlier than that of the line before: that is how a log's
    append time runs.
    """

    def __init__(self) -> None:
        self.deduplicator = Deduplicator(decisive_of(None))
        self.now = UNDATED
        self.seen = 0

    def judge(self, line: bytes) -> dict[str, Any]:
        """Return the verdict on one line; raise `ValueError` for a line that is no article."""
        read = read_line(line)
        self.now = max(self.now, read.article.stated_at)
        self.seen += 1
        intake = Intake(read.article, Position("articles", 0, self.seen), self.now)
        fold = self.deduplicator.judge(intake)[0].fold
        return {"id": read.id, "verdict": fold.kind.upper(), "of": fold.of, "why": fold.why}
