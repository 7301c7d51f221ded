"""`missionwire config check`: all faults of the configuration at once."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Check the configuration, its secrets and its rules; print every fault with its line."


def declare(commands: "Commands") -> None:
    """Declare the command and its one subcommand."""
    parser = commands.add_parser("config", help="Check the configuration.", description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help=SUMMARY, description=SUMMARY)
    add_config(check)
    check.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Check the file and say what it holds."""
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config, with_secrets=True)
    if settings is None:
        return 2
    print(
        f"{settings.path}: good: {len(settings.feeds())} feeds, {settings.rule_count()} rules, "
        f"{len(settings.receivers())} receivers, {len(settings.routes())} routes"
    )
    return 0
