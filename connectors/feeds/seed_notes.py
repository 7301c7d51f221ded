"""What a sidecar says about a seed file, and which time an article of it gets."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.feeds.dates import stated_time

SIDECAR = ".meta.json"


class SidecarError(Exception):
    """A sidecar that cannot be used; `why` is for people."""

    def __init__(self, path: Path, why: str) -> None:
        super().__init__(f"sidecar: {path}: {why}")
        self.path, self.why = path, why


class _Sidecar(msgspec.Struct, forbid_unknown_fields=True):
    feed: str | None = None
    publisher: str | None = None
    url: str | None = None
    fetched: str | None = None
    published: str | None = None
    headers: dict[str, str] = {}
    first_poll: bool = False


@dataclass(frozen=True, slots=True)
class Notes:
    """What is known about a file beside its content; the file's own word wins."""

    feed: str | None = None
    publisher: str | None = None
    url: str | None = None
    fetched: datetime | None = None
    published: datetime | None = None
    content_type: str = ""
    content_language: str = ""
    first_poll: bool = False


def notes_of(path: Path, given: Notes) -> Notes:
    """Return the sidecar's notes of a file, filled up by what was `given`; raise `SidecarError`."""
    sidecar = path.with_name(path.name + SIDECAR)
    if not sidecar.is_file():
        return given
    try:
        said = msgspec.json.decode(sidecar.read_bytes(), type=_Sidecar)
    except (msgspec.MsgspecError, UnicodeDecodeError, OSError) as e:
        raise SidecarError(sidecar, str(e)) from e
    headers = {name.lower(): value for name, value in said.headers.items()}
    return replace(
        given,
        feed=said.feed,
        publisher=said.publisher,
        url=said.url,
        fetched=_moment(sidecar, said.fetched) or given.fetched,
        published=_moment(sidecar, said.published) or given.published,
        content_type=headers.get("content-type", ""),
        content_language=headers.get("content-language", ""),
        first_poll=said.first_poll,
    )


def _moment(path: Path, text: str | None) -> datetime | None:
    moment = stated_time(text) if text else None
    if text and moment is None:
        raise SidecarError(path, f"no time: {text[:80]!r}")
    return moment


def aware(moment: datetime | None) -> datetime | None:
    """Return the moment in UTC; a naive one is read as UTC."""
    if moment is None:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
