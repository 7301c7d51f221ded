"""What the filters have in common: article lines from a file or standard input, results to the output."""

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

LineFilter = Callable[[BinaryIO, BinaryIO], int]


def declare_filter(
    commands: "Commands", name: str, summary: str, act: Callable[[argparse.Namespace], int]
) -> argparse.ArgumentParser:
    """Declare the command of one filter and return it, for what only this filter takes."""
    parser = commands.add_parser(name, help=summary, description=summary)
    parser.add_argument("input", nargs="?", metavar="FILE", help="article lines (default: standard input)")
    parser.set_defaults(act=act)
    return parser


def run_filter(arguments: argparse.Namespace, name: str, line_filter: LineFilter) -> int:
    """Filter the file, or standard input."""
    if arguments.input in (None, "-"):
        return line_filter(sys.stdin.buffer, sys.stdout.buffer)
    try:
        lines = open(arguments.input, "rb")  # noqa: SIM115, PTH123 - closed below; only opening may fail here
    except OSError as e:
        print(f"{name}: {arguments.input}: {e.strerror}", file=sys.stderr)
        return 2
    with lines:
        return line_filter(lines, sys.stdout.buffer)
