"""Stories: the one place where an article is folded into another, which lies here and was let through.

All that may be copies of each other come to one route. Its leaders are the texts that were let through; a
later one is folded into the oldest leader that it adds nothing to, else it is let through and becomes a
leader itself. As a fold needs a leader in this very state, a story keeps at least one article, in whatever
order its articles come, however often, and wherever they were routed. A text that is too long to be read to
its end leads nobody: it may be refused further on.
"""

import msgspec

from transforms.deduplicate.compare import Sketch, compare, sketch_of
from transforms.deduplicate.reading import Reading
from transforms.deduplicate.verdict import HORIZON_MS, Fold, milliseconds, packed_id, unpacked_id
from transforms.intake import Intake

CELLS = 1 << 16
LEADERS, FOLDED, ROUTES = 64, 256, 256
# Of one story are two texts that share so much of the shorter one's wording.
SAME_STORY = 0.3


class Leader(msgspec.Struct, frozen=True, array_like=True):
    """A text that was let through: its article, its time (ms since 1970), its story's first if not itself."""

    article: bytes
    at: int
    sketch: Sketch
    story: bytes = b""
    historical: bool = False


class Route(msgspec.Struct, array_like=True):
    """The leaders in the order in which they came, and the articles that were folded into them."""

    leaders: list[Leader] = []
    folded: list[bytes] = []
    seen: int = 0


Cell = dict[int, Route]


def decide(cell: Cell, route: int, intake: Intake, repeat: Fold, reading: Reading) -> Fold | None:
    """Return the final verdict on an article that is new or a revision; `None` if it was here before."""
    now, mine = milliseconds(intake.at), packed_id(intake.article.id)
    known = _route(cell, route, now)
    if mine in known.folded or any(leader.article == mine for leader in known.leaders):
        if not intake.unfold:
            return None
        known.folded = [each for each in known.folded if each != mine]
    fold = _verdict(known, intake, repeat, reading)
    if fold.kept and reading.whole:
        story = packed_id(fold.story) if fold.story else b""
        leader = Leader(mine, now, sketch_of(reading), story, intake.article.historical)
        known.leaders = [*known.leaders[1 - LEADERS :], leader]
    else:
        known.folded = [*known.folded[1 - FOLDED :], mine]
    return fold


def _verdict(known: Route, intake: Intake, repeat: Fold, reading: Reading) -> Fold:
    if intake.unfold:
        return repeat
    closest, nearest = None, None
    for leader in known.leaders:
        if leader.historical and not intake.article.historical:
            # An old copy told nobody anything: fresh news is never folded into it.
            continue
        found = compare(reading, leader.sketch)
        if found.refusal is None and repeat.kind == "new":
            return Fold("duplicate", unpacked_id(leader.article), _story(leader), why=found.why)
        if nearest is None or found.overlap > nearest.overlap:
            closest, nearest = leader, found
    if closest is None or nearest is None or nearest.overlap < SAME_STORY:
        return _in_story(repeat, repeat.of)
    if repeat.kind == "revision":
        return _in_story(repeat, _story(closest))
    why = nearest.why | {"overlap": round(nearest.overlap, 3)}
    return Fold("update", unpacked_id(closest.article), _story(closest), why=why)


def _in_story(fold: Fold, story: str | None) -> Fold:
    return msgspec.structs.replace(fold, story=story)


def _story(leader: Leader) -> str:
    return unpacked_id(leader.story or leader.article)


def _route(cell: Cell, route: int, now: int) -> Route:
    for stale in [r for r, known in cell.items() if now - known.seen > HORIZON_MS]:
        del cell[stale]
    known = cell.get(route)
    if known is None:
        while len(cell) >= ROUTES:
            del cell[min(cell, key=lambda r: (cell[r].seen, r))]
        known = cell[route] = Route()
    known.seen = max(known.seen, now)
    known.leaders = [leader for leader in known.leaders if abs(now - leader.at) <= HORIZON_MS]
    return known
