"""Votes: from the heads of a document's keys to the one route where it is decided.

A route is a document's number: that of the earliest one that enough of the keys point to, else its own.
Documents that race may split their votes over each other: heads of nearly the same time are taken together,
and the later of two routes to the earlier.
"""

from collections import Counter
from collections.abc import Sequence

from transforms.deduplicate.heads import Head

MOST_NEEDED = 3
RACE_MS = 30_000


def needed(keys: int) -> int:
    """Return how many of so many keys must point to a document."""
    return min(MOST_NEEDED, max(1, keys // 3))


def route_of(me: Head, heads: Sequence[Head], keys: int) -> int:
    """Return the route of document `me`, whose `keys` distinct keys have these heads."""
    votes = Counter(head for head in heads if head.document != me.document)
    enough = needed(keys)
    chosen = {head for head, count in votes.items() if count >= enough}
    near = {head for head in votes if abs(head.at - me.at) <= RACE_MS}
    if sum(votes[head] for head in near) >= enough:
        chosen |= near
    if not chosen:
        return me.document
    first = min(chosen, key=lambda head: (head.at, head.document))
    mine_is_earlier = me.at < first.at and first.at - me.at <= RACE_MS
    return me.document if mine_is_earlier else first.document
