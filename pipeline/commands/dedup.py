"""`missionwire dedup`: one transform as a filter."""

import argparse
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Say which article lines repeat or copy an earlier one: JSON lines in, JSON lines out."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("dedup", help=SUMMARY, description=SUMMARY)
    parser.add_argument("input", nargs="?", metavar="FILE", help="article lines (default: standard input)")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Filter the file, or standard input."""
    if arguments.input in (None, "-"):
        return _filter(sys.stdin.buffer)
    try:
        lines = open(arguments.input, "rb")  # noqa: SIM115, PTH123 - closed below; only opening may fail here
    except OSError as e:
        print(f"dedup: {arguments.input}: {e.strerror}", file=sys.stderr)
        return 2
    with lines:
        return _filter(lines)


def _filter(lines: BinaryIO) -> int:
    from pipeline.filters import dedup_lines

    return dedup_lines(lines, sys.stdout.buffer)
