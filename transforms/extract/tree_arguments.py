"""Arguments from a tree: which of several names in a sentence the mention is about.

Only names of one kind compete: that a flight is called by its mission and not by its rocket is decided
elsewhere, and there the subject is often the wrong one (`a Soyuz-U with Progress M-12M lifted off`).
"""

from collections.abc import Iterator, Sequence

from transforms.extract.entity import Entity
from transforms.extract.mentions import Mention
from transforms.extract.names import name_words
from transforms.extract.tree import SUBJECTS, Tree

_OBJECTS = ("dobj", "compound", "nmod", "poss")
_PARTS = ("compound", "nmod", "appos", "conj", "poss")


def named_by_tree(mention: Mention, tree: Tree, kinds: Sequence[str]) -> Mention:
    """Return the mention with the one name of the best kind that is its argument, if others compete."""
    rivals = _rivals(mention, kinds)
    if mention.named or len({name_words(e.name) for e in rivals}) < 2:
        return mention
    tokens = set(_argument_tokens(mention, tree))
    found = [e for e in rivals if not tokens.isdisjoint(range(e.start, e.end))]
    if len({name_words(e.name) for e in found}) != 1:
        return mention
    return mention._replace(named=found[0])


def _rivals(mention: Mention, kinds: Sequence[str]) -> list[Entity]:
    """Return the names of the first of `kinds` that the sentence has any of."""
    by_kind = ([e for e in mention.line.entities if e.kind == kind] for kind in kinds)
    return next((entities for entities in by_kind if entities), [])


def _argument_tokens(mention: Mention, tree: Tree) -> Iterator[int]:
    """Yield the tokens of subject, object and `of` of the mention; `A left and docked` shares its subject."""
    at = tree.top(mention.start, mention.end)
    arguments = [*tree.children(at, *_OBJECTS), *tree.children(tree.sharing(at), *SUBJECTS)]
    words = mention.line.page.words
    for preposition in tree.children(at, "prep"):
        arguments += tree.children(preposition, "pobj") if words[preposition] == "of" else ()
    for argument in arguments:
        yield from _phrase(argument, tree)


def _phrase(token: int, tree: Tree) -> Iterator[int]:
    yield token
    for part in tree.children(token, *_PARTS):
        yield from _phrase(part, tree)
