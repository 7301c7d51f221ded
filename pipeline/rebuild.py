"""Rebuild the keyed states of `process` from the retained log, without Beam.

Requirements: after a restart the states are those that an uninterrupted run would have, up to the
committed offsets; nothing is written; 20,000 articles take seconds. So the pure step functions that the
DoFns call run here in a plain loop over the retained articles, and extraction is not repeated: its
events lie in the dispositions. Only an article whose events were found by another vocabulary or profile (or
whose disposition is gone) is read again.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from connectors.log import topics
from connectors.log.interface import Log, Partition, Record
from pipeline.log_scan import scan
from transforms import cells
from transforms.correlate import cell as families
from transforms.correlate import correlation_key
from transforms.correlate.lifecycle import starter_lifecycle
from transforms.deduplicate import Deduplicator
from transforms.deduplicate.states import contents
from transforms.deduplicate_articles import HELD
from transforms.extract import Extractor
from transforms.extract.vocabulary import decisive_words
from transforms.intake import Intake, Rejected, headers_of, take_in
from transforms.records import Disposition, MissionEvent, Position, UndecodableError, decode
from transforms.sight import FOUND_BY, found_with, sight, sightings_of

Progress = Callable[[int, int], None]
_BATCH = 1000


class Rebuilt(NamedTuple):
    """What was rebuilt: articles read, and how many had to be extracted again."""

    articles: int
    extracted_again: int


def rebuild(
    log: Log,
    until: Mapping[Partition, int],
    since: datetime,
    extractor: Extractor,
    progress: Progress,
    *,
    sharded: bool = False,
) -> Rebuilt:
    """Replay articles appended from `since` up to the offsets `until` and offer the cells to the states.

    `sharded` as in the `Plan` of the graph that is to go on from there.
    """
    start = log.offset_at(topics.ARTICLES, since)
    total = sum(max(0, end - start[p]) for p, end in until.items())
    states = _States(extractor, _events_found(log, since, found_with(extractor)) if total else {})
    for done, record in enumerate(scan(log, topics.ARTICLES, start, until), 1):
        states.take(record)
        if done % _BATCH == 0 and done < total:
            progress(done, total)
    states.offer(sharded)
    progress(total, total)
    return Rebuilt(total, states.extracted_again)


class _States:
    """The keyed states as plain dictionaries of cells."""

    def __init__(self, extractor: Extractor, found: dict[str, tuple[MissionEvent, ...]]) -> None:
        self.extractor, self.found = extractor, found
        self.deduplicator = Deduplicator(decisive_words(extractor.pack))
        self.families: dict[str, bytes] = {}
        self.lifecycle = starter_lifecycle()
        self.extracted_again = 0

    def take(self, record: Record) -> None:
        position = Position(record.topic, record.partition, record.offset)
        intake = take_in(record.value, headers_of(record), record.key, position, record.appended, "")
        if isinstance(intake, Rejected):
            return
        for judged in self.deduplicator.judge(intake):
            followed = judged.followed()
            if followed is not None:
                self._correlate(followed)

    def _correlate(self, intake: Intake) -> None:
        events = self.found.get(intake.article.id)
        if events is None:
            self.extracted_again += 1
            sightings = sight(self.extractor, intake, "").sightings
        else:
            sightings = sightings_of(intake, events)
        for sighting in sightings:
            name = cells.cell_of(correlation_key(sighting), families.CELLS)
            outcome = families.correlate_in_cell(self.families.get(name), sighting, self.lifecycle)
            self.families[name] = outcome.content

    def offer(self, sharded: bool) -> None:
        if sharded:
            for state_id, packed in contents(self.deduplicator.cells).items():
                cells.offer(state_id, packed)
        else:
            cells.hold(HELD, self.deduplicator)
        cells.offer(families.STATE_ID, self.families)


def _events_found(log: Log, since: datetime, by: dict[str, str]) -> dict[str, tuple[MissionEvent, ...]]:
    """Return what extraction found before, by article id, where it was found by the same means.

    Nothing was found where extraction failed and was not repeated: read again here, the article would be
    known to the states and told to nobody when its dead letter is replayed.
    """
    found: dict[str, tuple[MissionEvent, ...]] = {}
    dead = set[str]()
    start = log.offset_at(topics.DISPOSITIONS, since)
    for record in scan(log, topics.DISPOSITIONS, start):
        if b'"stage":"extract"' not in record.value:
            continue
        try:
            disposition = decode(Disposition, record.value)
        except UndecodableError:
            continue
        if disposition.verdict == "dead":
            dead.add(disposition.article_id)
            continue
        dead.discard(disposition.article_id)
        if {name: disposition.detail[name] for name in FOUND_BY if name in disposition.detail} == by:
            found[disposition.article_id] = disposition.events
    return found | dict.fromkeys(dead - found.keys(), ())
