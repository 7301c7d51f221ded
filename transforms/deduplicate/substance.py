"""What of a text matters when two versions of it are compared."""

import re
import unicodedata
from hashlib import blake2b

import msgspec

_TOKEN = re.compile(r"\d+(?:[.,:/]\d+)*|[^\W\d_]+")
_NEGATION = frozenset(
    ["not", "no", "never", "cannot", "denied", "denies", "refused", "refuses", "failed", "fails"]
)
_MARKER = re.compile(
    r"\b(correct(?:ed|s|ion)|retract(?:ed|s|ion)|clarification|refile[ds]?)\b", re.IGNORECASE
)
NEW_WORDS_SHARE = 0.2
# News is shorter; what is longer was made to fill memory, and is compared by its beginning.
_MAX_CHARS = 15_000


class Substance(msgspec.Struct, frozen=True, array_like=True):
    """A version's numbers, mid-sentence names, 3-word shingles (32-bit hashes) and correction marks."""

    numbers: frozenset[str]
    names: frozenset[str]
    shingles: frozenset[int]
    negations: frozenset[int]
    corrected: bool


def tokens(text: str) -> list[str]:
    """Return the words and numbers of `text` in NFKC and case-folded."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    return _TOKEN.findall(text.casefold())


def substance_of(title: str, text: str) -> Substance:
    """Return what a revision is compared by."""
    text = text[:_MAX_CHARS]
    words = tokens(f"{title}\n{text}")
    grams = [" ".join(words[i : i + 3]) for i in range(max(1, len(words) - 2))]
    hashed = {gram: _hash32(gram) for gram in grams}
    return Substance(
        numbers=frozenset(word for word in words if word[0].isdigit()),
        names=frozenset(_names(text)),
        shingles=frozenset(hashed.values()),
        negations=frozenset(h for gram, h in hashed.items() if _NEGATION.intersection(gram.split())),
        corrected=bool(_MARKER.search(title) or _MARKER.search(text[:200])),
    )


def material_difference(old: Substance, new: Substance) -> str | None:
    """Name the first material difference of `new` from `old`; `None` if the change is cosmetic."""
    if new.numbers != old.numbers:
        return "numbers"
    if new.names - old.names:
        return "names"
    if new.corrected and not old.corrected:
        return "correction"
    fresh = new.shingles - old.shingles
    if new.negations & fresh:
        return "negation"
    if len(fresh) > NEW_WORDS_SHARE * max(1, len(new.shingles)):
        return "wording"
    return None


def _names(text: str) -> set[str]:
    """Return capitalised words that do not open a sentence."""
    found = re.finditer(r"(?<=[\w,;:)] )[A-Z][\w'-]+", text)
    return {match.group().casefold() for match in found}


def _hash32(gram: str) -> int:
    return int.from_bytes(blake2b(gram.encode(), digest_size=4).digest())
