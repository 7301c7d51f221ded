"""Text of strangers, made safe to show on a terminal or in a log line."""

import unicodedata

# Cc control, Cf format (bidi overrides, zero-width), Cs surrogates, Co private use, Zl/Zp line breaks.
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})


def printable(text: str, limit: int = 400) -> str:
    """Return `text` on one line without control or direction characters, at most `limit` characters."""
    kept = "".join(" " if unicodedata.category(c) in _UNSAFE else c for c in text[: limit * 2])
    line = " ".join(kept.split())
    return line if len(line) <= limit else line[: limit - 1] + "…"
