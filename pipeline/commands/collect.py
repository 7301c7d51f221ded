"""`missionwire collect`: one loop alone."""

import argparse
from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands.loop import declare_loop, run_loop

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings
    from pipeline.stopping import Reload, Stop


def declare(commands: "Commands") -> None:
    """Declare the command."""
    declare_loop(commands, "collect", "Poll the configured feeds and append articles to the log.", act)


def act(arguments: argparse.Namespace) -> int:
    """Run the loop."""
    from pipeline.stopping import Reload

    reload = Reload()
    return run_loop(arguments, "collect", partial(_loop, reload), reload=reload.ask)


def _loop(reload: "Reload", settings: "Settings", stop: "Stop") -> int:
    from pipeline.collect import run

    return run(settings, stop, reload)
