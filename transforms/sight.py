"""What one article says, as sightings of events: extraction with its verdict, for one intake."""

from typing import NamedTuple, get_args

from transforms.correlate import Sighting
from transforms.extract import Extraction, Extractor
from transforms.extract.budget import Over
from transforms.intake import Intake
from transforms.records import DeadLetter, Disposition, MissionEvent, deterministic_id, encode

SKIPPED_SHOWN = 20
FOUND_BY = ("pack", "profile")
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
    """Return each event with what correlation needs of its article.

    Plans come first: a new date and the word that it is one are then one change, not two.
    """
    article = intake.article
    planned_first = sorted(events, key=lambda event: event.status != "planned")
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
        for event in planned_first
    )


def found_with(extractor: Extractor) -> dict[str, str]:
    """Return by what events are found: the vocabulary, and the profile unless it is `rules`."""
    profile = {} if extractor.profile == "rules" else {"profile": extractor.profile}
    return {"pack": extractor.pack_hash} | profile


def _disposition(extractor: Extractor, intake: Intake, extraction: Extraction) -> Disposition:
    skipped = [list(pair) for pair in extraction.skipped[:SKIPPED_SHOWN]]
    told = {"skipped": skipped, "dropped": list(extraction.dropped)}
    return Disposition(
        article_id=intake.article.id,
        stage="extract",
        verdict="kept" if extraction.events else "quiet",
        reason=extraction.reason,
        at=intake.at,
        position=intake.position,
        detail=found_with(extractor) | {name: found for name, found in told.items() if found},
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
