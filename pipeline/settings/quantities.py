"""Durations and sizes as people write them: `90s`, `30m`, `7d`, `2GB`."""

import re
from datetime import timedelta

_DURATION = re.compile(r"([0-9]{1,9})(ms|s|m|h|d|w)")
_SIZE = re.compile(r"([0-9]{1,12})(kB|MB|GB|TB)")
_UNIT = {
    "ms": timedelta(milliseconds=1),
    "s": timedelta(seconds=1),
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_BYTES = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_LONGEST = timedelta(days=3660)

DURATION_HINT = "a number with ms, s, m, h, d or w, such as 90s or 7d, at most ten years"
SIZE_HINT = "a number with kB, MB, GB or TB, such as 2GB"


def duration_of(text: object) -> timedelta:
    """Return the duration that `text` writes; raise `ValueError` for anything else and for zero."""
    read = _DURATION.fullmatch(text) if isinstance(text, str) else None
    if read is None:
        raise ValueError("is no duration")
    duration = int(read[1]) * _UNIT[read[2]] if len(read[1]) <= 8 else _LONGEST * 2
    if not timedelta(0) < duration <= _LONGEST:
        raise ValueError("is no duration that can be kept")
    return duration


def size_of(text: object) -> int:
    """Return the size in bytes that `text` writes; raise `ValueError` for anything else and for zero."""
    read = _SIZE.fullmatch(text) if isinstance(text, str) else None
    if read is None:
        raise ValueError("is no size")
    size_bytes = int(read[1]) * _BYTES[read[2]]
    if not 0 < size_bytes <= 2**60:
        raise ValueError("is no size that can be kept")
    return size_bytes
