"""The configuration's list of feeds: what is in it, and new ones put behind the last, all or none.

The file is checked as a whole before it takes the old one's place in one step, so that it is never half
written, and never one that a start would refuse.
"""

import os
import re
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Literal, NamedTuple
from urllib.parse import urlsplit

from connectors.feeds.canonical_url import canonical_url
from connectors.feeds.opml import Outline, plain_name
from pipeline.settings import SettingsFaults, load_settings
from transforms.address_rules import url_refusal
from transforms.printable import printable
from transforms.yaml_insertion import InsertionError, with_items

Verdict = Literal["added", "paused", "resumed", "there", "refused"]


class Outcome(NamedTuple):
    """What became of a feed that was to be added, paused or resumed; `why` says more where it was not."""

    verdict: Verdict
    url: str
    publisher: str
    why: str = ""


class ListError(Exception):
    """The configuration cannot be changed; the text says which file and why."""


def sorted_out(known: Iterable[str], wanted: Iterable[Outline]) -> list[Outcome]:
    """Return what is to become of each wanted feed, given the addresses in the configuration."""
    seen = {_key(url): url for url in known}
    outcomes = []
    for url, title in wanted:
        outcomes.append(_outcome(url, plain_name(title), seen))
        if outcomes[-1].verdict == "added":
            seen[_key(url)] = url
    return outcomes


def added_to(path: Path, wanted: Sequence[Outline]) -> list[Outcome]:
    """Put the feeds that are new and possible into the file; return what became of each.

    Raise `SettingsFaults` if the file is bad before or would be after, `ListError` if it cannot be changed.
    """
    settings = load_settings(path, os.environ, with_secrets=False)
    before = path.read_bytes()
    outcomes = sorted_out([feed.url for feed in settings.feeds()], wanted)
    items = [{"url": o.url, "publisher": o.publisher} for o in outcomes if o.verdict == "added"]
    if items:
        _replace(path, before, _changed(path, before, items))
    return outcomes


def _changed(path: Path, before: bytes, items: Sequence[dict[str, str]]) -> bytes:
    mark = b"\xef\xbb\xbf" if before.startswith(b"\xef\xbb\xbf") else b""
    try:
        text = with_items(before[len(mark) :].decode(), ["collect", "feeds"], items)
    except InsertionError as e:
        raise ListError(f"{path}: collect.feeds: {e}; nothing was changed") from e
    return mark + text.encode()


def web_address(given: str) -> str:
    """Return the address that a person means who may have left out `https://`."""
    return given if "://" in given else f"https://{given}"


def refusal(url: str) -> str | None:
    """Return in words why this can be no feed's address, or `None` if it can; safe to print."""
    if url_refusal(url) is None and canonical_url(url) is not None:
        return None
    if "@" in _authority(url):
        return "has a user or password in it (not shown)"
    return "is no web address (expected http:// or https:// with a host)"


def without_credentials(url: str) -> str:
    """Return the address without user and password, for showing."""
    before, slashes, rest = url.partition("://")
    authority = _authority(url)
    return f"{before}{slashes}{authority.rpartition('@')[2]}{rest[len(authority) :]}"


def _authority(url: str) -> str:
    """Return what stands before the path, and a password with a slash in it whole: better too much of it."""
    rest = url.partition("://")[2]
    authority = re.split(r"[/?#]", rest, maxsplit=1)[0]
    port = authority.rpartition("]")[2].partition(":")[2]
    if "@" in rest and "@" not in authority and port and not port.isdigit():
        return rest[: rest.rindex("@") + 1] + re.split(r"[/?#]", rest[rest.rindex("@") + 1 :], maxsplit=1)[0]
    return authority


def _outcome(url: str, title: str, seen: dict[str, str]) -> Outcome:
    if why := refusal(url):
        return Outcome("refused", printable(without_credentials(url), 300), title, why)
    publisher = title or (urlsplit(url).hostname or "")
    there = seen.get(_key(url))
    if there is not None:
        return Outcome("there", url, publisher, "" if there == url else f"as {there}")
    return Outcome("added", url, publisher)


def _key(url: str) -> str:
    """Return what two addresses of one feed share; unlike an article's, each parameter may make a feed."""
    place, mark, query = url.partition("#")[0].partition("?")
    return f"{canonical_url(place)}{mark}{query}"


def _replace(path: Path, before: bytes, after: bytes) -> None:
    """Put `after` in the place of the file, whole or not at all, unless somebody else has changed it."""
    target = path.resolve()
    try:
        number, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".new")
        new = Path(name)
        try:
            with os.fdopen(number, "wb") as file:
                file.write(after)
                file.flush()
                os.fsync(file.fileno())
            _check(new, path)
            _as_its_owner(target, new)
            if target.read_bytes() != before:
                raise ListError(f"{path}: somebody else has just changed it; nothing was changed, try again")
            new.replace(target)
        finally:
            with suppress(FileNotFoundError):
                new.unlink()
    except OSError as e:
        raise ListError(f"{path}: cannot be written: {e.strerror}; nothing was changed") from e


def _as_its_owner(target: Path, new: Path) -> None:
    """Let whoever could read the old file read the new one, also where root does the editing."""
    old = target.stat()
    with suppress(PermissionError):
        os.chown(new, old.st_uid, old.st_gid)
    new.chmod(old.st_mode & 0o7777)


def _check(new: Path, path: Path) -> None:
    """Raise the faults that the file would have, as those of `path`."""
    try:
        load_settings(new, os.environ, with_secrets=False)
    except SettingsFaults as e:
        raise SettingsFaults([replace(fault, path=path) for fault in e.faults]) from None
