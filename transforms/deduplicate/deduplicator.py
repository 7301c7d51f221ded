"""All states in one: deduplication by one process, article by article, in the order of arrival."""

from collections import deque
from typing import Any

from transforms.deduplicate.reading import Decisive
from transforms.deduplicate.states import Cells, unpack
from transforms.deduplicate.steps import Arrived, Event, place_of, step
from transforms.deduplicate.verdict import Judged
from transforms.intake import Intake


class Deduplicator:
    """Judges articles; `cells` is all that it remembers."""

    def __init__(self, decisive: Decisive) -> None:
        self.decisive = decisive
        self.cells: Cells = {}

    def judge(self, intake: Intake) -> list[Judged]:
        """Return what is decided now: the verdict on this article, and on any that had waited too long."""
        events: deque[Event] = deque([Arrived(intake)])
        judged: list[Judged] = []
        while events:
            for output in self._take(events.popleft()):
                if isinstance(output, Judged):
                    judged.append(output)
                else:
                    events.append(output)
        return judged

    def _take(self, event: Event) -> list[Any]:
        place = place_of(event)
        cell = self.cells.get(place)
        cell, outputs = step(unpack(place.stage, None) if cell is None else cell, event, self.decisive)
        if cell:
            self.cells[place] = cell
        else:
            self.cells.pop(place, None)
        return outputs
