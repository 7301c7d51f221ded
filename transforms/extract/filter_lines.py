"""One article as a JSON line in, its events out: extraction for people who tune it."""

import unicodedata
from datetime import UTC, datetime
from typing import Any

import msgspec

from transforms.extract.extractor import Extractor
from transforms.records import Article, MissionEvent, encode

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class _Line(msgspec.Struct, frozen=True):
    id: str | int | None = None
    title: str | None = None
    text: str | None = None
    published: str | None = None
    source: str | None = None


def extract_line(extractor: Extractor, line: bytes) -> dict[str, Any]:
    """Return `{"id", "events"}` for an article line; raise `ValueError` that says what is wrong with it.

    Evidence offsets point into title and text in NFC. Without `published`, only times with a year are
    resolved.
    """
    article = article_of(line)
    return {"id": article.id, "events": [_plain(e) for e in extractor.extract(article).events]}


def article_of(line: bytes) -> Article:
    """Return the article that a JSON line holds; raise `ValueError` if it holds none."""
    try:
        read = msgspec.json.decode(line, type=_Line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise ValueError(f"cannot read article line: {e}") from e
    if read.id is None:
        raise ValueError("cannot read article line: `id` is missing")
    if read.title is None and read.text is None:
        raise ValueError(f"cannot read article {read.id}: both `title` and `text` are missing")
    published = _moment(read)
    return Article(
        id=str(read.id),
        feed="",
        publisher=read.source or "",
        title=unicodedata.normalize("NFC", read.title or ""),
        text=unicodedata.normalize("NFC", read.text or ""),
        fetched=published or UNDATED,
        published=published,
    )


def _moment(read: _Line) -> datetime | None:
    if not read.published:
        return None
    try:
        moment = datetime.fromisoformat(read.published)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as e:
        raise ValueError(f"cannot read article {read.id}: `published` is no time: {read.published!r}") from e


def _plain(event: MissionEvent) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(encode(event))
    plain.setdefault("mission", None)
    plain.setdefault("time", None)
    return {name: value for name, value in plain.items() if name not in ("article_id", "schema", "pack")}
