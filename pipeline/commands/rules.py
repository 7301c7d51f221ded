"""`missionwire rules check`: all faults of the rule files at once."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Check rule files strictly; print every fault with its line."


def declare(commands: "Commands") -> None:
    """Declare the command and its one subcommand."""
    parser = commands.add_parser("rules", help="Check the rules.", description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = actions.add_parser("check", help=SUMMARY, description=SUMMARY)
    check.add_argument(
        "paths", nargs="*", type=Path, metavar="PATH", help="rule files (default: those of the configuration)"
    )
    add_config(check)
    check.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Check the files and say how many rules they hold."""
    from pipeline.settings import settings_or_faults
    from pipeline.settings.rule_files import faults_in_rules

    paths = tuple(arguments.paths)
    if not paths:
        settings = settings_or_faults(arguments.config, or_starter=True)
        if settings is None:
            return 2
        paths = settings.rule_paths
    count, faults = faults_in_rules(paths)
    for fault in faults:
        print(fault, file=sys.stderr)
    if faults:
        return 2
    print(f"{count} rules, all good")
    return 0
