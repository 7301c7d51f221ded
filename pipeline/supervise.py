"""`run`: the loops as child processes that are watched, started again after a crash, and stopped in order."""

import logging
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from time import monotonic

from pipeline.log_lines import Format, set_up_log_lines
from pipeline.settings import Settings
from pipeline.status_file import PartStatus, read_status
from pipeline.stopping import EXIT_AT_ONCE, Reload, Stop, stop_on_signals
from pipeline.supervision.child import Child
from pipeline.supervision.decisions import after_exit, stop_step, words_of_exit
from pipeline.supervision.run_lock import lock_or_say
from pipeline.supervision.screen import Screen
from pipeline.supervision.status_line import Tally, status_line

ORDER = ("collect", "process", "notify")
WRONG_USE = 2
_TICK = timedelta(milliseconds=200)
_SILENT = timedelta(seconds=15)
_LOG = logging.getLogger("missionwire.run")


def run(settings: Settings, form: Format, level: str) -> int:
    """Run all loops until Ctrl-C.

    Return 0, 1 if another run has the data folder, or 2 if a loop cannot start with these settings.
    """
    hurry = threading.Event()
    reload = Reload()
    stop = stop_on_signals(again=hurry.set, reload=reload.ask)
    screen = Screen(sys.stdout, sys.stderr)
    set_up_log_lines(form, level, part="run", stream=screen)  # type: ignore[arg-type]
    lock = lock_or_say(settings.data_dir, "run")
    if lock is None:
        return 1
    commands = {part: command_of(part, settings, form, level) for part in ORDER}
    supervisor = Supervisor(commands, screen, lambda part: read_status(settings.status_dir, part), lock)
    reload.on_ask(lambda: supervisor.reload("collect"))
    return supervisor.run(stop, hurry)


def command_of(part: str, settings: Settings, form: Format, level: str) -> list[str]:
    """Return the command line of one loop. `-P`: a folder `pipeline` in the working directory is not ours."""
    config = str(settings.path.absolute())
    python = [sys.executable, "-P", "-m", "pipeline.cli"]
    return [*python, part, "--supervised", "--config", config, "--log-format", form, "--log-level", level]


class Supervisor:
    """Keeps one child for each command alive; `commands` are in the order in which the parts stop."""

    def __init__(
        self,
        commands: Mapping[str, Sequence[str]],
        screen: Screen,
        status_of: Callable[[str], PartStatus | None],
        lock: int | None = None,
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self._commands, self._screen, self._status_of = commands, screen, status_of
        self._lock, self._clock = lock, clock
        self.children: dict[str, Child] = {}
        self._born: dict[str, float] = {}
        self._failures = dict.fromkeys(commands, 0)
        self._due = dict.fromkeys(commands, 0.0)
        self._tally = Tally()
        self._hopeless = False
        self._shown = clock()

    def run(self, stop: Stop, hurry: threading.Event) -> int:
        """Watch until `stop`, then end all parts in order, at once if `hurry`; return the exit code."""
        try:
            while not self._hopeless and not stop.wait(_TICK):
                self._watch()
                self._show()
            return self._end(hurry) or (WRONG_USE if self._hopeless else 0)
        finally:
            for child in self.children.values():
                child.kill()
            self._screen.leave()

    def reload(self, part: str) -> None:
        """Ask a part to read its settings again; one that is only starting reads them anyway."""
        child, status = self.children.get(part), self._status_of(part)
        if child is not None and status is not None and status.pid == child.pid:
            child.reload()

    def _watch(self) -> None:
        for part, child in list(self.children.items()):
            code = child.exit_code()
            if code is not None:
                self._ended(part, code)
        for part, due in list(self._due.items()):
            if self._clock() >= due:
                self._start(part)

    def _start(self, part: str) -> None:
        self.children[part] = Child(self._commands[part], self._screen, self._lock)
        self._born[part] = self._clock()
        del self._due[part]

    def _ended(self, part: str, code: int) -> None:
        if code == WRONG_USE:
            # Settings that a loop refuses, or a port that is taken: starting again would not mend it.
            self._hopeless = True
            _LOG.error("%s cannot start with these settings", part)
        lived = timedelta(seconds=self._clock() - self._born[part])
        restart = after_exit(self._failures[part], lived)
        del self.children[part]
        self._failures[part] = restart.failures
        self._due[part] = self._clock() + restart.delay.total_seconds()
        if not self._hopeless:
            how = words_of_exit(code)
            _LOG.error("%s ended (%s); starting again in %g s", part, how, restart.delay.total_seconds())

    def _show(self) -> None:
        now = self._clock()
        if now - self._shown < self._screen.every.total_seconds():
            return
        self._shown = now
        silent = {}
        for part, child in self.children.items():
            status = self._status_of(part)
            # an older file is the word of a process that has gone
            if status is not None and status.pid == child.pid:
                self._tally.note(status)
                if (age := datetime.now(UTC) - status.at) > _SILENT:
                    silent[part] = round(age.total_seconds())
        down = {part: max(0, round(due - now)) for part, due in self._due.items()}
        self._screen.show(status_line(self._tally.counts(), down, silent))

    def _end(self, hurry: threading.Event) -> int:
        self._screen.leave()
        _LOG.info("stopping; Ctrl-C again kills at once")
        began, asked = self._clock(), set[str]()
        while True:
            waited = timedelta(seconds=self._clock() - began)
            alive = [p for p in self._commands if p in self.children and self.children[p].exit_code() is None]
            step = stop_step(alive, asked, waited, hurry=hurry.is_set())
            if step.kind == "done":
                _LOG.info("stopped")
                return 0
            if step.kind == "ask":
                self.children[step.parts[0]].ask()
                asked.update(step.parts)
            elif step.kind == "kill":
                return self._kill(step.parts, hurry)
            hurry.wait(_TICK.total_seconds() / 4)

    def _kill(self, parts: Sequence[str], hurry: threading.Event) -> int:
        _LOG.warning("killed: %s; nothing on the log is lost", ", ".join(parts))
        for part in parts:
            self.children[part].kill()
        return EXIT_AT_ONCE if hurry.is_set() else 0
