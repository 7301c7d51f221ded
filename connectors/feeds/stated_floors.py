"""How long a server asks to be left alone: by HTTP's freshness (RFC 9111) and by the feed's own words.

Refused: the freshness that a cache may guess from `Last-Modified`, which nobody stated.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

_SECONDS = re.compile(r"\s*\"?([0-9]{1,9})\"?\s*")
_NEVER_STORED = ("no-store", "no-cache")
_PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(weeks=1),
    "monthly": timedelta(days=30),
    "yearly": timedelta(days=365),
}
_LONGEST = timedelta(days=365)


def of_headers(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return for how long an answer is fresh, by lower-case `headers`: `max-age` wins over `Expires`."""
    directives = _directives(headers.get("cache-control", ""))
    if any(word in directives for word in _NEVER_STORED):
        return None
    if "max-age" in directives:
        lifetime, age = _seconds(directives["max-age"]), _seconds(headers.get("age", "0"))
        return _positive((lifetime or timedelta(0)) - (age or timedelta(0)))
    expires = _moment(headers.get("expires"))
    return _positive(expires - (_moment(headers.get("date")) or now)) if expires else None


def of_feed(ttl: str | None, period: str | None, frequency: str | None) -> timedelta | None:
    """Return the longer of RSS's `<ttl>` (minutes) and `sy:updatePeriod` divided by `sy:updateFrequency`."""
    times = int(frequency) if frequency and re.fullmatch(r"[0-9]{1,6}", frequency) else 1
    every = _PERIODS.get(period.strip().lower()) if period else None
    return longest(
        _positive(timedelta(minutes=int(ttl))) if ttl and re.fullmatch(r"[0-9]{1,9}", ttl) else None,
        every / max(1, times) if every else None,
    )


def longest(*floors: timedelta | None) -> timedelta | None:
    """Return the longest of what was stated, or `None` if nothing was."""
    return max((floor for floor in floors if floor is not None), default=None)


def _directives(text: str) -> dict[str, str]:
    parts = (part.partition("=") for part in text.split(","))
    return {name.strip().lower(): value for name, _, value in parts}


def _seconds(text: str) -> timedelta | None:
    read = _SECONDS.fullmatch(text)
    return timedelta(seconds=int(read[1])) if read else None


def _moment(text: str | None) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text) if text else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment.replace(tzinfo=moment.tzinfo or UTC) if moment else None


def _positive(floor: timedelta) -> timedelta | None:
    return min(floor, _LONGEST) if floor > timedelta(0) else None
