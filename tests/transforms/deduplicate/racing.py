"""The core as a cluster runs it: events of all stages at once, in any order, some of them more than once."""

import random

from transforms.deduplicate import Judged
from transforms.deduplicate.states import pack, unpack
from transforms.deduplicate.steps import Arrived, place_of, step


def raced(intakes, seed, redelivered=0.2, decisive=frozenset()):
    """Return all verdicts; each step goes through the bytes that a cell is kept in."""
    chance, cells, judged = random.Random(seed), {}, []
    events = [Arrived(intake) for intake in intakes]
    while events:
        event = events.pop(chance.randrange(min(len(events), 40)))
        if chance.random() < redelivered:
            events.insert(chance.randrange(len(events) + 1), event)
            redelivered *= 0.999
        place = place_of(event)
        cell, outputs = step(unpack(place.stage, cells.get(place)), event, decisive)
        cells[place] = pack(place.stage, cell)
        judged += [output for output in outputs if isinstance(output, Judged)]
        events += [output for output in outputs if not isinstance(output, Judged)]
    return judged
