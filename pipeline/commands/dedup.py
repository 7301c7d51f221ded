"""`missionwire dedup`: one transform as a filter."""

import argparse
from typing import TYPE_CHECKING

from pipeline.commands.line_filter import declare_filter, run_filter

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Say which article lines repeat or copy an earlier one: JSON lines in, JSON lines out."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    declare_filter(commands, "dedup", SUMMARY, act)


def act(arguments: argparse.Namespace) -> int:
    """Filter article lines."""
    from pipeline.filters import dedup_lines

    return run_filter(arguments, "dedup", dedup_lines)
