"""A child process in a session of its own, which sees its parent's death as the end of its stdin."""

import os
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from typing import IO

from pipeline.supervision.screen import Screen


class Child:
    """Started at once. `lock` is a descriptor that the child holds as long as it lives."""

    def __init__(self, command: Sequence[str], screen: Screen, lock: int | None = None) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - the command is ours
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE if screen.relays_out else None,
            stderr=subprocess.PIPE if screen.rewrites else None,
            # Ctrl-C on the terminal is for the supervisor, which stops the parts in order
            start_new_session=True,
            pass_fds=() if lock is None else (lock,),
        )
        self.pid = self._process.pid
        self._relays = [
            screen.relay(_own(stream), to_out=to_out)
            for stream, to_out in ((self._process.stdout, True), (self._process.stderr, False))
            if stream is not None
        ]

    def exit_code(self) -> int | None:
        """Return the exit code, `None` while it runs; negative is the signal that killed it."""
        code = self._process.poll()
        if code is not None:
            self._clean_up()
        return code

    def ask(self) -> None:
        """Ask it to stop."""
        self._process.terminate()

    def reload(self) -> None:
        """Ask it to read its settings again."""
        self._process.send_signal(signal.SIGHUP)

    def kill(self) -> None:
        """Kill it with all its children, and reap it."""
        self._kill_group()
        self._process.wait()
        self._clean_up()

    def _clean_up(self) -> None:
        # what a crashed part left behind would hold the log's lock and our pipes
        self._kill_group()
        if self._process.stdin is not None:
            with suppress(OSError):
                self._process.stdin.close()
        for relay in self._relays:
            relay.join(timeout=1)

    def _kill_group(self) -> None:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


def _own(stream: IO[bytes]) -> int:
    """Return a descriptor for the stream's end that is ours to close."""
    descriptor = os.dup(stream.fileno())
    stream.close()
    return descriptor
