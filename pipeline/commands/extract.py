"""`missionwire extract`: one transform as a filter."""

import argparse
import sys
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Find mission events in article lines: JSON lines in, JSON lines out, for tuning and measuring."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = commands.add_parser("extract", help=SUMMARY, description=SUMMARY)
    parser.add_argument("input", nargs="?", metavar="FILE", help="article lines (default: standard input)")
    parser.set_defaults(act=act)


def act(arguments: argparse.Namespace) -> int:
    """Filter the file, or standard input."""
    if arguments.input in (None, "-"):
        return _filter(sys.stdin.buffer)
    try:
        lines = open(arguments.input, "rb")  # noqa: SIM115, PTH123 - closed below; only opening may fail here
    except OSError as e:
        print(f"extract: {arguments.input}: {e.strerror}", file=sys.stderr)
        return 2
    with lines:
        return _filter(lines)


def _filter(lines: BinaryIO) -> int:
    from pipeline.filters import extract_lines

    return extract_lines(lines, sys.stdout.buffer)
