"""`missionwire feeds ...`: which feeds are watched, how they are, and whether they are polled."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands import feed_listing, feed_looking
from pipeline.commands.options import add_config

if TYPE_CHECKING:
    from pipeline.commands.options import Commands

SUMMARY = "Add, import, export, check, pause and resume feeds, and show how they are."
ADD = "Add a feed to the configuration, or the feed that a page links to, after one look at it."
IMPORT = "Add the feeds of an OPML file to the configuration."
EXPORT = "Write the feeds of the configuration as OPML, or as lines of JSON."
CHECK = "Fetch feeds once and say what was found; end with 1 if something is wrong."
STATUS = "Show how each feed is: its state, since when and why, and when it is polled next."
PAUSE = "Poll a feed no more, in all collectors, until it is resumed."
RESUME = "Poll a paused feed again."


def declare(commands: "Commands") -> None:
    """Declare the command and its subcommands."""
    parser = commands.add_parser("feeds", help=SUMMARY, description=SUMMARY)
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    known = (
        ("add", ADD, feed_listing.add),
        ("import", IMPORT, feed_listing.import_),
        ("export", EXPORT, feed_listing.export),
        ("check", CHECK, feed_looking.check),
        ("status", STATUS, feed_looking.status),
        ("pause", PAUSE, feed_looking.pause),
        ("resume", RESUME, feed_looking.resume),
    )
    for name, summary, act in known:
        action = actions.add_parser(name, help=summary, description=summary)
        _options(action, name)
        add_config(action)
        action.set_defaults(act=act)


def _options(action: argparse.ArgumentParser, name: str) -> None:
    if name in ("add", "pause", "resume"):
        action.add_argument("url", metavar="URL")
    if name == "add":
        action.add_argument(
            "--publisher", metavar="NAME", help="who publishes it (default: the feed's title)"
        )
    if name == "import":
        action.add_argument("file", type=Path, metavar="FILE.opml")
    if name == "export":
        action.add_argument("--output", type=Path, metavar="FILE", help="where to (default: standard output)")
    if name == "check":
        action.add_argument("urls", nargs="*", metavar="URL", help="default: all feeds of the configuration")
    action.add_argument("--json", action="store_true", help="one JSON object on each line")
