"""`missionwire collect`: one loop alone."""

import argparse
import os
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
    return run_loop(
        arguments,
        "collect",
        partial(_loop, reload, supervised=arguments.supervised),
        reload=reload.ask,
    )


def _loop(reload: "Reload", settings: "Settings", stop: "Stop", *, supervised: bool) -> int:
    """Collect; alone where a file remembers the feeds, for only a server lets collectors share them."""
    from pipeline.collect import run
    from pipeline.supervision.run_lock import lock_or_say

    if supervised or settings.config.database is not None:
        return run(settings, stop, reload)
    lock = lock_or_say(settings.data_dir, "collect")
    if lock is None:
        return 1
    try:
        return run(settings, stop, reload)
    finally:
        os.close(lock)
