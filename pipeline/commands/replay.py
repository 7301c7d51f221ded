"""`missionwire replay`: files through the very same pipeline; nothing is sent."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.options import add_config, add_logging, moment

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Replay feed and article files through the same transforms, rules and renderers; nothing is sent."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("replay", help=SUMMARY, description=SUMMARY)
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="files or folders")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write all records there, as JSON lines")
    parser.add_argument(
        "--fetched", type=moment, metavar="TIME", help="when files without a sidecar were fetched (ISO 8601)"
    )
    parser.add_argument(
        "--published", type=moment, metavar="TIME", help="when plain text articles were published (ISO 8601)"
    )
    add_config(parser)
    add_logging(parser)
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Replay the paths."""
    missing = [path for path in arguments.paths if not path.exists()]
    for path in missing:
        print(f"replay: {path}: there is no such file or folder", file=sys.stderr)
    if missing:
        return 2
    from pipeline.log_lines import set_up_log_lines
    from pipeline.settings import settings_or_faults

    set_up_log_lines(arguments.log_format, arguments.log_level, part="replay")
    settings = settings_or_faults(arguments.config, or_starter=True)
    if settings is None:
        return 2
    from pipeline.replay import Given, run

    return run(
        arguments.paths, settings, arguments.out, Given(arguments.fetched, arguments.published), sys.stdout
    )
