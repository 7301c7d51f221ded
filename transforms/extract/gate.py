"""The gate: most news never reaches the tokenizer, because it lacks a word of the domain or of an event."""

from collections.abc import Iterable
from itertools import combinations

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

DOMAIN, EVENT, NAME, LOOSE, FLIGHT = 1, 2, 4, 8, 16
LEDE, LONG = 300, 600


class Gate:
    """Passes a text that holds a word of the domain and a word of an event (one word may be both).

    From `LONG` characters it takes both in the first `LEDE`, or a word of the domain that is not `loose`, or
    two that are: so many words hold one by chance. A name that is a word elsewhere (`Orion`) is one of the
    domain where it is written as a name in those first characters. What is told of `flights` of the domain,
    where they are written as names, may be told in any words.
    """

    def __init__(
        self,
        domain: Iterable[str],
        event: Iterable[str],
        names: Iterable[str] = (),
        loose: Iterable[str] = (),
        flights: Iterable[str] = (),
    ) -> None:
        flags: dict[str, int] = {}
        sets = ((domain, DOMAIN), (event, EVENT), (names, NAME), (loose, LOOSE), (flights, FLIGHT))
        for words, flag in sets:
            for word in words:
                flags[word.lower()] = flags.get(word.lower(), 0) | flag
        # Matches do not overlap: a phrase counts for the words in it, too.
        self._flags = [flag | _within(phrase, flags) & ~LOOSE for phrase, flag in flags.items()]
        self._automaton = AhoCorasick(
            list(flags), matchkind=MatchKind.LeftmostLongest, implementation=Implementation.DFA
        )

    def passes(self, text: str) -> bool:
        """Tell whether `text` may hold an event; most of those that may say so in their first words."""
        first_words = text[: max(0, text.find(" ", LEDE))]
        return self._holds(first_words, 1) or self._holds(text, 1 if len(text) < LONG else 2)

    def _holds(self, text: str, least: int) -> bool:
        """Tell whether a text holds a word of an event, and of the domain one, or `least` loose ones."""
        low, domain, event = text.lower(), 0, False
        for pattern, start, end in self._automaton.find_matches_as_indexes(low):
            if _inside_word(low, start, end):
                continue
            flags = self._flags[pattern]
            named = flags & NAME and start < min(LEDE, len(text)) and text[start].isupper()
            if flags & DOMAIN or named:
                domain += 1 if flags & LOOSE else least
            event |= bool(flags & EVENT or (flags & FLIGHT and text[start].isupper()))
            if event and domain >= least:
                return True
        return False


def _within(phrase: str, flags: dict[str, int]) -> int:
    """Return the flags of the shorter phrases that a phrase holds as whole words."""
    words, found = phrase.split(" "), 0
    for start, end in combinations(range(len(words) + 1), 2):
        found |= flags.get(" ".join(words[start:end]), 0)
    return found


def _inside_word(text: str, start: int, end: int) -> bool:
    return (start > 0 and text[start - 1].isalnum()) or (
        end < len(text) and text[end].isalnum() and text[end - 1].isalnum()
    )
