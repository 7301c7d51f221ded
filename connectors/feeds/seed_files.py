"""Files of feeds and articles as the collector would have brought them, for replay.

A feed file goes through the same reading as a live body. An article's `fetched` is what the sidecar
or the caller gives, else what the article claims: a replay knows no wall clock, so a file that names
no time anywhere is unreadable rather than dated today.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from connectors.feeds.answers import FRESH
from connectors.feeds.reading import ReadingJob, Unread, read_feed
from connectors.feeds.seed_articles import TimelessError, article_of_line, article_of_text
from connectors.feeds.seed_notes import SIDECAR, Notes, SidecarError, aware, notes_of
from transforms.records.article import Article

_FEED_SUFFIXES = frozenset({".xml", ".rss", ".atom", ".json"})
# A feed without a time of its own is read as if from afar, so that no date it claims is too late.
_AFTER_ALL = datetime(9000, 1, 1, tzinfo=UTC)
_MAX_FILE_BYTES = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, or a line of it (from 1), that gave no article, and why."""

    path: Path
    line: int | None
    why: str


Seed = Article | Unreadable


def read_seed_files(
    paths: Sequence[Path], *, fetched: datetime | None = None, published: datetime | None = None
) -> Iterator[Seed]:
    """Yield what could not be read first, then all articles by `fetched` time; equal times keep file order.

    Folders are read recursively in the order of names, without hidden files, sidecars and `*.md`.
    """
    given = Notes(fetched=aware(fetched), published=aware(published))
    seeds = [seed for path, named in _files(paths) for seed in _read(path, given, named=named)]
    yield from (seed for seed in seeds if isinstance(seed, Unreadable))
    articles = [seed for seed in seeds if isinstance(seed, Article)]
    yield from sorted(articles, key=lambda article: article.fetched)


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield files with whether they were named themselves."""
    for path in paths:
        if not path.is_dir():
            yield path, True
            continue
        for found in sorted(path.rglob("*")):
            parts = found.relative_to(path).parts
            if found.is_file() and not any(part.startswith(".") for part in parts):
                yield found, False


def _read(path: Path, given: Notes, *, named: bool) -> Iterator[Seed]:
    if not named and (path.name.endswith(SIDECAR) or path.suffix.lower() == ".md"):
        return
    reader = _reader(path)
    if reader is None:
        yield Unreadable(path, None, f"unknown kind of file: {path.suffix or path.name}")
        return
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            yield Unreadable(path, None, "larger than 512 MiB")
            return
        yield from reader(path, notes_of(path, given))
    except OSError as e:
        yield Unreadable(path, None, e.strerror or type(e).__name__)
    except SidecarError as e:
        yield Unreadable(e.path, None, e.why)


def _reader(path: Path) -> Callable[[Path, Notes], Iterator[Seed]] | None:
    suffix = path.suffix.lower()
    if path.name.endswith(SIDECAR):
        return None
    if suffix in _FEED_SUFFIXES:
        return _read_feed_file
    return {".jsonl": _read_lines, ".txt": _read_text}.get(suffix)


def _read_feed_file(path: Path, notes: Notes) -> Iterator[Seed]:
    feed = notes.feed or f"file:{path.name}"
    fetched = notes.fetched or _AFTER_ALL
    result = read_feed(
        ReadingJob(
            feed=feed,
            publisher=notes.publisher or "",
            url=notes.url or notes.feed or "",
            body=path.read_bytes(),
            fetched=fetched,
            content_type=notes.content_type,
            content_language=notes.content_language,
            historical_before=fetched - FRESH if notes.first_poll and notes.fetched else None,
        )
    )
    if isinstance(result, Unread):
        yield Unreadable(path, None, f"{result.reason}: {result.detail}".rstrip(": "))
        return
    for rejected in result.rejected:
        yield Unreadable(path, None, f"entry: {rejected.reason}")
    if result.cut:
        yield Unreadable(path, None, f"{result.cut} entries over the limit were left out")
    for article in result.articles:
        yield _placed(path, article, notes, result.title)


def _placed(path: Path, article: Article, notes: Notes, feed_title: str) -> Seed:
    published = article.published or (None if article.updated else notes.published)
    moment = notes.fetched or published or article.updated
    if moment is None:
        return Unreadable(path, None, f"no time for {article.title[:60]!r}: give a sidecar or --fetched")
    publisher = article.publisher or feed_title or path.stem
    return msgspec.structs.replace(article, fetched=moment, published=published, publisher=publisher)


def _read_lines(path: Path, notes: Notes) -> Iterator[Seed]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                yield article_of_line(line, notes, path.name)
            except (msgspec.MsgspecError, UnicodeDecodeError, TimelessError, OverflowError) as e:
                yield Unreadable(path, number, str(e))


def _read_text(path: Path, notes: Notes) -> Iterator[Seed]:
    try:
        yield article_of_text(path.read_bytes(), notes, path)
    except TimelessError as e:
        yield Unreadable(path, None, str(e))
