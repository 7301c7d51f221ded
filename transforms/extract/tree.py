"""A tree: the words of one sentence, each with the word that it hangs on and how.

Labels are those of the English models of spaCy (ClearNLP: `nsubj`, `aux`, `neg`, ...), tags those of the Penn
Treebank (`VBD` for a verb in the past).
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

SUBJECTS = ("nsubj", "nsubjpass", "csubj")
_VERBAL = frozenset({"ROOT", "ccomp", "xcomp", "advcl", "relcl", "acl", "conj", "pcomp", "parataxis"})


class Tree:
    """One parsed sentence; tokens are numbered as on the page, `start` is its first one."""

    def __init__(self, start: int, heads: Sequence[int], labels: Sequence[str], tags: Sequence[str]) -> None:
        self.start, self._heads, self._labels, self._tags = start, heads, labels, tags
        self._children: dict[int, list[int]] = defaultdict(list)
        for token, head in enumerate(heads, start):
            if head != token:
                self._children[head].append(token)

    def head(self, token: int) -> int:
        """Return the word that a token hangs on; the root hangs on itself."""
        return self._heads[token - self.start]

    def label(self, token: int) -> str:
        """Return how a token hangs on its head."""
        return self._labels[token - self.start]

    def children(self, token: int, *labels: str) -> Iterator[int]:
        """Yield what hangs on a token by one of the labels, in order."""
        return (c for c in self._children.get(token, ()) if self.label(c) in labels)

    def top(self, start: int, end: int) -> int:
        """Return the token of a span that hangs on something outside of it."""
        return next(
            (t for t in range(start, end) if t == self.head(t) or not start <= self.head(t) < end), start
        )

    def is_verb(self, token: int) -> bool:
        """Tell whether a token stands where a clause has its verb."""
        return self.label(token) in _VERBAL

    def is_past(self, token: int) -> bool:
        """Tell whether a token is a verb in the simple past."""
        return self._tags[token - self.start] == "VBD"

    def sharing(self, verb: int) -> int:
        """Return the verb whose subject and auxiliaries a joined verb shares; itself if it has its own."""
        while self.label(verb) == "conj" and not any(self.children(verb, "aux", "auxpass", *SUBJECTS)):
            verb = self.head(verb)
        return verb
