"""`missionwire version`: which code this is."""

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipeline.commands.options import Commands


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("version", help="Print the version.", description="Print the version.")
    parser.set_defaults(act=act)


def act(_arguments: argparse.Namespace) -> int:
    """Print the version."""
    from importlib.metadata import version

    print(f"missionwire {version('missionwire')}")
    return 0
