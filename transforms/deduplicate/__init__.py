"""Deduplicate: every article once, no news lost.

Requirements: an article is folded only by a state that already holds (and let through) the one it
repeats, so a story never loses its last article, in any order of arrival; redelivery changes nothing;
nothing older than the horizon influences a verdict.

Two keyed states in a row ask one question each: `identity` (did this very entry come before, and did
it change in substance?) and `copies` (did the same words come before from elsewhere?). Near-duplicates
will be a further state behind the same interface: (cell, intake) -> (cell, verdict).
"""

from transforms.deduplicate.copies import fold_copies
from transforms.deduplicate.identity import fold_repeats
from transforms.deduplicate.verdict import HORIZON, Fold, Folding

__all__ = ["HORIZON", "Fold", "Folding", "fold_copies", "fold_repeats"]
