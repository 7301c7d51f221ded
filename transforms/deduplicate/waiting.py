"""Waiting: an article and the answers to its probes meet here, in whatever order they come.

There are no timers, so an article whose answers are lost is let through with those that it has when a later
one comes by: that can let a copy through, and never loses an article. Answers that came first are kept for
longer: without them their article would wait in vain. Event time runs fast while a backlog is read.
"""

from collections.abc import Iterator

import msgspec

from transforms.deduplicate.heads import Head
from transforms.deduplicate.verdict import HORIZON_MS, Fold
from transforms.intake import Intake

CELLS = 1 << 14
CELL_CAP = 256
PATIENCE_MS = 24 * 3600_000


class Waiting(msgspec.Struct, array_like=True):
    """What has come for one document: answers by key, edges, the article itself with its first verdict."""

    since: int
    heads: dict[int, Head] = {}
    edges: list[int] | None = None
    intake: Intake | None = None
    fold: Fold | None = None
    keys: int = 0
    edged: bool = False

    @property
    def patience(self) -> int:
        """How long it may wait, in milliseconds."""
        return HORIZON_MS if self.intake is None else PATIENCE_MS

    @property
    def complete(self) -> bool:
        """Tell whether nothing is missing."""
        edges_known = self.edges is not None or not self.edged
        return self.intake is not None and edges_known and len(self.heads) >= self.keys


Cell = dict[int, Waiting]


def waiting_for(cell: Cell, document: int, at: int) -> Waiting:
    """Return what waits under `document`, a fresh one if nothing does."""
    return cell.setdefault(document, Waiting(at))


def ready(cell: Cell, document: int, at: int) -> Iterator[Waiting]:
    """Take out of the cell what need not wait any more: `document` if complete, and whatever is overdue."""
    if cell[document].complete:
        yield cell.pop(document)
    late = [d for d, waiting in cell.items() if at - waiting.since > waiting.patience]
    crowd = sorted(cell, key=lambda d: (cell[d].since, d))[: max(0, len(cell) - CELL_CAP)]
    for each in dict.fromkeys([*late, *crowd]):
        waiting = cell.pop(each)
        if waiting.intake is not None:
            yield waiting
