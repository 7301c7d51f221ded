"""What one article says, as sightings of events: extraction with its verdict, for one intake."""

from typing import NamedTuple, get_args

from transforms.correlate import Sighting
from transforms.extract import Extraction, Extractor
from transforms.extract.budget import Over
from transforms.intake import Intake
from transforms.records import DeadLetter, Disposition, MissionEvent, deterministic_id, encode

SKIPPED_SHOWN = 20
OVER_BUDGET = get_args(Over)


class Sighted(NamedTuple):
    """The sightings of one article and the entry of its trail; `letter` if it could not be read."""

    sightings: tuple[Sighting, ...]
    disposition: Disposition
    letter: DeadLetter | None = None


def sight(extractor: Extractor, intake: Intake, code_version: str) -> Sighted:
    """Extract an article's events; an article that breaks the extractor becomes a dead letter."""
    try:
        extraction = extractor.extract(intake.article)
    except Exception as e:  # noqa: BLE001 - hostile text may meet a fault of the NLP libraries: one article, not the stream
        return _dead(intake, "failed", f"{type(e).__name__}: {e}", code_version)
    if extraction.reason in OVER_BUDGET:
        return _dead(intake, extraction.reason, extraction.counted, code_version)
    return Sighted(sightings_of(intake, extraction.events), _disposition(extractor, intake, extraction))


def sightings_of(intake: Intake, events: tuple[MissionEvent, ...]) -> tuple[Sighting, ...]:
    """Return each event with what correlation needs of its article."""
    article = intake.article
    return tuple(
        Sighting(
            event=event,
            article_id=article.id,
            publisher=article.publisher,
            title=article.title,
            url=article.url,
            lineage=intake.lineage or article.id,
            at=intake.at,
            fetched=article.fetched,
            published=article.published,
            historical=article.historical,
            first=intake.first,
            copy=intake.copy,
            position=intake.position,
        )
        for event in events
    )


def _disposition(extractor: Extractor, intake: Intake, extraction: Extraction) -> Disposition:
    skipped = [list(pair) for pair in extraction.skipped[:SKIPPED_SHOWN]]
    return Disposition(
        article_id=intake.article.id,
        stage="extract",
        verdict="kept" if extraction.events else "quiet",
        reason=extraction.reason,
        at=intake.at,
        position=intake.position,
        detail={"pack": extractor.pack_hash} | ({"skipped": skipped} if skipped else {}),
        events=extraction.events,
    )


def _dead(intake: Intake, reason: str, error: str, code_version: str) -> Sighted:
    letter = DeadLetter(
        id=deterministic_id("dead", "extract", intake.article.id),
        stage="extract",
        reason=reason,
        error=error,
        value=encode(intake.article),
        at=intake.at,
        code_version=code_version,
        position=intake.position,
    )
    disposition = Disposition(
        article_id=intake.article.id,
        stage="extract",
        verdict="dead",
        reason=reason,
        at=intake.at,
        position=intake.position,
    )
    return Sighted((), disposition, letter)
