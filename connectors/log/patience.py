"""Append, and wait while the log is full or locked instead of losing what is at hand."""

import logging
import threading
from collections.abc import Sequence
from datetime import timedelta

from connectors.log.interface import Log, LogError, NewRecord

_LONGEST_WAIT = timedelta(seconds=30)
_LOG = logging.getLogger("missionwire.log")


def append_patiently(log: Log, records: Sequence[NewRecord], first_wait: timedelta) -> None:
    """Append the batch, trying again with doubled waits while the fault is retryable.

    Raise the `LogError` if waiting cannot help, or when the log was interrupted meanwhile.
    """
    wait = first_wait
    while True:
        try:
            log.append(records)
        except LogError as e:
            if not e.retryable or log.interrupted:
                raise
            _LOG.warning("append delayed: %s; next try in %.0f s", e, wait.total_seconds())
            pause(log, wait)
            wait = min(wait * 2, _LONGEST_WAIT)
        else:
            return


def pause(log: Log, wait: timedelta) -> None:
    """Wait in short steps, so that an interrupted log is noticed within one."""
    pause, left = threading.Event(), wait.total_seconds()
    while left > 0 and not log.interrupted:
        pause.wait(min(left, 0.2))
        left -= 0.2
