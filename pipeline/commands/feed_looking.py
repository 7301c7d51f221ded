"""`missionwire feeds check|status|pause|resume`: how feeds are, and whether they are polled."""

import argparse
import asyncio
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pipeline.commands.feed_outcome import tell_one
from pipeline.commands.options import database_url, settings_of
from transforms.printable import printable

if TYPE_CHECKING:
    from connectors.feeds.feed import FeedState
    from pipeline.feed_check import Found
    from pipeline.feed_list import Outcome, Verdict
    from pipeline.settings import Settings
    from transforms.sql_engine import SqlAccess


def check(arguments: argparse.Namespace) -> int:
    """Look at each feed once; return 1 if something is wrong with one."""
    from pipeline.feed_list import web_address

    settings = settings_of(arguments)
    if settings is None:
        return 2
    urls = [web_address(url) for url in arguments.urls] or [feed.url for feed in settings.feeds()]
    return asyncio.run(_check(settings, urls, as_json=arguments.json))


async def _check(settings: "Settings", urls: list[str], *, as_json: bool) -> int:
    from pipeline.feed_check import Found, look_at_all, looking
    from pipeline.feed_list import refusal, without_credentials

    refused = [Found(url=without_credentials(url), faults=[why]) for url in urls if (why := refusal(url))]
    for found in refused:
        _show(found, as_json=as_json)
    wrong = len(refused)
    async with looking(settings) as looker:
        async for found in look_at_all(looker, [url for url in urls if not refusal(url)]):
            _show(found, as_json=as_json)
            wrong += bool(found.faults)
    return 1 if wrong else 0


def _show(found: "Found", *, as_json: bool) -> None:
    from pipeline.json_lines import json_line

    print(json_line(found) if as_json else told(found), flush=True)


def told(found: "Found") -> str:
    """Return what was found as a line, and one for each thing to say about it; safe to print."""
    facts = [found.format]
    if found.format:
        facts += [f"{found.entries} entries"] if found.entries != 1 else ["1 entry"]
        facts += [f"newest {found.newest:%Y-%m-%d %H:%M} UTC"] if found.newest else []
        facts += [f"has {' and '.join(found.validators)}"] if found.validators else []
    head = f"{'wrong' if found.faults else 'good'}: {printable(found.url)}: {', '.join(facts)}".rstrip(": ")
    return "\n".join([head, *(f"  {printable(words)}" for words in [*found.faults, *found.remarks])])


def status(arguments: argparse.Namespace) -> int:
    """Print how each feed of the configuration is."""
    from pipeline.feed_status import rows, table
    from pipeline.json_lines import json_line

    settings = settings_of(arguments)
    url = database_url(settings) if settings else None
    if settings is None or url is None:
        return 2
    found = rows(settings.feeds(), *_remembered(url))
    if arguments.json:
        for row in found:
            print(json_line(row))
    else:
        print(table(found, datetime.now(UTC)))
    return 0


def _remembered(url: str) -> "tuple[Mapping[str, FeedState], Mapping[str, datetime]]":
    """Return states and pauses; a database that is not there yet is not made by looking."""
    from connectors.feeds.feed_pauses import FeedPauses
    from connectors.feeds.feed_states import FeedStates
    from pipeline.database import look

    if look(url).taken is None:
        return {}, {}
    with _access(url) as access:
        return FeedStates(access).load(), FeedPauses(access).since()


def pause(arguments: argparse.Namespace) -> int:
    """Pause a feed of the configuration."""
    return _pause(arguments, resume=False)


def resume(arguments: argparse.Namespace) -> int:
    """Resume a paused feed, also one that the configuration no longer has."""
    return _pause(arguments, resume=True)


def _pause(arguments: argparse.Namespace, *, resume: bool) -> int:
    settings = settings_of(arguments)
    database = database_url(settings) if settings else None
    if settings is None or database is None:
        return 2
    with _access(database) as access:
        outcome = _paused(settings, access, arguments.url, resume=resume)
    tell_one("resume" if resume else "pause", outcome, as_json=arguments.json)
    return 1 if outcome.verdict == "refused" else 0


def _paused(settings: "Settings", access: "SqlAccess", given: str, *, resume: bool) -> "Outcome":
    from connectors.feeds.feed_pauses import FeedPauses
    from pipeline.feed_list import Outcome, refusal, web_address, without_credentials

    pauses, publishers = FeedPauses(access), {feed.url: feed.publisher for feed in settings.feeds()}
    wanted = web_address(given)
    url = _named(wanted, [*publishers, *(pauses.since() if resume else ())])
    if url is None:
        why = refusal(wanted) or "no such feed; see feeds status"
        return Outcome("refused", without_credentials(wanted), "", why)
    changed = pauses.resume(url) if resume else pauses.pause(url, datetime.now(UTC))
    verdict: Verdict = "there" if not changed else "resumed" if resume else "paused"
    return Outcome(verdict, url, publishers.get(url, ""))


def _named(given: str, known: list[str]) -> str | None:
    """Return the feed that is meant: the very address, or else the one that comes to the same."""
    from connectors.feeds.opml import Outline
    from pipeline.feed_list import sorted_out

    if given in known:
        return given
    for url in known:
        [outcome] = sorted_out([url], [Outline(given, "")])
        if outcome.verdict == "there":
            return url
    return None


@contextmanager
def _access(url: str) -> Iterator["SqlAccess"]:
    from connectors.feeds.feed_states import FeedStates
    from pipeline.database import make_ready

    make_ready(url)
    access = FeedStates.access_to(url)
    try:
        yield access
    finally:
        access.close()
