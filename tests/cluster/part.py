"""One server as a process: started, asked whether it is ready, killed, paused, stopped, started again.

It must not outlive us: it gets a session of its own, so that Ctrl-C reaches us alone and we end it in order;
`setpriv`, where there is one, has the kernel kill it (not its children) when we are killed, and it does not
begin when that came first. The kernel means the thread that started it, so a part is launched from a thread
that lives as long as it should.
"""

import atexit
import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psutil

LAST_LINES = 20
_READY_WITHIN_S = 60.0
_STOPPED_WITHIN_S = 20.0
_ASKED_EVERY_S = 0.05
_UNLESS_ORPHANED = '[ "$PPID" = "$0" ] && exec "$@"'


class NotReadyError(Exception):
    """A part did not get ready; the message has the end of its log."""


class Part:
    """A process with its children, which end with us; its words go to `log`, one file for all its lives."""

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        folder: Path,
        ready: Callable[[], bool],
        env: dict[str, str] | None = None,
        user: int | None = None,
        stop_signal: int = signal.SIGTERM,
    ):
        self.name, self.command, self.folder, self.ready = name, list(command), folder, ready
        self.env, self.user, self.stop_signal = env or {}, user, stop_signal
        self.log = folder / f"{name}.log"
        self.start_took_s = 0.0
        self._process: subprocess.Popen[bytes] | None = None
        self._launched = 0.0
        folder.mkdir(parents=True, exist_ok=True)

    @property
    def pid(self) -> int | None:
        """The process id, `None` while it does not run."""
        return self._process.pid if self._process else None

    @property
    def as_whom(self) -> dict[str, Any]:
        """What `subprocess` must be told to run a program as the part's user."""
        return {} if self.user is None else {"user": self.user, "group": self.user, "extra_groups": []}

    def launch(self) -> None:
        """Start the process and do not wait."""
        if self.alive():
            raise RuntimeError(f"{self.name}: runs already as process {self.pid}")
        self._launched = time.monotonic()
        with self.log.open("ab") as words:
            self._process = subprocess.Popen(
                [*_ending_with_us(), *self.command],
                cwd=self.folder,
                env={**os.environ, **self.env},
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                **self.as_whom,
            )
        atexit.register(self.kill)

    def start(self, within_s: float = _READY_WITHIN_S) -> None:
        """Start and wait until it is ready."""
        self.launch()
        self.wait(within_s)

    def wait(self, within_s: float = _READY_WITHIN_S) -> None:
        """Wait until it is ready, counted from its launch; raise `NotReadyError` if it does not get there."""
        wait_for([self], within_s)

    def has_come_up(self, within_s: float) -> bool:
        """Tell whether it is ready; if it does not get ready, end it and raise `NotReadyError`."""
        if self.ready():
            self.start_took_s = time.monotonic() - self._launched
            return True
        late = time.monotonic() > self._launched + within_s
        if late or not self.alive():
            why = f"not ready within {within_s:.0f} s" if self.alive() else "ended"
            self.kill()
            raise NotReadyError(f"{self.name}: {why}; the end of {self.log}:\n{self.last_words()}")
        return False

    def last_words(self) -> str:
        """Return the end of its log."""
        lines = self.log.read_text(errors="replace").splitlines() if self.log.exists() else []
        return "\n".join(lines[-LAST_LINES:])

    def alive(self) -> bool:
        """Tell whether the process runs."""
        return self._process is not None and self._process.poll() is None

    def processes(self) -> list[psutil.Process]:
        """Return the process and all its children."""
        with contextlib.suppress(psutil.NoSuchProcess):
            if self.alive():
                first = psutil.Process(self.pid)
                return [first, *first.children(recursive=True)]
        return []

    def memory_bytes(self) -> int:
        """Return what its processes hold, pages that they share with others counted in shares."""
        total = 0
        for process in self.processes():
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
        return total

    def kill(self) -> None:
        """End the process and its children as a power cut would."""
        if self._process is None:
            return
        # Children may have left the group, as PostgreSQL's do; held still, none makes another.
        self.pause()
        members = self.processes()
        self._signal_group(signal.SIGKILL)
        self._finish(members)

    def stop(self, within_s: float = _STOPPED_WITHIN_S) -> None:
        """Ask it to end, and make it end."""
        if self._process is None:
            return
        members = self.processes()
        if members:
            self._process.send_signal(self.stop_signal)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(within_s)
        self._signal_group(signal.SIGKILL)
        self._finish(members)

    def pause(self) -> None:
        """Hold it and its children still."""
        _send(self.processes(), signal.SIGSTOP)

    def resume(self) -> None:
        """Let it and its children go on."""
        _send(self.processes(), signal.SIGCONT)

    def _finish(self, members: list[psutil.Process]) -> None:
        _send(members, signal.SIGKILL)
        self._process.wait()
        psutil.wait_procs(members, timeout=5)
        self._process = None
        atexit.unregister(self.kill)

    def _signal_group(self, number: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)


def wait_for(parts: Sequence[Part], within_s: float = _READY_WITHIN_S) -> None:
    """Wait until all parts are ready, in whatever order; raise `NotReadyError` for the first that fails."""
    waiting = list(parts)
    while waiting := [part for part in waiting if not part.has_come_up(within_s)]:
        time.sleep(_ASKED_EVERY_S)


def _send(processes: list[psutil.Process], number: int) -> None:
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(number)


def _ending_with_us() -> list[str]:
    found = shutil.which("setpriv")
    begin = ["sh", "-c", _UNLESS_ORPHANED, str(os.getpid())]
    return [found, "--pdeathsig", "KILL", "--", *begin] if found else []
