"""A log that is full is waited for; nothing at hand is lost, and a stop ends the wait."""

from datetime import timedelta

import pytest

from connectors.log.interface import LogError, NewRecord
from connectors.log.patience import append_patiently

BATCH = [NewRecord("t", "k", b"1"), NewRecord("t", "k", b"2")]
SHORT = timedelta(microseconds=1)


class FakeLog:
    """Takes appends, and refuses as many as it is told to."""

    def __init__(self, *, refusals=0, retryable=True, interrupted=False):
        self.refusals, self.retryable, self.interrupted = refusals, retryable, interrupted
        self.held, self.tries = [], 0

    def append(self, records):
        self.tries += 1
        if self.tries <= self.refusals:
            raise LogError("appending to log.sqlite", "the disk is full", retryable=self.retryable)
        self.held += records


def test_a_full_disk_is_waited_for_and_the_batch_is_kept_once(caplog):
    log = FakeLog(refusals=3)
    append_patiently(log, BATCH, first_wait=SHORT)
    assert (log.held, log.tries) == (BATCH, 4)
    assert next(r.message for r in caplog.records) == (
        "append delayed: appending to log.sqlite: the disk is full; next try in 0 s"
    )


def test_what_waiting_cannot_mend_is_raised_at_once():
    log = FakeLog(refusals=1, retryable=False)
    with pytest.raises(LogError, match="disk is full"):
        append_patiently(log, BATCH, first_wait=SHORT)
    assert (log.held, log.tries) == ([], 1)


def test_a_stop_ends_the_wait():
    log = FakeLog(refusals=10, interrupted=True)
    with pytest.raises(LogError, match="disk is full"):
        append_patiently(log, BATCH, first_wait=timedelta(hours=1))
    assert (log.held, log.tries) == ([], 1)
