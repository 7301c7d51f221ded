"""`missionwire process`: one loop alone."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.loop import declare_loop, run_loop

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings
    from pipeline.stopping import Stop


def declare(commands: "Commands") -> None:
    """Declare the command."""
    declare_loop(commands, "process", "Turn articles on the log into incidents and alerts.", act)


def act(arguments: argparse.Namespace) -> int:
    """Run the loop."""
    return run_loop(arguments, "process", _loop)


def _loop(settings: "Settings", stop: "Stop") -> int:
    from pipeline.process import run

    return run(settings, stop)
