"""`missionwire explain`: why an article or alert came to what it came to."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Print every gate that an article or alert went through, in order, with its verdict."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("explain", help=SUMMARY, description=SUMMARY)
    parser.add_argument("id", metavar="ID", help="the id of an article or an alert")
    add_config(parser)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Explain the id."""
    from pipeline.explain import run
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config, or_starter=True)
    return 2 if settings is None else run(settings, arguments.id)
