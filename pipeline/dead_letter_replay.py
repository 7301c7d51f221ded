"""Dead letters put back to where they came from, so that what comes is what would have come without faults.

A record of a topic goes onto it again with its bytes, headers and key. One whose article is known already to
deduplication, because it was extraction that failed, carries the word that lets it through: as a story of its
own, so a folded copy, which would then pass for a source of its own, is left. A body or an entry of a feed is
read again by the present parser, and its articles are appended, the old ones as history. A message that was
given up goes back among those to be sent. What was completed meanwhile is left: an article that was extracted
or is on the log, a message that was told.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import msgspec

from alerts.notification import Notification
from connectors.feeds.answers import FRESH
from connectors.feeds.articles import Origin, Rejected, article_of
from connectors.feeds.dead_body import DeadBodyError, original
from connectors.feeds.entry import Entry
from connectors.feeds.reading import Harvest, ReadingJob, Unread
from connectors.log import topics
from connectors.log.interface import Log, NewRecord, Partition, Record
from pipeline.log_scan import scan
from transforms.intake import UNFOLD
from transforms.printable import printable
from transforms.records import Article, DeadLetter, Disposition, Position, UndecodableError, decode, encode

REPLAYED = "replayed-dead-letter"
SendAgain = Callable[[str], bool]
Read = Callable[[ReadingJob], Harvest | Unread]


class Replayed(NamedTuple):
    """What became of a letter, in words, and whether it is done with by that."""

    words: str
    done: bool


class _Judged(NamedTuple):
    """What was judged on the log.

    The articles that extraction has read; those that were folded as copies, with their originals; and where
    the records lie that extraction failed on.
    """

    extracted: set[str]
    copies: dict[str, str]
    failed: set[Position]


@dataclass
class Replay:
    """Replays letters on `log`; `send_again` takes the key of a message, `read` the body of a stranger."""

    log: Log
    send_again: SendAgain
    read: Read
    _appended: set[str] | None = None
    _judged: _Judged | None = None
    _back: dict[str, dict[str, Position]] = field(default_factory=dict)

    def replay(self, letter: DeadLetter) -> Replayed:
        """Put the letter back, or leave it with the reason why."""
        if letter.position is not None:
            return self._record(letter)
        if letter.stage == "collect":
            return self._collected(letter)
        try:
            key = msgspec.json.decode(letter.value, type=Notification).key
        except msgspec.MsgspecError as e:
            return Replayed(f"left: its message cannot be read: {printable(str(e))}", done=False)
        if self.send_again(key):
            return Replayed("to be sent again", done=True)
        return Replayed("left: it was told, or waits to be sent", done=False)

    def _record(self, letter: DeadLetter) -> Replayed:
        position = letter.position
        assert position is not None  # noqa: S101 - the caller has looked
        known = letter.stage == "extract"
        if known and (left := self._left(letter)):
            return left
        if self._is_back(letter.id, position.topic):
            return Replayed("left: it was put back already", done=True)
        original = _original(self.log, Partition(position.topic, position.partition), position.offset)
        headers = [(name, value.encode()) for name, value in letter.headers.items() if name != REPLAYED]
        headers += [(UNFOLD, b"replay")] if known and UNFOLD not in letter.headers else []
        key = original.key if original else letter.id
        record = NewRecord(position.topic, key, letter.value, (*headers, (REPLAYED, letter.id.encode())))
        self.log.append([record])
        return Replayed(f"put onto {position.topic} again", done=True)

    def _is_back(self, ident: str, topic: str) -> bool:
        """Tell whether a replay that ended before its mark put the letter back, and it did not fail again."""
        if topic not in self._back:
            self._back[topic] = _put_back(self.log, topic)
        place = self._back[topic].get(ident)
        return place is not None and place not in self._verdicts().failed

    def _verdicts(self) -> _Judged:
        if self._judged is None:
            self._judged = _judged(self.log)
        return self._judged

    def _left(self, letter: DeadLetter) -> Replayed | None:
        """Return why an article that extraction refused is not put back, or `None` if it is."""
        judged = self._verdicts()
        try:
            article = decode(Article, letter.value).id
        except UndecodableError:
            return None
        if article in judged.extracted:
            return Replayed("left: its article was extracted since", done=True)
        if original := judged.copies.get(article):
            return Replayed(f"left: its article adds nothing to {original}", done=True)
        return None

    def _collected(self, letter: DeadLetter) -> Replayed:
        if letter.cut_from_bytes:
            return Replayed("left: only its beginning was kept; its feed shows it again", done=False)
        if "feed" not in letter.headers:
            return Replayed("left: it does not say from which feed it is", done=False)
        is_body = "url" in letter.headers
        try:
            found = self.read(_job(letter)) if is_body else _entry_again(letter)
        except DeadBodyError as e:
            return Replayed(f"left: {e}", done=False)
        if isinstance(found, Unread | Rejected):
            detail = found.detail if isinstance(found, Unread) else ""
            return Replayed(f"left: still {found.reason} {printable(detail)}".rstrip(), done=False)
        return self._append(letter, found.articles if isinstance(found, Harvest) else (found,))

    def _append(self, letter: DeadLetter, articles: tuple[Article, ...]) -> Replayed:
        if self._appended is None:
            self._appended = {record.key for record in scan(self.log, topics.ARTICLES)}
        fresh = [article for article in articles if article.id not in self._appended]
        header = (REPLAYED, letter.id.encode())
        if fresh:
            self.log.append([NewRecord(topics.ARTICLES, a.id, encode(a), (header,)) for a in fresh])
            self._appended.update(article.id for article in fresh)
        words = f"read again: {len(fresh)} articles appended, {len(articles) - len(fresh)} were there already"
        return Replayed(words, done=True)


def _job(letter: DeadLetter) -> ReadingJob:
    headers = letter.headers
    return ReadingJob(
        feed=headers["feed"],
        publisher=headers.get("publisher", ""),
        url=headers["url"],
        body=original(letter),
        fetched=letter.at,
        content_type=headers.get("content-type", ""),
        content_language=headers.get("content-language", ""),
        historical_before=letter.at - FRESH,
    )


def _entry_again(letter: DeadLetter) -> Article | Rejected | Unread:
    try:
        entry = msgspec.convert(json.loads(letter.value), Entry)
    except (ValueError, msgspec.ValidationError) as e:
        # entries over 64 kB were cut
        return Unread(reason="not-a-feed", detail=f"not a whole entry: {type(e).__name__}")
    origin = Origin(
        feed=letter.headers["feed"],
        publisher=letter.headers.get("publisher", ""),
        fetched=letter.at,
        historical_before=letter.at - FRESH,
    )
    return article_of(entry, origin)


def _judged(log: Log) -> _Judged:
    found = _Judged(set(), {}, set())
    for record in scan(log, topics.DISPOSITIONS):
        try:
            disposition = decode(Disposition, record.value)
        except UndecodableError:
            continue
        if disposition.stage == "extract" and disposition.verdict == "dead":
            found.failed.add(disposition.position)
        elif disposition.stage == "extract":
            found.extracted.add(disposition.article_id)
        if disposition.stage == "deduplicate" and disposition.reason == "duplicate":
            found.copies[disposition.article_id] = disposition.of or "another"
    return found


def _put_back(log: Log, topic: str) -> dict[str, Position]:
    """Return the letters that were put back onto the topic, and where each lies by now."""
    return {
        value.decode(errors="replace"): Position(topic, record.partition, record.offset)
        for record in scan(log, topic)
        for name, value in record.headers
        if name == REPLAYED
    }


def _original(log: Log, partition: Partition, offset: int) -> Record | None:
    """Return the record that failed, if the log still has it."""
    found = log.read({partition: offset}, max_records=1)
    return found[0] if found and found[0].offset == offset else None
