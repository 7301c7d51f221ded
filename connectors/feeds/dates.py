"""The dates that feeds claim: read leniently, believed carefully."""

from calendar import timegm
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from time import struct_time

_LONGEST_DATE = 80
_MAX_AHEAD = timedelta(days=1)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)


def stated_time(text: str | None, parsed: struct_time | None = None) -> datetime | None:
    """Return the moment in UTC; one without a zone is read as UTC, an impossible one is `None`.

    `parsed` is another reader's result (in UTC) and wins where there is one.
    """
    if parsed is not None:
        try:
            return datetime.fromtimestamp(timegm(parsed), UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return _read(text.strip()) if text and len(text) <= _LONGEST_DATE else None


def believable(moment: datetime | None, fetched: datetime) -> datetime | None:
    """Return `moment`, or `None` where no entry can be from then: the future, the epoch, before 1900."""
    if moment is None or moment == _EPOCH or moment < _EARLIEST:
        return None
    return None if moment > fetched + _MAX_AHEAD else moment


def _read(text: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(text)
            aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return aware.astimezone(UTC)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None
