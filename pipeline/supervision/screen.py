"""The terminal: lines of the children go through, and one status line below them is rewritten in place.

Where stderr is no terminal there is nothing to rewrite: the children write to it themselves, and the
status is a plain line now and then.
"""

import io
import os
import shutil
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import TextIO

REWRITTEN_EVERY, PLAIN_EVERY = timedelta(seconds=2), timedelta(seconds=60)
_CLEAR = "\r\x1b[2K"


class Screen(io.TextIOBase):
    """Also a stream: what is written to it are whole lines for `err`, put above the status line."""

    def __init__(
        self, out: TextIO, err: TextIO, width: Callable[[], int] = lambda: shutil.get_terminal_size().columns
    ) -> None:
        self._out, self._err, self._width = out, err, width
        self.rewrites = err.isatty()
        self.relays_out = self.rewrites and out.isatty()
        self._status = ""
        self._lock = threading.Lock()

    @property
    def every(self) -> timedelta:
        """How often a status is worth showing."""
        return REWRITTEN_EVERY if self.rewrites else PLAIN_EVERY

    def write(self, text: str) -> int:
        """Write lines to stderr."""
        self._above(self._err, text)
        return len(text)

    def relay(self, pipe: int, *, to_out: bool) -> threading.Thread:
        """Pass on what arrives at the descriptor `pipe` until its end, in whole lines; closes it."""
        thread = threading.Thread(
            target=self._relay, args=(pipe, self._out if to_out else self._err), name="relay", daemon=True
        )
        thread.start()
        return thread

    def show(self, status: str) -> None:
        """Show the status: rewritten in place, or as a line."""
        with self._lock:
            if self.rewrites:
                self._status = status[: max(0, self._width() - 1)]
                self._err.write(_CLEAR + self._status)
            else:
                self._err.write(f"{status}\n")
            self._err.flush()

    def leave(self) -> None:
        """Take the status line away."""
        with self._lock:
            if self._status:
                self._err.write(_CLEAR)
                self._err.flush()
            self._status = ""

    def _above(self, stream: TextIO, text: str) -> None:
        with self._lock:
            if self._status:
                self._err.write(_CLEAR)
                self._err.flush()
            stream.write(text)
            stream.flush()
            if self._status:
                self._err.write(self._status)
                self._err.flush()

    def _relay(self, pipe: int, stream: TextIO) -> None:
        rest = b""
        while chunk := os.read(pipe, 65536):
            whole, newline, rest = (rest + chunk).rpartition(b"\n")
            if newline:
                self._above(stream, (whole + newline).decode("utf-8", "replace"))
        os.close(pipe)
        if rest:
            self._above(stream, rest.decode("utf-8", "replace") + "\n")
