"""Deduplicate: every story once, no news lost.

Requirements: an article is folded only by a state that already holds (and let through) the one it
repeats, so a story never loses its last article, in any order of arrival; redelivery changes nothing;
nothing older than the horizon influences a verdict; nothing is folded in which anything is new.

Four questions, each asked of a keyed state: `identity` (did this very entry come before, and did it change
in substance?), `heads` (who was the first to show a key of this text?), `waiting` (what do all its keys
say together?) and `story` (does it add anything to what was let through there?). Hashes only route; facts
decide. `edges` learns what a feed puts around its stories. One core (`steps`) serves two bindings:
`Deduplicator` holds all states in one process, and a chain of keyed states shares them out over many.

Refused, with measurements in `make bench-dedup`: a threshold on MinHash or SimHash similarity, which folds
texts that differ in a number and misses trimmed copies.
"""

from transforms.deduplicate.deduplicator import Deduplicator
from transforms.deduplicate.verdict import HORIZON, Fold, Folding, Judged

__all__ = ["HORIZON", "Deduplicator", "Fold", "Folding", "Judged"]
