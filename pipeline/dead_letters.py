"""Dead letters as a person works with them: found, shown, and marked when they are done with.

The log forgets nothing before its time, so a letter that was replayed or dropped stays, and a mark behind
it on the same topic says so. The same letter once more behind its mark is open again: it happened again.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from connectors.feeds.dead_body import DeadBodyError
from connectors.feeds.dead_body import original as unpacked
from connectors.log import topics
from connectors.log.interface import Log, NewRecord, Partition, Record
from pipeline.log_scan import scan
from transforms.printable import printable
from transforms.records import DeadLetter, LetterMark, UndecodableError, decode, encode

_LONGEST_MARK = 1000
_AT_ONCE = 50  # each may have some MiB


class Wanted(NamedTuple):
    """Which letters are meant: an empty field means any. `marked`: those too that are done with."""

    ids: frozenset[str] = frozenset()
    stage: str = ""
    reason: str = ""
    feed: str = ""
    since: datetime | None = None
    marked: bool = False

    def takes(self, letter: DeadLetter, mark: LetterMark | None) -> bool:
        """Tell whether the letter is meant; one that is named is, whatever its mark."""
        return (
            (not self.ids or letter.id in self.ids)
            and self.stage in ("", letter.stage)
            and self.reason in ("", letter.reason)
            and self.feed in ("", letter.headers.get("feed"))
            and (self.since is None or letter.at >= self.since)
            and (mark is None or self.marked or bool(self.ids))
        )


class Kept(NamedTuple):
    """A letter on the log, and its mark if it is done with."""

    letter: DeadLetter
    mark: LetterMark | None


def letters(log: Log, wanted: Wanted) -> Iterator[Kept]:
    """Yield the letters that are meant, oldest first, each once."""
    until, seen = log.end(topics.DEAD_LETTERS), set[str]()
    marks = _marks(log, until)
    for record in scan(log, topics.DEAD_LETTERS, until=until, at_once=_AT_ONCE):
        try:
            letter = decode(DeadLetter, record.value)
        except UndecodableError:
            continue  # a mark, or nonsense: whoever can write topics can write that
        mark = marks.get(letter.id)
        if letter.id not in seen and wanted.takes(letter, mark):
            seen.add(letter.id)
            yield Kept(letter, mark)


def mark_of(record: Record) -> LetterMark | None:
    """Return the mark that a record of the topic is, or `None` for a letter."""
    if len(record.value) > _LONGEST_MARK or b'"mark":' not in record.value:
        return None
    try:
        return decode(LetterMark, record.value)
    except UndecodableError:
        return None


def put_mark(log: Log, mark: LetterMark) -> None:
    """Note on the log that a letter is done with."""
    log.append([NewRecord(topics.DEAD_LETTERS, mark.letter, encode(mark))])


def line_of(kept: Kept) -> str:
    """Return the letter in a line."""
    letter, mark = kept
    done = f" ({mark.mark})" if mark else ""
    return (
        f"{letter.at:%Y-%m-%dT%H:%M:%SZ} {printable(letter.id, 64)} {printable(letter.stage, 40)} "
        f"{printable(letter.reason, 40)} {_place(letter)}{done}: {printable(letter.error, 120)}"
    )


def record_of(kept: Kept, *, whole: bool = False) -> dict[str, Any]:
    """Return the letter for programs; `whole`: with headers and the bytes, in base 64."""
    letter, mark = kept
    found = {
        "id": letter.id,
        "at": letter.at,
        "stage": letter.stage,
        "reason": letter.reason,
        "from": _place(letter),
        "error": letter.error,
        "code_version": letter.code_version,
        "size_bytes": letter.cut_from_bytes or len(original(letter)),
        "cut_to_bytes": len(letter.value) if letter.cut_from_bytes else None,
        "mark": mark.mark if mark else None,
    }
    return found | ({"headers": letter.headers, "value": original(letter)} if whole else {})


def shown(kept: Kept) -> str:
    """Return all of the letter, safe to print: what is no text stands there by its number."""
    letter, mark = kept
    fields = {
        "id": letter.id,
        "at": f"{letter.at:%Y-%m-%dT%H:%M:%SZ}",
        "stage": letter.stage,
        "reason": letter.reason,
        "from": _place(letter),
        "error": letter.error,
        "code": letter.code_version,
        **({mark.mark: f"{mark.at:%Y-%m-%dT%H:%M:%SZ}"} if mark else {}),
        **{f"header {name}": value for name, value in letter.headers.items()},
    }
    lines = [f"{printable(name)}: {printable(value)}" for name, value in fields.items()]
    value = original(letter)
    of = f" of {letter.cut_from_bytes}, the rest was not kept" if letter.cut_from_bytes else ""
    return "\n".join([*lines, f"value, {len(value)} bytes{of}:", *_escaped(value)])


def original(letter: DeadLetter) -> bytes:
    """Return the bytes as they were; those of a letter that names a wrong coding as they stand in it."""
    try:
        return unpacked(letter)
    except DeadBodyError:
        return letter.value


def _escaped(value: bytes) -> list[str]:
    text = value.decode("utf-8", "backslashreplace")
    return ["".join(c if c.isprintable() else _number(c) for c in line) for line in text.split("\n")]


def _number(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def _marks(log: Log, until: Mapping[Partition, int]) -> dict[str, LetterMark]:
    """Return the marks of the letters that have not come again since."""
    marks: dict[str, LetterMark] = {}
    for record in scan(log, topics.DEAD_LETTERS, until=until, at_once=_AT_ONCE):
        if mark := mark_of(record):
            marks[mark.letter] = mark
        else:
            marks.pop(record.key, None)
    return marks


def _place(letter: DeadLetter) -> str:
    if letter.position is None:
        return "-"
    return f"{letter.position.topic}/{letter.position.partition}/{letter.position.offset}"
