"""`missionwire dead-letters list|show|replay|drop`: what could not be handled."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pipeline.commands.options import add_config, moment, settings_of
from transforms.printable import printable

if TYPE_CHECKING:
    from connectors.log.interface import Log
    from pipeline.commands.options import Commands
    from pipeline.dead_letter_replay import Read, SendAgain
    from pipeline.dead_letters import Kept
    from pipeline.settings import Settings

SUMMARY = "List, show, replay and drop dead letters: what could not be handled, kept whole."
LIST = "List dead letters, oldest first."
SHOW = "Show dead letters whole, with headers and bytes."
REPLAY = "Put dead letters back to where they came from; what was done meanwhile is not done twice."
DROP = "Mark dead letters as done with; they stay on the log for its time, but count and show no more."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("dead-letters", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    known = (
        ("list", LIST, list_letters),
        ("show", SHOW, show),
        ("replay", REPLAY, replay),
        ("drop", DROP, drop),
    )
    for name, summary, act in known:
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("ids", nargs="+" if name == "show" else "*", metavar="ID")
        action.add_argument("--stage", default="", help="only of this stage")
        action.add_argument("--reason", default="", help="only for this reason")
        action.add_argument("--feed", default="", metavar="URL", help="only what this feed sent")
        action.add_argument("--since", type=moment, metavar="TIME", help="only from then on (ISO 8601)")
        add_config(action)
        action.set_defaults(act=act)
        _own_options(action, name)


def _own_options(action: argparse.ArgumentParser, name: str) -> None:
    if name in ("list", "show"):
        action.add_argument("--json", action="store_true", help="one JSON object on each line")
    if name == "list":
        action.add_argument("--marked", action="store_true", help="also those that were replayed or dropped")
    if name == "show":
        action.add_argument("--output", type=Path, metavar="FILE", help="write the bytes of one letter there")
    if name in ("replay", "drop"):
        action.add_argument("--all", action="store_true", help="all that the other options leave")


def list_letters(arguments: argparse.Namespace) -> int:
    """Print a line for each."""
    from pipeline.dead_letters import line_of, record_of
    from pipeline.json_lines import json_line

    settings = settings_of(arguments)
    if settings is None:
        return 2
    for kept in _chosen(settings.existing_log(), arguments):
        print(json_line(record_of(kept)) if arguments.json else line_of(kept))
    return 0


def show(arguments: argparse.Namespace) -> int:
    """Print them whole; return 1 if one is not there."""
    from pipeline.dead_letters import original, record_of, shown
    from pipeline.json_lines import json_line

    if arguments.output and len(arguments.ids) != 1:
        print("dead-letters show: --output takes the bytes of one letter", file=sys.stderr)
        return 2
    settings = settings_of(arguments)
    if settings is None:
        return 2
    left = set(arguments.ids)
    for kept in _chosen(settings.existing_log(), arguments):
        left.discard(kept.letter.id)
        if arguments.output:
            return _save(arguments.output, original(kept.letter))
        print(json_line(record_of(kept, whole=True)) if arguments.json else shown(kept) + "\n")
    return _missing(left)


def replay(arguments: argparse.Namespace) -> int:
    """Put them back and say what became of each; return 1 if one is not there."""
    from pipeline.dead_letter_replay import Replay

    settings = _settings_to_act(arguments, "replay")
    if settings is None:
        return 2
    log, left = settings.existing_log(), set(arguments.ids)
    if log is None:
        return _missing(left)
    with _reader() as read:
        again = Replay(log, _send_again(settings), read)
        for kept in _chosen(log, arguments):
            left.discard(kept.letter.id)
            if kept.mark:
                print(printable(f"{kept.letter.id} left: it was {kept.mark.mark} already"))
                continue
            words, done = again.replay(kept.letter)
            print(printable(f"{kept.letter.id} {words}"))
            if done:
                _mark(log, kept.letter.id, "replayed")
    return _missing(left)


def drop(arguments: argparse.Namespace) -> int:
    """Mark them as dropped; return 1 if one is not there."""
    settings = _settings_to_act(arguments, "drop")
    if settings is None:
        return 2
    log, left = settings.existing_log(), set(arguments.ids)
    if log is None:
        return _missing(left)
    for kept in _chosen(log, arguments):
        left.discard(kept.letter.id)
        if kept.mark:
            print(printable(f"{kept.letter.id} was {kept.mark.mark} already"))
        else:
            _mark(log, kept.letter.id, "dropped")
            print(printable(f"{kept.letter.id} dropped"))
    return _missing(left)


def _settings_to_act(arguments: argparse.Namespace, action: str) -> "Settings | None":
    """Return the settings; `None`, after saying why, also if it is not clear which letters are meant."""
    if bool(arguments.ids) == arguments.all:
        print(f"dead-letters {action}: say which: ids, or --all", file=sys.stderr)
        return None
    return settings_of(arguments)


def _mark(log: "Log", ident: str, word: Literal["replayed", "dropped"]) -> None:
    from pipeline.dead_letters import put_mark
    from transforms.records import LetterMark

    put_mark(log, LetterMark(letter=ident, mark=word, at=datetime.now(UTC)))


@contextmanager
def _reader() -> Iterator["Read"]:
    """Give a way to read bodies of strangers in a process of their own, which starts with the first."""
    import asyncio

    from connectors.feeds.reading_pool import ReadingPool

    with asyncio.Runner() as runner:
        pool = ReadingPool(workers=1)
        try:
            yield lambda job: runner.run(pool.read(job))
        finally:
            runner.run(pool.close())


def _send_again(settings: "Settings") -> "SendAgain":
    """Return a way to send a message again that opens the database only when there is one to send."""

    def send_again(key: str) -> bool:
        from alerts.outbox import Outbox
        from alerts.outbox_access import OutboxAccess
        from pipeline.database import make_ready

        make_ready(settings.database_url)
        with closing(OutboxAccess(settings.database_url)) as access:
            return Outbox(access).send_again(key)

    return send_again


def _chosen(log: "Log | None", arguments: argparse.Namespace) -> "Iterator[Kept]":
    """Yield the letters that are meant; none where there is no log yet."""
    from pipeline.dead_letters import Wanted, letters

    wanted = Wanted(
        frozenset(arguments.ids),
        stage=arguments.stage,
        reason=arguments.reason,
        feed=arguments.feed,
        since=arguments.since,
        marked=bool(getattr(arguments, "marked", False)),
    )
    return letters(log, wanted) if log else iter(())


def _save(path: Path, value: bytes) -> int:
    try:
        path.write_bytes(value)
    except OSError as e:
        print(f"dead-letters show: {path}: {e.strerror}", file=sys.stderr)
        return 1
    print(f"{path} written: {len(value)} bytes")
    return 0


def _missing(ids: set[str]) -> int:
    for each in sorted(ids):
        print(f"dead-letters: {each}: there is no such dead letter", file=sys.stderr)
    return 1 if ids else 0
