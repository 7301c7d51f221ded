"""The articles of one story as deduplication saw them, and the way back for one that was folded."""

from collections.abc import Iterator
from typing import NamedTuple

from connectors.log import topics
from connectors.log.interface import Log, NewRecord, Record
from pipeline.log_scan import scan
from transforms.intake import UNFOLD
from transforms.printable import printable
from transforms.records import Article, Disposition, UndecodableError, decode


class NotFoldedError(Exception):
    """An article that cannot be unfolded; the text says why."""


class Member(NamedTuple):
    """An article of a story: what deduplication said of it, and itself while the log has it."""

    disposition: Disposition
    article: Article | None


def members_of(log: Log, article_id: str) -> list[Member]:
    """Return the story to which an article belongs, in the order of arrival; nothing for an unknown id."""
    verdicts = [d for d in _verdicts(log) if d.reason != "repeat"]
    story = next((_story(d) for d in reversed(verdicts) if d.article_id == article_id), None)
    if story is None:
        return []
    found: dict[str, Disposition] = {}
    for verdict in verdicts:
        if _story(verdict) == story or verdict.of in found:
            found[verdict.article_id] = verdict
    articles = {record.key: _article(record) for record in scan(log, topics.ARTICLES) if record.key in found}
    return [Member(verdict, articles.get(key)) for key, verdict in found.items()]


def line_of(member: Member) -> str:
    """Return a member in a line, safe to print."""
    verdict, article = member
    told = f"{verdict.at:%Y-%m-%dT%H:%M:%SZ} {verdict.article_id} {verdict.reason:<9}"
    if article is None:
        return f"{told} (no longer on the log)"
    place = printable(article.url or "no address")
    return f"{told} {printable(article.publisher)}: {printable(article.title, 120)} {place}"


def unfold(log: Log | None, article_id: str) -> None:
    """Put a folded article onto the log again, to be let through; raise `NotFoldedError` if it is none."""
    verdicts = list(_verdicts(log)) if log else []
    verdict = next((d for d in reversed(verdicts) if d.article_id == article_id), None)
    if log is None or verdict is None:
        raise NotFoldedError("the log holds no verdict on an article with this id")
    if verdict.verdict != "folded":
        raise NotFoldedError(f"it was not folded but let through ({verdict.reason})")
    record = next((r for r in scan(log, topics.ARTICLES) if r.key == article_id), None)
    if record is None:
        raise NotFoldedError("it is no longer on the log")
    log.append([NewRecord(topics.ARTICLES, record.key, record.value, headers=((UNFOLD, b"operator"),))])


def _verdicts(log: Log) -> Iterator[Disposition]:
    for record in scan(log, topics.DISPOSITIONS):
        if b'"stage":"deduplicate"' in record.value:
            try:
                yield decode(Disposition, record.value)
            except UndecodableError:
                continue  # of a newer version, or nothing of ours


def _story(verdict: Disposition) -> str:
    return str(verdict.detail.get("story", verdict.article_id))


def _article(record: Record) -> Article | None:
    try:
        return decode(Article, record.value)
    except UndecodableError:
        return None
