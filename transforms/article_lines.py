"""An article as people write it on one line of JSON, for the filters `extract` and `dedup`."""

import unicodedata
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from transforms.records import Article
from transforms.records.article import content_hash

UNDATED = datetime(1970, 1, 1, tzinfo=UTC)


class _Line(msgspec.Struct, frozen=True):
    id: str | int | None = None
    title: str | None = None
    text: str | None = None
    published: str | None = None
    source: str | None = None
    url: str | None = None


class ArticleLine(NamedTuple):
    """The article of a line, and its id as it was given."""

    id: str | int
    article: Article


def read_line(line: bytes) -> ArticleLine:
    """Return the article that a JSON line holds; raise `ValueError` that says what is wrong with it.

    Title and text are taken in NFC. A time without a zone is UTC; without `published`, `fetched` is 1970.
    """
    try:
        read = msgspec.json.decode(line, type=_Line)
    except (msgspec.MsgspecError, UnicodeDecodeError) as e:
        raise ValueError(f"cannot read article line: {e}") from e
    if read.id is None:
        raise ValueError("cannot read article line: `id` is missing")
    if read.title is None and read.text is None:
        raise ValueError(f"cannot read article {read.id}: both `title` and `text` are missing")
    published = _moment(read)
    title, text = (unicodedata.normalize("NFC", words or "") for words in (read.title, read.text))
    article = Article(
        id=str(read.id),
        feed="",
        publisher=read.source or "",
        title=title,
        text=text,
        url=read.url,
        fetched=published or UNDATED,
        published=published,
        content_hash=content_hash(title, text),
    )
    return ArticleLine(read.id, article)


def _moment(read: _Line) -> datetime | None:
    if not read.published:
        return None
    try:
        moment = datetime.fromisoformat(read.published)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError) as e:
        raise ValueError(f"cannot read article {read.id}: `published` is no time: {read.published!r}") from e
