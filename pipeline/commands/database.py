"""`missionwire database check|migrate`: the database's schema."""

import argparse
import os
from typing import TYPE_CHECKING

from pipeline.commands.options import PRIVATE, add_config, database_url

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Look at the database's schema, or bring it up to date."
CHECK = "Tell whether the database's schema is up to date; end with 1 if it is behind."
MIGRATE = "Bring the database's schema up to date; may run in several places at once."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("database", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    for name, summary, act in (("check", CHECK, check), ("migrate", MIGRATE, migrate)):
        action = actions.add_parser(name, help=summary, description=summary)
        add_config(action)
        action.set_defaults(act=act)


def check(arguments: argparse.Namespace) -> int:
    """Say how far the database is."""
    from pipeline import database

    url = _address(arguments)
    if url is None:
        return 2
    schema = database.look(url)
    print(schema)
    return 1 if schema.behind else 0


def migrate(arguments: argparse.Namespace) -> int:
    """Take the steps that are missing and say which."""
    from pipeline import database

    os.umask(PRIVATE)
    url = _address(arguments)
    if url is None:
        return 2
    before = database.migrate(url)
    if before.behind:
        print(f"schema: from {before.taken or 'no step'} to {before.known}")
    else:
        print(f"schema: at {before.taken}, nothing to do")
    return 0


def _address(arguments: argparse.Namespace) -> str | None:
    """Return the database's address; the secrets of receivers are not asked for."""
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config)
    return database_url(settings) if settings else None
