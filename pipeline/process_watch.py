"""A thread beside the graph: it beats while the read comes round, shows the lag, and sweeps the log."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic

from connectors.log import topics
from connectors.log.interface import Log, LogError
from connectors.read_from_log import rounds
from pipeline.dead_letter_count import OpenLetters
from pipeline.graph import GROUP
from pipeline.log_scan import lag
from pipeline.metrics import LAG, show_dead_letters
from pipeline.part import Part

_LOG = logging.getLogger("missionwire.process")
_LOOK_EVERY_S = 1.0
_SWEEP_EVERY_S = 60.0


@contextmanager
def watched(log: Log, part: Part) -> Iterator[None]:
    """Watch until the block ends."""
    ended = threading.Event()
    watcher = threading.Thread(target=_watch, args=(log, part, ended), name="watch", daemon=True)
    watcher.start()
    try:
        yield
    finally:
        ended.set()
        watcher.join()


def show_lag(log: Log, letters: OpenLetters) -> None:
    """Show as metrics how far the graph is behind, and how many dead letters wait; raise `LogError`."""
    LAG.labels(topics.ARTICLES).set(lag(log, GROUP, topics.ARTICLES))
    show_dead_letters(letters.count(log))


def _watch(log: Log, part: Part, ended: threading.Event) -> None:
    seen, swept, letters = rounds(), monotonic(), OpenLetters()
    while not ended.wait(_LOOK_EVERY_S):
        if rounds() != seen:
            seen = rounds()
            part.beat()
        try:
            show_lag(log, letters)
            if monotonic() - swept >= _SWEEP_EVERY_S:
                swept = monotonic()
                log.sweep(datetime.now(UTC))
        except LogError as e:
            _LOG.warning("looking after the log failed: %s", e)
