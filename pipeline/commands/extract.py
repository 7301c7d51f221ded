"""`missionwire extract`: one transform as a filter."""

import argparse
import sys
from functools import partial
from typing import TYPE_CHECKING

from pipeline.commands.line_filter import declare_filter, run_filter

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Find mission events in article lines: JSON lines in, JSON lines out, for tuning and measuring."


def declare(commands: "Commands") -> None:
    """Declare the command."""
    parser = declare_filter(commands, "extract", SUMMARY, act)
    parser.add_argument(
        "--profile",
        choices=("rules", "parser"),
        default="rules",
        help="by rules, or with a parser beside them",
    )
    parser.add_argument(
        "--parser-model",
        metavar="MODEL",
        help="the package of the parser's model, or with a / in it the path",
    )


def act(arguments: argparse.Namespace) -> int:
    """Filter article lines."""
    if arguments.parser_model and arguments.profile != "parser":
        print("extract: --parser-model only with --profile parser", file=sys.stderr)
        return 2
    from pipeline.filters import extract_lines
    from transforms.parser_model import PACKAGE, ParserModelError

    model = (arguments.parser_model or PACKAGE) if arguments.profile == "parser" else None
    try:
        return run_filter(arguments, "extract", partial(extract_lines, model=model))
    except ParserModelError as e:
        print(f"extract: {e}", file=sys.stderr)
        return 2
