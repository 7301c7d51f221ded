"""A heartbeat: when a loop last made progress, and whether that is recent enough to call it alive."""

import threading
from collections.abc import Callable
from datetime import timedelta
from time import monotonic
from typing import NamedTuple


class Health(NamedTuple):
    """A verdict with the words for it."""

    good: bool
    words: str


class Heartbeat:
    """Beaten by the loop, asked by the status server. `clock` gives seconds that never run backwards."""

    def __init__(self, deadline: timedelta, clock: Callable[[], float] = monotonic) -> None:
        self._deadline_s, self._clock = deadline.total_seconds(), clock
        self._lock = threading.Lock()
        self._last = clock()
        self._state = "starting"

    def beat(self) -> None:
        """Note progress; the first one ends the start."""
        with self._lock:
            self._last = self._clock()
            if self._state == "starting":
                self._state = "running"

    def starting(self) -> None:
        """Note that the start goes on: what it waits for is not this part's fault."""
        with self._lock:
            self._last = self._clock()

    def stopping(self) -> None:
        """Note that the loop was asked to stop."""
        with self._lock:
            self._state = "stopping"

    def alive(self) -> Health:
        """Tell whether the loop made progress within its deadline."""
        with self._lock:
            age_s = self._clock() - self._last
            state = self._state
        if age_s > self._deadline_s:
            return Health(
                False, f"{state}, no progress for {age_s:.0f} s (deadline {self._deadline_s:.0f} s)"
            )
        return Health(True, f"{state}, progress {age_s:.0f} s ago")

    def ready(self) -> Health:
        """Tell whether the loop has started, is not stopping, and is alive."""
        with self._lock:
            state = self._state
        return self.alive() if state == "running" else Health(False, state)
