"""`missionwire dlq list|show|replay`: what could not be handled."""

import argparse
import sys
from contextlib import closing
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config, opened_log

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.dead_letters import SendAgain, Wanted
    from pipeline.settings import Settings

SUMMARY = "List, show and replay dead letters: what could not be handled, kept whole."
LIST = "List dead letters, oldest first."
SHOW = "Show dead letters whole, with the bytes that could not be handled."
REPLAY = "Put dead letters back to where they came from; what was done meanwhile is not done twice."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("dlq", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    known = (("list", LIST, list_letters), ("show", SHOW, show), ("replay", REPLAY, replay))
    for name, summary, act in known:
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("ids", nargs="*" if name != "show" else "+", metavar="ID")
        action.add_argument("--stage", default="", help="only of this stage")
        action.add_argument("--reason", default="", help="only for this reason")
        add_config(action)
        action.set_defaults(act=act)
        if name == "replay":
            action.add_argument("--all", action="store_true", help="all that --stage and --reason leave")


def list_letters(arguments: argparse.Namespace) -> int:
    """Print a line for each."""
    from pipeline.dead_letters import letters, line_of

    log = opened_log(arguments)
    for letter in letters(log, _wanted(arguments)) if log else ():
        print(line_of(letter))
    return 0 if log else 2


def show(arguments: argparse.Namespace) -> int:
    """Print them whole; return 1 if one is not there."""
    from pipeline.dead_letters import letters, shown

    log = opened_log(arguments)
    if log is None:
        return 2
    left = set(arguments.ids)
    for letter in letters(log, _wanted(arguments)):
        print(shown(letter), end="\n\n")
        left.discard(letter.id)
    return _missing(left)


def replay(arguments: argparse.Namespace) -> int:
    """Put them back and say what became of each; return 1 if one is not there."""
    from pipeline import dead_letters

    if bool(arguments.ids) == arguments.all:
        print("dlq replay: say which: ids, or --all", file=sys.stderr)
        return 2
    settings = _settings(arguments)
    if settings is None:
        return 2
    log, left = settings.open_log(), set(arguments.ids)
    log.ensure_topics(settings.topic_specs())
    for letter in list(dead_letters.letters(log, _wanted(arguments))):
        print(f"{letter.id} {dead_letters.replay(log, letter, _send_again(settings))}")
        left.discard(letter.id)
    return _missing(left)


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


def _settings(arguments: argparse.Namespace) -> "Settings | None":
    from pipeline.settings import settings_or_faults

    return settings_or_faults(arguments.config, or_starter=True)


def _wanted(arguments: argparse.Namespace) -> "Wanted":
    from pipeline.dead_letters import Wanted

    return Wanted(frozenset(arguments.ids), arguments.stage, arguments.reason)


def _missing(ids: set[str]) -> int:
    for each in sorted(ids):
        print(f"dlq: {each}: there is no such dead letter", file=sys.stderr)
    return 1 if ids else 0
