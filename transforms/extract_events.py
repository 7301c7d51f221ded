"""ExtractEvents: kept intakes to sightings of mission events."""

import gc
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import apache_beam as beam

from transforms.extract import Extractor
from transforms.sight import sight

DISPOSITIONS, DEAD_LETTERS = "dispositions", "dead_letters"


@dataclass
class ExtractEvents(beam.PTransform):
    """Kept intakes -> sightings, one for each event; one disposition for each intake.

    With the name or path of a parser's `model`, where each worker finds it, the profile is `parser`. An
    article that the extractor cannot read goes to `dead_letters` and stops nothing.
    """

    pack: Path | None
    code_version: str
    model: str | None = None

    def expand(self, pcoll: Any) -> Any:
        """Wire the extraction."""
        return pcoll | "Extract" >> beam.ParDo(
            _Extract(self.pack, self.model, self.code_version)
        ).with_outputs(DISPOSITIONS, DEAD_LETTERS, main="sightings")


@cache
def extractor_of(pack: Path | None, model: str | None = None) -> Extractor:
    """Return this process's extractor; loading one takes seconds, so there is one.

    It lives as long as the process, so the garbage collector is told to look at it no more: going through
    the vocabulary again and again was a fifth of the time of a long article.
    """
    extractor = Extractor.load(pack, model)
    gc.collect()
    gc.freeze()
    return extractor


class _Extract(beam.DoFn):
    def __init__(self, pack: Path | None, model: str | None, code_version: str) -> None:
        self.pack, self.model, self.code_version = pack, model, code_version

    def setup(self) -> None:
        self.extractor = extractor_of(self.pack, self.model)

    def process(self, intake: Any) -> Iterator[Any]:
        found = sight(self.extractor, intake, self.code_version)
        yield beam.pvalue.TaggedOutput(DISPOSITIONS, found.disposition)
        if found.letter:
            yield beam.pvalue.TaggedOutput(DEAD_LETTERS, found.letter)
        yield from found.sightings
