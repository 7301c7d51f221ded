"""`missionwire run`: all loops on one machine, supervised."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config, add_logging

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Watch the configured feeds on this machine: collect, process and notify, until Ctrl-C."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("run", help=SUMMARY, description=SUMMARY)
    add_config(parser)
    add_logging(parser)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Supervise the loops."""
    from pipeline.settings import settings_or_faults
    from pipeline.supervise import run

    settings = settings_or_faults(arguments.config, with_secrets=True, or_starter=True)
    if settings is None:
        return 2
    return run(settings, arguments.log_format, arguments.log_level)
