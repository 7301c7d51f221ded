"""`missionwire init`: write a commented starter configuration that works as it is."""

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.options import DEFAULT_CONFIG

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Write a commented starter configuration that works as it is."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("init", help=SUMMARY, description=SUMMARY)
    parser.add_argument("--config", type=Path, default=DEFAULT_CONFIG, metavar="FILE", help="where to write")
    parser.add_argument("--force", action="store_true", help="overwrite the file if it is there")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Write the file; refuse to overwrite one."""
    from pipeline.starter import STARTER_CONFIG

    try:
        with arguments.config.open("wb" if arguments.force else "xb") as file:
            file.write(STARTER_CONFIG.read_bytes())
    except FileExistsError:
        print(f"init: {arguments.config} is there already; --force overwrites it", file=sys.stderr)
        return 1
    except OSError as e:
        print(f"init: {arguments.config}: {e.strerror}", file=sys.stderr)
        return 1
    print(f"{arguments.config} written; edit it, then: missionwire config check && missionwire run")
    return 0
