"""DeduplicateArticles: intakes to the intakes that bring news, through two keyed states in a row."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

import apache_beam as beam
from apache_beam.coders import BytesCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from transforms.cells import cell_of, first_content
from transforms.deduplicate import Fold, copies, fold_copies, fold_repeats, identity
from transforms.deduplicate.verdict import disposition_of
from transforms.element_coders import travels
from transforms.intake import Intake

DISPOSITIONS = "dispositions"


class Judged(NamedTuple):
    """An intake that is no repeat, the verdict on that, and the hash of its words."""

    intake: Intake
    fold: Fold
    key: str | None


travels(Intake)
travels(Judged)


@dataclass
class DeduplicateArticles(beam.PTransform):
    """Intakes -> kept intakes with their lineage; one disposition for each that came in.

    Late, repeated and re-ordered input is fine: a copy is folded only by a state that has already
    let its original through.
    """

    def expand(self, pcoll: Any) -> Any:
        """Wire: key by identity, fold repeats, key by words, fold copies."""
        repeats = (
            pcoll
            | "KeyByIdentity" >> beam.Map(_by_identity).with_output_types(tuple[str, Intake])
            | "FoldRepeats" >> beam.ParDo(_FoldRepeats()).with_outputs(DISPOSITIONS, main="kept")
        )
        fresh = (
            repeats.kept
            | "KeyByWords" >> beam.Map(_by_words).with_output_types(tuple[str, Judged])
            | "FoldCopies" >> beam.ParDo(_FoldCopies()).with_outputs(DISPOSITIONS, main="kept")
        )
        return fresh.kept, (repeats[DISPOSITIONS], fresh[DISPOSITIONS])


def _by_identity(intake: Any) -> tuple[str, Intake]:
    return cell_of(intake.article.identity, identity.CELLS), intake


def _by_words(pair: Any) -> tuple[str, Judged]:
    intake, fold = pair
    key = copies.copy_key(intake)
    return cell_of(key or intake.article.id, copies.CELLS), Judged(intake, fold, key)


class _FoldRepeats(beam.DoFn):
    STATE = ReadModifyWriteStateSpec(identity.STATE_ID, BytesCoder())

    def process(self, element: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        name, intake = element
        cell = identity.unpack(state.read() or first_content(identity.STATE_ID, name))
        cell, fold = fold_repeats(cell, intake)
        state.write(identity.pack(cell))
        if fold.kept:
            yield follow(intake, fold), fold
        else:
            yield beam.pvalue.TaggedOutput(DISPOSITIONS, disposition_of(intake, fold))


class _FoldCopies(beam.DoFn):
    STATE = ReadModifyWriteStateSpec(copies.STATE_ID, BytesCoder())

    def process(self, element: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        name, (intake, repeat, key) = element
        cell = copies.unpack(state.read() or first_content(copies.STATE_ID, name))
        cell, fold = fold_copies(cell, key, intake)
        state.write(copies.pack(cell))
        yield beam.pvalue.TaggedOutput(DISPOSITIONS, disposition_of(intake, repeat if fold.kept else fold))
        if fold.kept:
            yield intake


def follow(intake: Intake, fold: Fold) -> Intake:
    """Return a kept intake with its place in its story."""
    return intake._replace(lineage=fold.of or intake.article.id, revision=fold.revision)
