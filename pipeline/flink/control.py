"""Control of the job: start it where it left off, watch it, stop it with a savepoint.

The job lives in Flink: it outlives this process, its own failures and those of the machines. So the loop
here only looks: at the job's state, its checkpoints and the lag, once in a while, shows them as metrics, and
says what changed. `SIGTERM` ends the looking, never the job.
"""

import logging
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from connectors.log import topics
from connectors.log.interface import Log, LogError
from pipeline import metrics
from pipeline.dead_letter_count import OpenLetters
from pipeline.flink.rest import JOB_NAME, FlinkError, FlinkRest, Job
from pipeline.graph import GROUP
from pipeline.heartbeat import Health
from pipeline.http_status import Check
from pipeline.log_scan import lag
from pipeline.part import Part
from pipeline.process_watch import show_lag
from pipeline.stopping import Stop

_LOG = logging.getLogger("missionwire.flink")
LOOK_EVERY = timedelta(seconds=2)
START_WITHIN = timedelta(minutes=3)

Refusal = Callable[[], str | None]  # why the job server gave up, `None` while it has not
Submit = Callable[[str | None], Refusal]


class Seen(NamedTuple):
    """What the last look found."""

    job: str
    state: str
    restarts: int


def running(rest: FlinkRest) -> Job | None:
    """Return the job that has not ended; raise `FlinkError` if there are two."""
    alive = [job for job in rest.jobs(JOB_NAME) if not job.ended]
    if len(alive) > 1:
        ids = ", ".join(job.id for job in alive)
        raise FlinkError(f"{len(alive)} jobs run at once", f"{ids}; cancel all but one", retryable=False)
    return alive[0] if alive else None


def left_off(rest: FlinkRest) -> str | None:
    """Return where the youngest ended job left its state; `None` if Flink remembers none."""
    for job in rest.jobs(JOB_NAME):
        if (latest := rest.checkpoints(job.id).latest) is not None:
            return latest.path
    return None


def start(
    rest: FlinkRest, submit: Submit, stop: Stop, savepoint: str | None = None, *, afresh: bool = False
) -> Job | None:
    """Return the running job, submitted if there is none; `None` if stopped meanwhile.

    It starts from `savepoint`, else from where the last job left off, else (or `afresh`) from the beginning
    of the log.
    """
    job = running(rest)
    if job is not None:
        _LOG.info("job %s is running", job.id)
        return job
    known = {job.id for job in rest.jobs(JOB_NAME)}
    origin = savepoint or (None if afresh else left_off(rest))
    _LOG.info("submitting the job, from %s", origin or "the beginning of the log")
    refusal = submit(origin)
    return _wait_for_job(rest, known, refusal, stop)


def _wait_for_job(rest: FlinkRest, known: set[str], refusal: Refusal, stop: Stop) -> Job | None:
    waited = timedelta(0)
    while waited < START_WITHIN and not stop.is_set():
        if (why := refusal()) is not None:
            raise FlinkError("starting the job", why, retryable=False)
        youngest = next((job for job in rest.jobs(JOB_NAME) if job.id not in known), None)
        if youngest is not None and youngest.state == "RUNNING":
            _LOG.info("job %s is running", youngest.id)
            return youngest
        if youngest is not None and youngest.ended:
            why = rest.failure(youngest.id)
            raise FlinkError(f"job {youngest.id} {youngest.state.lower()} at its start", why, retryable=False)
        stop.wait(LOOK_EVERY / 4)
        waited += LOOK_EVERY / 4
    if stop.is_set():
        return None
    raise FlinkError("starting the job", f"it does not run after {START_WITHIN}", retryable=True)


