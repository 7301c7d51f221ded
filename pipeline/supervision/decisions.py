"""When to start a crashed part again, and what to do next while stopping."""

import signal
from collections.abc import Collection, Sequence
from datetime import timedelta
from typing import Literal, NamedTuple

FIRST_DELAY, LONGEST_DELAY = timedelta(seconds=1), timedelta(seconds=60)
HEALTHY = timedelta(seconds=60)
STOP_DEADLINE = timedelta(seconds=20)


class Restart(NamedTuple):
    """How long to wait, and how many failures in a row there were."""

    delay: timedelta
    failures: int


class StopStep(NamedTuple):
    """The next step: ask `parts` to stop, wait for them, kill them; or nothing is left."""

    kind: Literal["ask", "wait", "kill", "done"]
    parts: tuple[str, ...] = ()


def after_exit(failures: int, lived: timedelta) -> Restart:
    """Return when to start a part again that failed `failures` times in a row before it lived this long."""
    failures = 0 if lived >= HEALTHY else failures
    # the exponent is bounded: a thousand crashes must not make a number of a thousand digits
    delay = min(FIRST_DELAY * 2 ** min(failures, 10), LONGEST_DELAY)
    return Restart(delay, failures + 1)


def stop_step(alive: Sequence[str], asked: Collection[str], waited: timedelta, *, hurry: bool) -> StopStep:
    """Return the next step of stopping the parts `alive`, given in the order in which they stop.

    A part is asked when those before it have ended, so that it still sees what they wrote last.
    """
    if not alive:
        return StopStep("done")
    if hurry or waited >= STOP_DEADLINE:
        return StopStep("kill", tuple(alive))
    first = alive[0]
    return StopStep("wait" if first in asked else "ask", (first,))


def words_of_exit(code: int) -> str:
    """Say how a process ended."""
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"killed by signal {-code}"
