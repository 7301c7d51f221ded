"""What one article may cost. What costs more is no news, and becomes a dead letter that says why.

Characters, signs, sentences, triggers and names are counted, so that a replay decides as the first run did,
on any machine. Time cannot be: the same article may be in time on one machine and late on another, and then a
replay differs. It is there for the fault that nobody has found yet, so it is thirty times and more what the
worst known article takes, and it is the processor's time of the thread, so that a busy or a sleeping machine
is not the article's fault. Where it fires there is a letter, so that the difference can be seen.
"""

import re
import time
from collections.abc import Callable
from typing import Literal, NamedTuple

Over = Literal["too_long", "too_dense", "too_slow"]
_SIGN = re.compile(r"[^\w\s]")


class OverBudgetError(Exception):
    """An article that costs too much; `reason` and what was counted."""

    def __init__(self, reason: Over, counted: str) -> None:
        super().__init__(counted)
        self.reason, self.counted = reason, counted


class Budget(NamedTuple):
    """The most that one article may have; fifty dense pages of news stay below all of it."""

    characters: int = 200_000
    signs: int = 30_000
    triggers: int = 2_000
    sentences: int = 3_000
    names: int = 6_000
    mentions: int = 3_000
    seconds: float = 30.0


class Meter:
    """What one article has cost so far; `clock` returns seconds."""

    def __init__(self, budget: Budget, clock: Callable[[], float] = time.thread_time) -> None:
        self.budget, self._clock = budget, clock
        self._started = clock()

    def text(self, title: str, text: str) -> None:
        """Refuse a text of too many characters, or of too many that are no letters."""
        characters = len(title) + len(text)
        if characters > self.budget.characters:
            raise OverBudgetError("too_long", f"{characters} characters")
        if characters > self.budget.signs:
            self.count("signs", len(_SIGN.findall(text)) + len(_SIGN.findall(title)), self.budget.signs)

    def count(self, what: str, number: int, most: int) -> None:
        """Refuse an article that has more of something than it may."""
        if number > most:
            raise OverBudgetError("too_dense", f"{number} {what}, over {most}")

    def tick(self) -> None:
        """Refuse an article whose time is over."""
        taken = self._clock() - self._started
        if taken > self.budget.seconds:
            raise OverBudgetError("too_slow", f"over {self.budget.seconds:.0f} seconds")
