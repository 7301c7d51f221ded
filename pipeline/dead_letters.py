"""Dead letters as a person works with them: found, shown, and put back to where they came from.

A letter from a topic goes onto it again with its bytes, headers and key; a message that was given up goes
back among those to be sent. What was done meanwhile is not done twice: repeats are folded, and the ledger
knows who was told. An entry of a feed never was on the log: its feed shows it again at the next poll.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import msgspec

from alerts.notification import Notification
from connectors.log import topics
from connectors.log.interface import Log, NewRecord, Partition, Record
from pipeline.log_scan import scan
from transforms.printable import printable
from transforms.records import DeadLetter, UndecodableError, decode

REPLAYED = "replayed-dead-letter"
SendAgain = Callable[[str], bool]


class Wanted(NamedTuple):
    """Which letters are meant: an empty field means any."""

    ids: frozenset[str] = frozenset()
    stage: str = ""
    reason: str = ""

    def takes(self, letter: DeadLetter) -> bool:
        """Tell whether the letter is meant."""
        return (
            (not self.ids or letter.id in self.ids)
            and self.stage in ("", letter.stage)
            and self.reason in ("", letter.reason)
        )


def letters(log: Log, wanted: Wanted) -> Iterator[DeadLetter]:
    """Yield the letters that are meant, oldest first, each once."""
    seen = set()
    for record in scan(log, topics.DEAD_LETTERS):
        try:
            letter = decode(DeadLetter, record.value)
        except UndecodableError:
            continue  # whoever can write topics can write nonsense there; nothing of ours is in it
        if letter.id not in seen and wanted.takes(letter):
            seen.add(letter.id)
            yield letter


def line_of(letter: DeadLetter) -> str:
    """Return the letter in a line."""
    return f"{letter.at:%Y-%m-%dT%H:%M:%SZ} {letter.id} {letter.stage} {letter.reason} {_place(letter)}: " + (
        printable(letter.error, 120)
    )


def shown(letter: DeadLetter) -> str:
    """Return all of the letter, safe to print."""
    fields = {
        "id": letter.id,
        "at": f"{letter.at:%Y-%m-%dT%H:%M:%SZ}",
        "stage": letter.stage,
        "reason": letter.reason,
        "from": _place(letter),
        "error": printable(letter.error),
        "code": letter.code_version,
        **{f"header {printable(name)}": printable(value) for name, value in letter.headers.items()},
        "value": printable(letter.value.decode("utf-8", "replace"), len(letter.value)),
    }
    return "\n".join(f"{name}: {value}" for name, value in fields.items())


def replay(log: Log, letter: DeadLetter, send_again: SendAgain) -> str:
    """Put the letter back; return what became of it, in words."""
    if letter.position is not None:
        log.append([_record_again(log, letter)])
        return f"put onto {letter.position.topic} again"
    if letter.stage != "notify":
        return "left: it never was on the log, and its feed shows it again at the next poll"
    try:
        key = msgspec.json.decode(letter.value, type=Notification).key
    except msgspec.MsgspecError as e:
        return f"left: its message cannot be read: {printable(str(e))}"
    return "to be sent again" if send_again(key) else "left: it was told, or waits to be sent"


def _record_again(log: Log, letter: DeadLetter) -> NewRecord:
    position = letter.position
    assert position is not None  # noqa: S101 - the caller has looked
    original = _original(log, Partition(position.topic, position.partition), position.offset)
    headers = [(name, value.encode()) for name, value in letter.headers.items() if name != REPLAYED]
    return NewRecord(
        position.topic,
        original.key if original else letter.id,
        letter.value,
        headers=(*headers, (REPLAYED, letter.id.encode())),
    )


def _original(log: Log, partition: Partition, offset: int) -> Record | None:
    """Return the record that failed, if the log still has it."""
    found = log.read({partition: offset}, max_records=1)
    return found[0] if found and found[0].offset == offset else None


def _place(letter: DeadLetter) -> str:
    if letter.position is None:
        return "-"
    return f"{letter.position.topic}/{letter.position.partition}/{letter.position.offset}"
