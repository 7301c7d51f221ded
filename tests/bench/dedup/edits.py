"""What becomes of a text on its way to another publisher, and what must never pass for that.

Grades g0 to g6 are copies that say nothing new; `FACTS` are edits that change what is said.
"""

import random
import re

_WORD = re.compile(r"\b[a-z]{3,}\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}\b")
_VERB = re.compile(r"\b(was|were|is|are|will|would|has|have|had|could)\b")
_SENTENCE = re.compile(r"(?<=[.!?])\s+")
_NUMBER = re.compile(r"(?<![\d.,])\d+(?![\d.,]*\d)")
LEADS = (
    "The news was followed closely by people in the region.",
    "People around here have waited for this for a long time.",
    "It has been the talk of the day among readers.",
)
TAILS = (
    "Copyright 2024 Example News. All rights reserved.",
    "The post appeared first on Example.",
    "Subscribe to our newsletter for daily updates.",
)


def g0(title, text, chance):
    """Boilerplate around it."""
    return title, f"{text}\n{chance.choice(TAILS)}\n{chance.choice(TAILS)}"


def g1(title, text, chance):
    """A headline in other order and a dateline."""
    words = title.split()
    chance.shuffle(words)
    return " ".join(words).capitalize(), f"SPRINGFIELD (AP) - {text}"


def g2(title, text, chance):
    """A fifth of the sentences dropped, a local lead."""
    kept = [s for s in _SENTENCE.split(text) if chance.random() > 0.2]
    return title, f"{chance.choice(LEADS)} {' '.join(kept)}"


def g3(title, text, chance):
    """The first half, five words of a hundred exchanged for others of the text."""
    words = text.split()
    return title, _exchanged(" ".join(words[: len(words) // 2]), chance, 0.05)


def g4(title, text, chance):
    """The first 28 of a hundred words."""
    words = text.split()
    return title, " ".join(words[: len(words) * 28 // 100])


def g5(title, text, chance):
    """Sentences in another order, a third dropped, fifteen words of a hundred exchanged."""
    kept = [s for s in _SENTENCE.split(text) if chance.random() > 0.3]
    chance.shuffle(kept)
    return title, _exchanged(" ".join(kept), chance, 0.15)


def g6(title, text, chance):
    """The first thirty words, as feeds give them."""
    return title, " ".join(text.split()[:30])


def number(title, text, chance):
    """One number is another one."""
    found = list(_NUMBER.finditer(text))
    if not found:
        return None
    one = chance.choice(found)
    return title, f"{text[: one.start()]}{int(one[0]) + 7919}{text[one.end() :]}"


def name(title, text, chance):
    """The most frequent name is another one, everywhere."""
    names = _names(text)
    return (title, re.sub(rf"\b{names[0]}\b", "Quillfeather", text)) if names else None


def negation(title, text, chance):
    """One statement is denied."""
    found = list(_VERB.finditer(text))
    if not found:
        return None
    one = chance.choice(found)
    return title, f"{text[: one.end()]} not{text[one.end() :]}"


def corrected(title, text, chance):
    """It says that it corrects."""
    return f"CORRECTED: {title}", text


def fact(title, text, chance):
    """A sentence with a new name in it."""
    return title, f"{text} Officials in Quillfeather confirmed it later."


def swapped(title, text, chance):
    """Two names are exchanged for each other, everywhere."""
    names = _names(text)
    if len(names) < 2:
        return None
    one, other = names[:2]
    swap = {one: other, other: one}
    return title, re.sub(rf"\b(?:{one}|{other})\b", lambda m: swap[m[0]], text)


COPIES = (g0, g1, g2, g3, g4, g5, g6)
FACTS = (number, name, fact, negation, corrected, swapped)


def chance_of(edit, index):
    """Return the chance of one edit of one text: the same in every run."""
    return random.Random(f"{edit.__name__} {index}")


def _names(text):
    """Return the names of a text, most frequent first, that never stand at the head of a sentence only."""
    found = _NAME.findall(text)
    return sorted(set(found), key=lambda n: (-found.count(n), n))


def _exchanged(text, chance, share):
    others = _WORD.findall(text)
    return _WORD.sub(lambda m: chance.choice(others) if chance.random() < share else m[0], text)
