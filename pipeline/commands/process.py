"""`missionwire process`: on this machine, or as a job on Flink."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.loop import declare_loop, run_loop

if TYPE_CHECKING:
    from pipeline.commands.options import Commands
    from pipeline.settings import Settings
    from pipeline.stopping import Stop

ACTIONS = {
    "start": "submit the job if none runs, then watch it (SIGTERM ends the watching, not the job)",
    "submit": "submit the job if none runs, and return when it runs",
    "attach": "watch the job that runs",
    "stop": "stop the job with a savepoint and print where it lies",
    "status": "say how the job is; exit code 1 if it does not run",
}


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = declare_loop(commands, "process", "Turn articles on the log into incidents and alerts.", act)
    parser.add_argument("--runner", choices=("local", "flink"), default="local", help="where the graph runs")
    parser.add_argument(
        "action",
        nargs="?",
        choices=ACTIONS,
        metavar="ACTION",
        help="with --runner flink: " + "; ".join(f"{name}: {what}" for name, what in ACTIONS.items()),
    )
    origin = parser.add_mutually_exclusive_group()
    origin.add_argument(
        "--savepoint", metavar="PATH", help="start from this savepoint (default: where the last job left off)"
    )
    origin.add_argument(
        "--afresh", action="store_true", help="start without state, from the beginning of the retained log"
    )


def act(arguments: argparse.Namespace) -> int:
    """Run the loop, or act on the job."""
    given = [name for name in ("action", "savepoint", "afresh") if getattr(arguments, name)]
    if arguments.runner == "local" and given:
        import sys

        print(f"process: {' and '.join(given)} only with --runner flink", file=sys.stderr)
        return 2

    def loop(settings: "Settings", stop: "Stop") -> int:
        if arguments.runner == "local":
            from pipeline.process import run

            return run(settings, stop)
        from pipeline.flink.actions import run as run_flink

        action = arguments.action or "start"
        return run_flink(action, settings, stop, arguments.savepoint, afresh=arguments.afresh)

    return run_loop(arguments, "process", loop)
