"""`missionwire notify`: one loop alone."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.loop import declare_loop, run_loop

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings
    from pipeline.stopping import Stop


def declare(commands: "Commands") -> None:
    """Declare the command."""
    declare_loop(commands, "notify", "Send notifications of alerts to the receivers.", act)


def act(arguments: argparse.Namespace) -> int:
    """Run the loop."""
    return run_loop(arguments, "notify", _loop, with_secrets=True)


def _loop(settings: "Settings", stop: "Stop") -> int:
    from pipeline.notify import run

    return run(settings, stop)
