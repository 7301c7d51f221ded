"""spaCy's English tokenizer, asked less: the same tokens at a third of the cost of a word it has not seen.

Each unseen word goes through four searches, for what may be cut off at either end or inside and for an
address, and through twenty questions to its lexeme. No rule cuts a word of plain letters, an address has a
dot, and of the answers only one is wanted here. So plain words are not searched and nineteen not asked.
"""

from collections.abc import Callable
from typing import Any

LONGEST_SUFFIX = 5  # of those of a fixed length (`км/ч`)
KNOWN = 100_000  # words whose tokens are kept; those of the warm words and of a text must both fit
Search = Callable[[str], Any]


def tokenizing() -> Any:
    """Return a blank English pipeline that knows of a word its text and its lower case."""
    import spacy  # noqa: PLC0415 - two seconds, wanted by workers alone
    from spacy.attrs import LOWER  # noqa: PLC0415

    nlp: Any = spacy.blank("en")
    nlp.vocab.lex_attr_getters = {LOWER: nlp.vocab.lex_attr_getters[LOWER]}
    tokenizer = nlp.tokenizer
    tokenizer.rules = {case: cut for case, cut in tokenizer.rules.items() if not is_emoticon(case)}
    tokenizer.prefix_search = _unless_plain(tokenizer.prefix_search, None)
    tokenizer.suffix_search = _unless_plain(_at_the_end(tokenizer.suffix_search), None)
    tokenizer.infix_finditer = _unless_plain(tokenizer.infix_finditer, ())
    tokenizer.max_cache_size = KNOWN
    tokenizer.url_match = _with_a_dot(tokenizer.url_match)
    return nlp


def is_emoticon(case: str) -> bool:
    """Tell whether a special case is made of signs alone: each one found costs more than ten words."""
    return not case.isspace() and not any(char.isalnum() for char in case)


def _unless_plain(search: Search, nothing: Any) -> Search:
    return lambda text: nothing if text.isalpha() or text.isdecimal() else search(text)


def _at_the_end(search: Any) -> Search:
    """Search the end alone: from the start it takes a square of steps to peel a word of a hundred quotes.

    Only a run of dots is cut off in one piece however long it is.
    """
    return lambda text: search(text, 0 if text.endswith("..") else max(0, len(text) - LONGEST_SUFFIX))


def _with_a_dot(search: Search) -> Search:
    return lambda text: search(text) if "." in text else None
