"""The words of a text in any script, each with its hash and what kind of word it is.

A word is a number, a run of letters with their marks, or, in scripts that write no spaces, a pair of
neighbouring characters. Hashes are BLAKE2b of the folded word: the same on every machine and for ever.
"""

import re
import sys
import tomllib
import unicodedata
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple

import msgspec

SHORTENED = 40  # bits left out of a 64-bit hash where it only tells apart what one text holds
_HERE = Path(__file__).parent
NUMBER, NAME, NEGATION, CASELESS, OPENING, HINGE, UNIT = 1, 2, 4, 8, 16, 32, 64

# Thai to Khmer, kana, Han (Korean writes spaces)
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)


def _marks() -> str:
    """Return the marks that belong to the letter before them, as ranges of a character class."""
    points = [p for p in range(0x300, 0x10000) if unicodedata.category(chr(p)) in ("Mn", "Mc")]
    starts = [p for p, before in zip(points, [0, *points], strict=False) if p != before + 1]
    ends = [p for p, after in zip(points, [*points[1:], sys.maxunicode], strict=False) if after != p + 1]
    return "".join(f"{chr(a)}-{chr(b)}" for a, b in zip(starts, ends, strict=True))


_LETTERS = rf"[^\W\d_](?:[^\W\d_{_UNSPACED}]|[{_marks()}])*(?:['’][^\W\d_{_UNSPACED}]+)?"
# What a sentence, a line or a quotation begins after comes among the words, as one of these.
_QUOTES = '“"«„:'
_OPENING = rf"[.!?…](?=[\s\"'”’)\]])|[\n。！？{_QUOTES}]"
_WORD = re.compile(rf"\d+(?:[.,:/]\d+)*|[{_UNSPACED}]+|{_LETTERS}|{_OPENING}")
_ASCII_WORD = re.compile(rf"\d+(?:[.,:/]\d+)*|[A-Za-z]+(?:'[A-Za-z]+)?|{_OPENING}")
_RUN = re.compile(rf"[{_UNSPACED}]")


class _Lists(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What `words.toml` holds."""

    digits: list[str]
    negations: frozenset[str]
    negating: list[str]
    hinges: frozenset[str]
    units: frozenset[str]


_LISTS = msgspec.convert(tomllib.loads(_HERE.joinpath("words.toml").read_text("utf-8")), _Lists)
_DIGITS = {word: str(number) for number, word in enumerate(_LISTS.digits)}
_NEGATING = re.compile("|".join(_LISTS.negating))
COMMON_WORDS = _HERE / "common_words.txt"
_COMMON = frozenset(
    word
    for line in COMMON_WORDS.read_text("utf-8").splitlines()
    for word in line.split()
    if not line.startswith("#")
)


class Word(NamedTuple):
    """A word folded, its 64-bit hash, and its kinds as bits."""

    folded: str
    hash: int
    kind: int

    @property
    def short(self) -> int:
        """The short hash."""
        return self.hash >> SHORTENED


def words_of(text: str) -> list[Word]:
    """Return the words of `text` in order; compatible characters count as the same (NFKC)."""
    if text.isascii():
        found = _ASCII_WORD.findall(text)
    else:
        found = [part for run in _WORD.findall(unicodedata.normalize("NFKC", text)) for part in _parts(run)]
    words, mark = [], "."
    for part in found:
        word = _opening_word(part, mark in _QUOTES) if mark else _word(part)
        mark = "" if word else part
        if word:
            words.append(word)
    return words


def _parts(found: str) -> list[str]:
    if len(found) < 3 or not _RUN.match(found):
        return [found]
    return [found[i : i + 2] for i in range(len(found) - 1)]


@lru_cache(maxsize=1 << 16)
def _word(found: str) -> Word | None:
    if not found[0].isalnum():
        return None
    folded = found.casefold().replace("’", "'").removesuffix("'s")
    if folded[0].isdigit():
        folded = folded.replace(",", "")
    folded = _DIGITS.get(folded, folded)
    kind = NUMBER if folded[0].isdigit() else 0
    if not kind and found[0].isupper():
        kind = NAME
    if not kind and found.lower() == found.upper():
        kind = CASELESS
    if folded in _LISTS.negations or folded.endswith("n't") or _NEGATING.search(folded):
        kind |= NEGATION
    if folded in _LISTS.hinges:
        kind |= HINGE
    if folded in _LISTS.units:
        kind |= UNIT
    return Word(folded, hash64(folded), kind)


@lru_cache(maxsize=1 << 14)
def _opening_word(found: str, quoted: bool) -> Word | None:
    """Return a word that opens a sentence or quotation, where a capital alone makes no name."""
    word = _word(found)
    if word is None:
        return None
    kind = word.kind & ~NAME if word.folded in _COMMON else word.kind
    return word._replace(kind=kind if quoted else kind | OPENING)


def short_hash(text: str) -> int:
    """Return the short hash of a word or phrase, as `shingles.short` makes it of a whole one."""
    return hash64(text) >> SHORTENED


@lru_cache(maxsize=1 << 10)
def hash64(text: str) -> int:
    """Return the hash of a word or phrase, 64 bits."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
