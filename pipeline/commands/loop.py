"""What the commands of the single loops have in common: settings, log lines, a stop, an exit code."""

import argparse
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from pipeline.commands.options import PRIVATE, add_config, add_logging

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings
    from pipeline.stopping import Stop


def declare_loop(
    commands: "Commands", name: str, summary: str, act: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Declare the command of one loop and return it, for what only this loop takes."""
    parser = commands.add_parser(name, help=summary, description=summary)
    add_config(parser)
    add_logging(parser)
    parser.add_argument(
        "--instance", metavar="NAME", help="a lasting name of this process among others of its kind"
    )
    parser.add_argument("--supervised", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(act=act)
    return parser


def run_loop(
    arguments: argparse.Namespace,
    name: str,
    loop: "Callable[[Settings, Stop], int]",
    *,
    with_secrets: bool = False,
    reload: Callable[[], object] | None = None,
) -> int:
    """Run `loop` until a signal, or the end of the parent that supervises it; SIGHUP calls `reload`."""
    from pipeline.http_status import PortTakenError
    from pipeline.log_lines import set_up_log_lines
    from pipeline.settings import settings_or_faults
    from pipeline.stopping import stop_on_signals, stop_with_parent

    os.umask(PRIVATE)
    stop = stop_on_signals(reload=reload)
    if arguments.supervised:
        stop_with_parent(stop)
    set_up_log_lines(arguments.log_format, arguments.log_level, part=name)
    settings = settings_or_faults(arguments.config, with_secrets=with_secrets, instance=arguments.instance)
    if settings is None:
        return 2
    try:
        return loop(settings, stop)
    except PortTakenError as e:
        print(f"{name}: {e}", file=sys.stderr)
        return 2
