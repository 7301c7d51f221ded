"""What a feed puts around its stories, learned: the first and last sentences that many of them share.

A sentence at the edge that a feed has shown in `OFTEN` other stories within the horizon is left out when a
later story is compared. Nothing with a number in it is ever learned, and a story never loses its last
sentence, so the worst that a wrong guess can do is to overlook a sentence that the feed's readers know.
"""

import re

import msgspec

from transforms.deduplicate.boilerplate import segments_of
from transforms.deduplicate.verdict import HORIZON_MS
from transforms.deduplicate.words import hash64

HEADS, TAILS = 2, 3
OFTEN = 3
CELLS = 1 << 12
CELL_CAP = 512
_LONGEST = 300
_DIGIT = re.compile(r"\d")


class Edge(msgspec.Struct, array_like=True):
    """How many stories showed a sentence at their edge, which was the last of them, and when."""

    stories: int
    last: int
    seen: int


Cell = dict[int, Edge]


def edges_of(feed: str, text: str) -> tuple[list[int], list[int]]:
    """Return hashes of the sentences at the beginning, outermost first, and of those at the end, likewise.

    Zero stands for one that is never learned.
    """
    segments = segments_of(text)
    if len(segments) < 2:
        return [], []
    heads = [_hash(feed, segment) for segment in segments[:HEADS]]
    return heads, [_hash(feed, segment) for segment in segments[: -TAILS - 1 : -1]]


def learn(cell: Cell, edges: list[int], identity: int, at: int) -> list[int]:
    """Return those of the edges that are boilerplate by now, and count this story into `cell`."""
    known = [e for e in edges if e in cell and _often(cell[e], at)]
    for edge in set(edges) - {0}:
        found = cell.get(edge)
        if found is None or at - found.seen > HORIZON_MS:
            cell[edge] = Edge(1, identity, at)
        elif found.last != identity:
            cell[edge] = Edge(min(found.stories + 1, OFTEN), identity, max(at, found.seen))
    if len(cell) > CELL_CAP:
        for stale in sorted(cell, key=lambda e: (cell[e].seen, e))[: CELL_CAP // 4]:
            del cell[stale]
    return known


def peel(feed: str, text: str, known: list[int]) -> tuple[str, list[str]]:
    """Return the text without its known edges, and what was left out."""
    if not known:
        return text, []
    heads, tails = edges_of(feed, text)
    segments = segments_of(text)
    first, last = _run(heads, known), _run(tails, known)
    if first + last >= len(segments):
        return text, []
    kept = segments[first : len(segments) - last]
    return "\n".join(kept), segments[:first] + segments[len(segments) - last :]


def _run(edges: list[int], known: list[int]) -> int:
    return next((n for n, edge in enumerate(edges) if edge not in known), len(edges))


def _often(edge: Edge, at: int) -> bool:
    return edge.stories >= OFTEN and at - edge.seen <= HORIZON_MS


def _hash(feed: str, segment: str) -> int:
    if len(segment) > _LONGEST or _DIGIT.search(segment):
        return 0
    return hash64(f"{feed}\n{segment.casefold()}")
