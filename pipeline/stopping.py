"""A stop signal that many parts can watch: set once, by a signal, by a parent's death or by a call.

A signal handler may interrupt the main thread while it holds any lock, so the handler only writes a byte
into a pipe; a thread of its own reads it, sets the event and calls the callbacks.
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from datetime import timedelta

EXIT_AT_ONCE = 130
_PATIENCE = timedelta(seconds=20)


class Stop:
    """Set once and for all; its methods may be called from any thread."""

    def __init__(self) -> None:
        self._event = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[], object]] = []

    def set(self) -> None:
        """Ask everybody to stop; the callbacks run in the calling thread, each once."""
        with self._lock:
            if self._event.is_set():
                return
            self._event.set()
        for callback in self._callbacks:
            callback()

    def is_set(self) -> bool:
        """Tell whether the stop was asked for."""
        return self._event.is_set()

    def wait(self, timeout: timedelta | None = None) -> bool:
        """Wait for the stop, at most `timeout`; tell whether it was asked for."""
        return self._event.wait(None if timeout is None else timeout.total_seconds())

    def on_set(self, callback: Callable[[], object]) -> None:
        """Call `callback` when the stop is asked for, at once if it already was."""
        with self._lock:
            if not self._event.is_set():
                self._callbacks.append(callback)
                return
        callback()


class Reload:
    """A wish to read the settings again; nothing comes of it where nobody said that he can."""

    def __init__(self) -> None:
        self._act: Callable[[], object] | None = None

    def ask(self) -> None:
        """Ask for it; from any thread."""
        act = self._act
        if act:
            act()

    def on_ask(self, act: Callable[[], object] | None) -> None:
        """Call `act` each time, in the thread that asks; `None` ends it."""
        self._act = act


def stop_on_signals(
    again: Callable[[], object] | None = None, reload: Callable[[], object] | None = None
) -> Stop:
    """Return a stop that SIGTERM and SIGINT set; a further signal calls `again` (else leaves).

    With `reload`, SIGHUP calls that; but if it says that our terminal is gone, it is a stop as ever.
    """
    stop, on_terminal = Stop(), _has_terminal()
    further = again or (lambda: os._exit(EXIT_AT_ONCE))
    reading, writing = os.pipe()
    os.set_blocking(writing, False)

    def note(number: int, _frame: object) -> None:
        os.write(writing, bytes([number]))

    def watch() -> None:
        # Only signals count: a stop by the parent's death must not make the first of them the last.
        act: Callable[[], object] = stop.set
        while byte := os.read(reading, 1):
            if reload and byte[0] == signal.SIGHUP and _has_terminal() == on_terminal:
                reload()
            else:
                act()
                act = further

    threading.Thread(target=watch, name="signals", daemon=True).start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, note)
    # who was started with nohup goes on ignoring it
    if reload and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, note)
    return stop


def _has_terminal() -> bool:
    """Tell whether this process has a terminal that a hang-up would take from it."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY))
    except OSError:
        return False
    return True


def stop_with_parent(stop: Stop, patience: timedelta = _PATIENCE) -> None:
    """Set `stop` when the pipe on stdin closes, as it does when the parent dies; then leave in any case."""

    def watch() -> None:
        stdin = sys.__stdin__.fileno() if sys.__stdin__ else 0
        while os.read(stdin, 4096):
            pass
        stop.set()
        threading.Event().wait(patience.total_seconds())
        os._exit(1)

    threading.Thread(target=watch, name="parent", daemon=True).start()
