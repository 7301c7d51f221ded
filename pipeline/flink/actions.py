"""What `missionwire process --runner flink` can do: start, submit, attach, stop, status."""

import sys
from collections.abc import Callable
from dataclasses import dataclass

from pipeline.flink import control
from pipeline.flink.rest import FlinkRest
from pipeline.flink.submit import submit
from pipeline.part import Part, log_reachable
from pipeline.settings import FlinkSection, Settings
from pipeline.stopping import Stop


def run(
    action: str, settings: Settings, stop: Stop, savepoint: str | None = None, *, afresh: bool = False
) -> int:
    """Carry out the action; return the exit code. Raise `FlinkError` and `LogError`."""
    if settings.flink is None:
        print(f"process: {settings.path} has no section `flink`", file=sys.stderr)
        return 2
    return _ACTIONS[action](Asked(settings, settings.flink, stop, savepoint, afresh))


@dataclass(frozen=True)
class Asked:
    """An action with what it needs."""

    settings: Settings
    flink: FlinkSection
    stop: Stop
    savepoint: str | None
    afresh: bool

    @property
    def rest(self) -> FlinkRest:
        """Flink's REST API."""
        return FlinkRest(self.flink.rest)

    def start(self) -> int:
        """Submit the job if none runs, then watch it."""
        return self._watch(self._submitted)

    def submit(self) -> int:
        """Submit the job if none runs."""
        self.settings.open_log().ensure_topics(self.settings.topic_specs())
        return 0 if self._submitted() else 1

    def attach(self) -> int:
        """Watch the job."""
        return self._watch(lambda: True)

    def stop_job(self) -> int:
        """Stop the job with a savepoint and print where it lies."""
        path = control.stop_job(self.rest, self.flink.savepoints, self.stop)
        if path is None:
            print("process: no job runs", file=sys.stderr)
            return 1
        print(path)
        return 0

    def status(self) -> int:
        """Print how the job is."""
        lines = control.report_of(self.rest, self.settings.open_log())
        width = max(len(word) for word, _ in lines)
        for word, value in lines:
            print(f"{word:<{width}}  {value}")
        return 0 if ("state", "RUNNING") in lines else 1

    def _watch(self, begin: Callable[[], bool]) -> int:
        log = self.settings.open_log()
        log.ensure_topics(self.settings.topic_specs())
        checks = [log_reachable(log), control.job_runs(self.rest)]
        deadline = control.START_WITHIN + control.LOOK_EVERY
        with Part("process", self.settings, self.stop, checks, deadline) as part:
            return control.watch(self.rest, log, part, self.stop) if begin() else 0

    def _submitted(self) -> bool:
        job = control.start(
            self.rest,
            lambda origin: submit(self.settings, self.flink, origin),
            self.stop,
            self.savepoint,
            afresh=self.afresh,
        )
        return job is not None


_ACTIONS: dict[str, Callable[[Asked], int]] = {
    "start": Asked.start,
    "submit": Asked.submit,
    "attach": Asked.attach,
    "stop": Asked.stop_job,
    "status": Asked.status,
}
