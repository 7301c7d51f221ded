"""DeduplicateArticles: intakes to the intakes that bring news, in one process or shared out over many."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import apache_beam as beam
import msgspec
from apache_beam.coders import BytesCoder
from apache_beam.transforms.userstate import ReadModifyWriteStateSpec

from transforms import cells
from transforms.deduplicate import Deduplicator, Judged
from transforms.deduplicate.states import IDENTITIES, PROBES, STATE_OF, STORIES, WAITING, key_of, pack, unpack
from transforms.deduplicate.steps import Arrived, Event, place_of, step
from transforms.deduplicate.verdict import disposition_of
from transforms.element_coders import travels
from transforms.extract.vocabulary import decisive_of
from transforms.intake import Intake

DISPOSITIONS = "dispositions"
HELD = "deduplicator"


class Travelling(msgspec.Struct, frozen=True, array_like=True):
    """An event between two keyed states."""

    event: Event


travels(Intake)
travels(Travelling)


@dataclass
class DeduplicateArticles(beam.PTransform):
    """Intakes -> what goes on, with its place in its story; collections of dispositions, one for each intake.

    Folded copies go on too, marked as such. Late, repeated and re-ordered input is fine: a copy is folded
    only by a state that has already let its original through. `sharded`: as a chain of keyed states, for any
    runner; else all in the memory of one process, for the runner that lives in it.
    """

    sharded: bool = False
    pack: Path | None = None

    def expand(self, pcoll: Any) -> Any:
        """Wire one of the two bindings."""
        return self._sharded(pcoll) if self.sharded else self._single(pcoll)

    def _single(self, pcoll: Any) -> Any:
        judged = pcoll | "Deduplicate" >> beam.ParDo(_Deduplicate(self.pack)).with_outputs(
            DISPOSITIONS, main="followed"
        )
        return judged.followed, (judged[DISPOSITIONS],)

    def _sharded(self, pcoll: Any) -> Any:
        arrived = pcoll | "Arrive" >> beam.Map(_arrive).with_output_types(Travelling)
        fresh = self._stage(arrived, "FoldRepeats", _FoldRepeats)
        probed = self._stage(fresh.followed, "ProbeHeads", _ProbeHeads)
        ready = self._stage(probed.followed, "AwaitAnswers", _AwaitAnswers)
        decided = self._stage(ready.followed, "DecideStories", _DecideStories)
        return decided.followed, (fresh[DISPOSITIONS], decided[DISPOSITIONS])

    def _stage(self, pcoll: Any, name: str, stage: Any) -> Any:
        keyed = pcoll | f"KeyFor{name}" >> beam.Map(_by_place).with_output_types(tuple[str, Travelling])
        return keyed | name >> beam.ParDo(stage(self.pack)).with_outputs(DISPOSITIONS, main="followed")


def _arrive(intake: Intake) -> Travelling:
    return Travelling(Arrived(intake))


def _by_place(travelling: Travelling) -> tuple[str, Travelling]:
    return key_of(place_of(travelling.event)), travelling


def _outcome(judged: Judged) -> Iterator[Any]:
    yield beam.pvalue.TaggedOutput(DISPOSITIONS, disposition_of(judged))
    followed = judged.followed()
    if followed is not None:
        yield followed


class _Deduplicate(beam.DoFn):
    def __init__(self, pack: Path | None) -> None:
        self.pack = pack

    def setup(self) -> None:
        self.decisive = decisive_of(self.pack)

    def process(self, intake: Any) -> Iterator[Any]:
        deduplicator = cells.held(HELD, lambda: Deduplicator(self.decisive))
        for judged in deduplicator.judge(intake):
            yield from _outcome(judged)


class _Stage(beam.DoFn):
    """Takes the events that are for its state; what is for a later one goes on as it is."""

    def __init__(self, pack: Path | None) -> None:
        self.pack = pack

    def setup(self) -> None:
        self.decisive = decisive_of(self.pack)

    def take(self, state_id: str, keyed: tuple[str, Travelling], state: Any) -> Iterator[Any]:
        key, travelling = keyed
        stage = place_of(travelling.event).stage
        if STATE_OF[stage] != state_id:
            yield travelling
            return
        cell = unpack(stage, state.read() or cells.first_content(state_id, key))
        cell, outputs = step(cell, travelling.event, self.decisive)
        if cell:
            state.write(pack(stage, cell))
        else:
            state.clear()
        for output in outputs:
            if isinstance(output, Judged):
                yield from _outcome(output)
            else:
                yield Travelling(output)


class _FoldRepeats(_Stage):
    STATE = ReadModifyWriteStateSpec(IDENTITIES, BytesCoder())

    def process(self, keyed: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        return self.take(IDENTITIES, keyed, state)


class _ProbeHeads(_Stage):
    STATE = ReadModifyWriteStateSpec(PROBES, BytesCoder())

    def process(self, keyed: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        return self.take(PROBES, keyed, state)


class _AwaitAnswers(_Stage):
    STATE = ReadModifyWriteStateSpec(WAITING, BytesCoder())

    def process(self, keyed: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        return self.take(WAITING, keyed, state)


class _DecideStories(_Stage):
    STATE = ReadModifyWriteStateSpec(STORIES, BytesCoder())

    def process(self, keyed: Any, state: Any = beam.DoFn.StateParam(STATE)) -> Iterator[Any]:
        return self.take(STORIES, keyed, state)
