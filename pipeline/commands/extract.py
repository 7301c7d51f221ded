"""`missionwire extract`: one transform as a filter."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.line_filter import declare_filter, run_filter

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Find mission events in article lines: JSON lines in, JSON lines out, for tuning and measuring."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    declare_filter(commands, "extract", SUMMARY, act)


def act(arguments: argparse.Namespace) -> int:
    """Filter article lines."""
    from pipeline.filters import extract_lines

    return run_filter(arguments, "extract", extract_lines)
