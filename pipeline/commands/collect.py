"""`missionwire collect`: one loop alone."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.loop import declare_loop, run_loop

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings
    from pipeline.stopping import Stop


def declare(commands: "Commands") -> None:
    """Declare the command."""
    declare_loop(commands, "collect", "Poll the configured feeds and append articles to the log.", act)


def act(arguments: argparse.Namespace) -> int:
    """Run the loop."""
    return run_loop(arguments, "collect", _loop)


def _loop(settings: "Settings", stop: "Stop") -> int:
    from pipeline.collect import run

    return run(settings, stop)
