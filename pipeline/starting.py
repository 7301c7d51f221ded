"""What a loop needs before it begins is waited for, if waiting may help: a cluster starts in any order."""

import logging
from collections.abc import Callable, Sequence
from datetime import timedelta

from connectors.log.interface import LogError
from pipeline.stopping import Stop
from transforms.sql_store import StoreUnavailableError

_LOG = logging.getLogger("missionwire.part")
_FIRST, _LONGEST = timedelta(seconds=1), timedelta(seconds=30)


def have_all(needs: Sequence[Callable[[], object]], stop: Stop, waiting: Callable[[], None]) -> bool:
    """Call each of `needs`, again and again while its failure may pass; `False` if the stop came first.

    `waiting` is called after each failure. A failure that waiting does not mend is raised.
    """
    return all(_have(need, stop, waiting) for need in needs)


def _have(need: Callable[[], object], stop: Stop, waiting: Callable[[], None]) -> bool:
    wait = _FIRST
    while not stop.is_set():
        try:
            need()
        except (LogError, StoreUnavailableError) as e:
            if not e.retryable:
                raise
            _LOG.warning("the start waits: %s; next try in %.0f s", e, wait.total_seconds())
        else:
            return True
        waiting()
        stop.wait(wait)
        wait = min(wait * 2, _LONGEST)
    return False
