"""The command line: which commands there are. What a command needs is imported when it runs."""

import argparse
import sys
from collections.abc import Sequence

from pipeline.commands import (
    collect,
    config,
    database,
    dead_letters,
    dedup,
    explain,
    extract,
    feeds,
    init,
    notify,
    pack,
    process,
    replay,
    rules,
    run,
    story,
    topics,
    version,
)

COMMANDS = (
    run,
    init,
    config,
    feeds,
    rules,
    replay,
    explain,
    story,
    dead_letters,
    collect,
    process,
    notify,
    extract,
    dedup,
    pack,
    topics,
    database,
    version,
)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    whole = argparse.ArgumentParser(
        prog="missionwire",
        description="Watch news feeds; tell people, once and with proof, what happens to space missions.",
    )
    commands = whole.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.declare(commands)
    return whole


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 good, 1 something went wrong, 2 wrong use or settings."""
    arguments = parser().parse_args(argv)
    try:
        return int(arguments.act(arguments))
    except BrokenPipeError:
        # whoever read our output has gone; a second error at exit would say nothing new
        sys.stdout = None
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as e:
        # What is expected to fail now and then says whether waiting may help; all else is a bug.
        if getattr(e, "retryable", None) is None:
            raise
        print(f"missionwire: {e}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main())
