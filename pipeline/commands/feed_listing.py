"""`missionwire feeds add|import|export`: the list of feeds in the configuration."""

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.commands.feed_outcome import tell_all
from transforms.printable import printable

if TYPE_CHECKING:
    from connectors.feeds.opml import Outline
    from pipeline.feed_check import Found
    from pipeline.feed_list import Outcome
    from pipeline.settings import Settings


def add(arguments: argparse.Namespace) -> int:
    """Find the feed, look at it once, and put it into the file."""
    from connectors.feeds.opml import Outline
    from pipeline.feed_list import Outcome, sorted_out, web_address
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config)
    if settings is None:
        return 2
    url = web_address(arguments.url)
    [first] = sorted_out([feed.url for feed in settings.feeds()], [Outline(url, "")])
    if first.verdict != "added":
        return _not_added(first, as_json=arguments.json)
    found, links = asyncio.run(_find(settings, url))
    if not found.format:
        tried = f"; tried also {', '.join(links)}" if links else ""
        refused = Outcome("refused", url, "", f"no feed: {'; '.join(found.faults)}{tried}")
        _not_added(refused, as_json=arguments.json)
        return 1
    return _put(settings.path, found, arguments.publisher or found.title, as_json=arguments.json)


def import_(arguments: argparse.Namespace) -> int:
    """Add the feeds of a file; return 1 if one was refused."""
    from connectors.feeds.opml import OpmlError, read_opml
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config)
    if settings is None:
        return 2
    try:
        wanted = read_opml(_bounded(arguments.file))
    except (OpmlError, OSError) as e:
        print(f"feeds import: {arguments.file}: {getattr(e, 'strerror', None) or e}", file=sys.stderr)
        return 1
    outcomes = _written("import", settings.path, wanted)
    if outcomes is None:
        return 1
    tell_all(outcomes, as_json=arguments.json)
    return 1 if any(each.verdict == "refused" for each in outcomes) else 0


def export(arguments: argparse.Namespace) -> int:
    """Write all feeds as OPML, or a line of JSON for each."""
    from connectors.feeds.opml import Outline, write_opml
    from pipeline.json_lines import json_line
    from pipeline.settings import settings_or_faults

    settings = settings_or_faults(arguments.config, or_starter=True)
    if settings is None:
        return 2
    feeds = settings.feeds()
    if arguments.json:
        lines = [json_line({"url": feed.url, "publisher": feed.publisher}) for feed in feeds]
        text = "".join(f"{line}\n" for line in lines)
    else:
        text = write_opml([Outline(feed.url, feed.publisher) for feed in feeds], "Missionwire")
    if arguments.output is None:
        sys.stdout.write(text)
        return 0
    try:
        arguments.output.write_text(text, encoding="utf-8")
    except OSError as e:
        print(f"feeds export: {arguments.output}: {e.strerror}", file=sys.stderr)
        return 1
    print(f"{arguments.output} written: {len(feeds)} feeds")
    return 0


async def _find(settings: "Settings", url: str) -> "tuple[Found, list[str]]":
    from pipeline.feed_check import looking

    async with looking(settings) as looker:
        return await looker.find(url)


def _put(path: Path, found: "Found", publisher: str, *, as_json: bool) -> int:
    from connectors.feeds.opml import Outline
    from pipeline.commands.feed_looking import told

    outcomes = _written("add", path, [Outline(found.url, publisher)])
    if outcomes is None:
        return 1
    if outcomes[0].verdict != "added":
        return _not_added(outcomes[0], as_json=as_json)
    if as_json:
        tell_all(outcomes, as_json=True)
    else:
        print(f"added to {path}: {printable(outcomes[0].publisher)}")
        print(told(found))
    return 0


def _written(action: str, path: Path, wanted: "list[Outline]") -> "list[Outcome] | None":
    """Return what became of the feeds, or `None` after saying why the file stays as it was."""
    from pipeline.feed_list import ListError, added_to
    from pipeline.settings import SettingsFaults

    try:
        return added_to(path, wanted)
    except ListError as e:
        print(f"feeds {action}: {e}", file=sys.stderr)
    except SettingsFaults as e:
        print(e, f"feeds {action}: {path}: nothing was changed", sep="\n", file=sys.stderr)
    return None


def _not_added(outcome: "Outcome", *, as_json: bool) -> int:
    there = outcome.verdict == "there"
    if as_json:
        tell_all([outcome], as_json=True)
    else:
        why = f"is there already {outcome.why}".strip() if there else outcome.why
        print(f"feeds add: {printable(outcome.url)}: {printable(why)}", file=sys.stderr)
    return 1 if there else 2


def _bounded(path: Path) -> bytes:
    from connectors.feeds.opml import MAX_BYTES

    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)