def watch(rest: FlinkRest, log: Log, part: Part, stop: Stop) -> int:
    """Look until told to stop (return 0) or until the job has ended (return 1, or 0 if it was stopped)."""
    seen: Seen | None = None
    letters = OpenLetters()
    while not stop.is_set():
        part.beat()
        try:
            job = next(iter(rest.jobs(JOB_NAME)), None)
            if job is None or job.ended:
                return _ended(rest, job)
            seen = _look(rest, job, seen)
        except FlinkError as e:
            metrics.show_job(running=False, restarts=seen.restarts if seen else 0)
            _LOG.warning("looking at the job failed: %s", e)
        _show_lag(log, letters)
        stop.wait(LOOK_EVERY)
    return 0


def _look(rest: FlinkRest, job: Job, seen: Seen | None) -> Seen:
    now = Seen(job.id, job.state, rest.restarts(job.id))
    metrics.show_job(running=job.state == "RUNNING", restarts=now.restarts)
    checkpoints = rest.checkpoints(job.id)
    latest = checkpoints.latest
    if latest is None:
        metrics.show_checkpoint(None, 0, timedelta(0), checkpoints.failed)
    else:
        metrics.show_checkpoint(latest.at, latest.size_bytes, latest.duration, checkpoints.failed)
    if seen is not None and now != seen:
        failure = rest.failure(job.id) if now.restarts != seen.restarts else ""
        _LOG.warning(
            "job %s: %s, restarted %d times%s", now.job, now.state, now.restarts, failure and f"; {failure}"
        )
    return now


def _ended(rest: FlinkRest, job: Job | None) -> int:
    metrics.show_job(running=False, restarts=0)
    if job is None:
        _LOG.error("Flink knows no job %s", JOB_NAME)
        return 1
    if job.state == "FINISHED":
        _LOG.info("job %s was stopped", job.id)
        return 0
    _LOG.error("job %s %s: %s", job.id, job.state.lower(), rest.failure(job.id))
    return 1


def _show_lag(log: Log, letters: OpenLetters) -> None:
    try:
        show_lag(log, letters)
    except LogError as e:
        _LOG.warning("looking at the log failed: %s", e)


def stop_job(rest: FlinkRest, folder: str, stop: Stop) -> str | None:
    """Stop the running job with a savepoint in `folder` and return its path; `None` if nothing runs."""
    job = running(rest)
    if job is None:
        return None
    request = rest.stop(job.id, folder)
    while (path := rest.savepoint(job.id, request)) is None:
        if stop.wait(LOOK_EVERY / 4):
            raise FlinkError(f"stopping job {job.id}", "interrupted; Flink goes on with it", retryable=True)
    return path


def job_runs(rest: FlinkRest) -> Check:
    """Return a check that the job runs."""

    def look() -> Health:
        try:
            job = running(rest)
        except FlinkError as e:
            return Health(False, str(e))
        if job is None:
            return Health(False, "no job runs")
        return Health(job.state == "RUNNING", f"job {job.id} {job.state.lower()}")

    return look


def report_of(rest: FlinkRest, log: Log, now: datetime | None = None) -> list[tuple[str, str]]:
    """Return what a person wants to know of the job, as pairs of a word and its value."""
    job = next(iter(rest.jobs(JOB_NAME)), None)
    if job is None:
        return [("job", f"Flink knows no job {JOB_NAME}")]
    checkpoints = rest.checkpoints(job.id)
    lines = [("job", job.id), ("state", job.state), ("since", f"{job.started:%Y-%m-%d %H:%M:%S} UTC")]
    if not job.ended:
        lines.append(("restarts", str(rest.restarts(job.id))))
    if (latest := checkpoints.latest) is not None:
        age = (now or datetime.now(UTC)) - latest.at
        kind = "savepoint" if latest.is_savepoint else "checkpoint"
        lines.append((kind, f"{latest.path}, {age.total_seconds():.0f} s ago, {latest.size_bytes:,} bytes"))
    lines.append(("failed checkpoints", str(checkpoints.failed)))
    if failure := rest.failure(job.id):
        lines.append(("last failure", failure))
    lines.append(("lag", f"{lag(log, GROUP, topics.ARTICLES):,} articles"))
    return lines
