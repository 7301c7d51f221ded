"""Wake readers in other processes when something was appended: a FIFO for each waiting reader.

A reader opens its FIFO before it looks for records, so an append between the look and the wait has
left a byte there and none is missed. A FIFO without a reader belonged to a process that died: the
next appender removes it. Ringing never fails: it comes after the commit, and an error then would have
the caller append the same records again; a reader that was not rung looks when its wait is over.
"""

import errno
import os
import select
import uuid
from contextlib import suppress
from datetime import timedelta
from pathlib import Path


class Wakeup:
    """One reader's FIFO in `folder`; `wait` blocks until it is rung or the time is over."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        name = f"{os.getpid()}-{uuid.uuid4().hex}"
        self._path, hidden = folder / name, folder / f".{name}"
        os.mkfifo(hidden, 0o600)
        try:
            # Open for writing as well: then there is never an end of file to spin on. Named last: an
            # appender that met it unopened would take it for a dead reader's and remove it.
            self._fd = os.open(hidden, os.O_RDWR | os.O_NONBLOCK)
        except OSError:
            hidden.unlink()
            raise
        hidden.rename(self._path)

    def wait(self, timeout: timedelta) -> None:
        """Block until rung; what rang before the call counts."""
        if select.select([self._fd], [], [], max(0.0, timeout.total_seconds()))[0]:
            self._drain()

    def ring(self) -> None:
        """Wake this reader."""
        _ring(self._path)

    def close(self) -> None:
        """Remove the FIFO."""
        self._path.unlink(missing_ok=True)
        os.close(self._fd)

    def _drain(self) -> None:
        try:
            while os.read(self._fd, 4096):
                pass
        except BlockingIOError:
            return


def ring_all(folder: Path) -> None:
    """Wake every reader that waits in `folder`."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - on the path of every append; Path objects cost more than the call
    except OSError:
        return  # nobody has waited yet, or there is nothing that an appender could do about it
    for name in names:
        if not name.startswith("."):
            _ring(folder / name)


def _ring(path: Path) -> None:
    try:
        fd = os.open(path, os.O_WRONLY | os.O_NONBLOCK)
    except OSError as e:
        if e.errno == errno.ENXIO:
            with suppress(OSError):
                path.unlink()
        return
    try:
        with suppress(OSError):  # full of rings that its reader has yet to see, or its reader has just left
            os.write(fd, b"!")
    finally:
        os.close(fd)
