"""`missionwire story show|unfold`: which articles tell one story, and the way back for a folded one."""

import argparse
import sys
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config, settings_of

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Show the articles of a story, folded copies too, and let one through that was folded."
SHOW = "List the articles of the story to which one belongs, with the verdict on each."
UNFOLD = "Let a folded article through after all, as a story of its own; it is judged anew."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("story", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, summary, act in (("show", SHOW, show), ("unfold", UNFOLD, unfold)):
        action = actions.add_parser(name, help=summary, description=summary)
        action.add_argument("id", metavar="ID", help="the id of an article")
        add_config(action)
        action.set_defaults(act=act)


def show(arguments: argparse.Namespace) -> int:
    """Print a line for each; return 1 if the log knows no such article."""
    from pipeline.stories import line_of, members_of

    settings = settings_of(arguments)
    if settings is None:
        return 2
    log = settings.existing_log()
    members = members_of(log, arguments.id) if log else []
    for member in members:
        print(line_of(member))
    if not members:
        print(f"story show: {arguments.id}: the log holds no verdict on this article", file=sys.stderr)
    return 0 if members else 1


def unfold(arguments: argparse.Namespace) -> int:
    """Put it onto the log again; return 1 if it was not folded."""
    from pipeline import stories

    settings = settings_of(arguments)
    if settings is None:
        return 2
    try:
        stories.unfold(settings.existing_log(), arguments.id)
    except stories.NotFoldedError as e:
        print(f"story unfold: {arguments.id}: {e}", file=sys.stderr)
        return 1
    print(f"put onto the log again; `missionwire explain {arguments.id}` shows what comes of it")
    return 0
