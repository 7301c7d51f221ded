"""The part of Flink's REST API (1.19) that controls a job; its answers as values, its failures in words."""

import json
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

JOB_NAME = "missionwire-process"
_TIMEOUT_S = 10.0
_MOST_BYTES = 8 * 1024 * 1024
ENDED = frozenset({"FINISHED", "FAILED", "CANCELED"})


class FlinkError(Exception):
    """Flink could not do what was asked: `what`, `why`; `retryable` says whether waiting may help."""

    def __init__(self, what: str, why: str, *, retryable: bool) -> None:
        super().__init__(f"{what}: {why}")
        self.what, self.why, self.retryable = what, why, retryable


class Job(NamedTuple):
    """A job as Flink knows it; `state` is Flink's word, RUNNING while all is well."""

    id: str
    name: str
    state: str
    started: datetime

    @property
    def ended(self) -> bool:
        """Tell whether it will never run again by itself."""
        return self.state in ENDED


class Checkpoint(NamedTuple):
    """A completed checkpoint or savepoint: when it was triggered, where it lies, its size and duration."""

    at: datetime
    path: str
    size_bytes: int
    duration: timedelta
    is_savepoint: bool


class Checkpoints(NamedTuple):
    """What Flink remembers of a job's checkpoints: the latest completed one of each kind, and failures."""

    checkpoint: Checkpoint | None
    savepoint: Checkpoint | None
    failed: int

    @property
    def latest(self) -> Checkpoint | None:
        """Return the younger of the two: where the job's state is as fresh as can be."""
        found = [c for c in (self.checkpoint, self.savepoint) if c is not None]
        return max(found, key=lambda c: c.at, default=None)


class FlinkRest:
    """Asks the JobManager at `url`; each call is one request with a timeout."""

    def __init__(self, url: str) -> None:
        self.url = url.rstrip("/")

    def jobs(self, name: str) -> list[Job]:
        """Return the jobs of that name that Flink remembers, the youngest first."""
        found = self._ask("listing jobs", "/jobs/overview")["jobs"]
        jobs = [Job(j["jid"], j["name"], j["state"], _moment(j["start-time"])) for j in found]
        return sorted((j for j in jobs if j.name == name), key=lambda j: j.started, reverse=True)

    def checkpoints(self, job: str) -> Checkpoints:
        """Return the job's checkpoints."""
        found = self._ask(f"checkpoints of job {job}", f"/jobs/{job}/checkpoints")
        latest = found["latest"]
        completed, savepoint = (_checkpoint(latest.get(kind)) for kind in ("completed", "savepoint"))
        return Checkpoints(completed, savepoint, found["counts"]["failed"])

    def restarts(self, job: str) -> int:
        """Return how often Flink restarted the job after a failure."""
        found = self._ask(f"restarts of job {job}", f"/jobs/{job}/metrics?get=numRestarts")
        return sum(int(metric["value"]) for metric in found)

    def failure(self, job: str) -> str:
        """Return what the job failed of last, in a line, empty if nothing is known."""
        found = self._ask(f"failures of job {job}", f"/jobs/{job}/exceptions?maxExceptions=1")
        entries = found.get("exceptionHistory", {}).get("entries") or []
        text = entries[0].get("stacktrace", "") if entries else found.get("root-exception") or ""
        return _cause(str(text))

    def stop(self, job: str, folder: str) -> str:
        """Ask the job to end with a savepoint in `folder`; return the request's id."""
        body = {"targetDirectory": folder, "drain": False}
        return str(self._ask(f"stopping job {job}", f"/jobs/{job}/stop", body)["request-id"])

    def savepoint(self, job: str, request: str) -> str | None:
        """Return the path of the savepoint that was asked for, `None` while it is being written."""
        found = self._ask(f"savepoint of job {job}", f"/jobs/{job}/savepoints/{request}")
        if found["status"]["id"] != "COMPLETED":
            return None
        operation = found.get("operation", {})
        if cause := operation.get("failure-cause"):
            why = _cause(str(cause.get("stack-trace", cause.get("class", ""))))
            raise FlinkError(f"savepoint of job {job}", why, retryable=False)
        return str(operation["location"])

    def _ask(self, what: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Return the decoded answer; a request with a `body` is a POST."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data)  # noqa: S310 - settings allow http and https only
        request.add_header("Content-Type", "application/json")
        try:
            with _OPENER.open(request, timeout=_TIMEOUT_S) as answer:
                return json.loads(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as e:
            raise FlinkError(what, _objection(e), retryable=e.code >= 500) from None
        except (OSError, ValueError) as e:
            why = str(getattr(e, "reason", None) or e)
            raise FlinkError(what, f"{self.url}: {why}", retryable=True) from None


# Flink is in our own network: a proxy for the way out must not be asked
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def _cause(trace: str) -> str:
    """Return the innermost cause of a Java stack trace, which says most."""
    lines = trace.strip().split("\n")
    causes = [line.removeprefix("Caused by: ") for line in lines if line.startswith("Caused by: ")]
    return (causes[-1] if causes else lines[0])[:500]


def _objection(error: urllib.error.HTTPError) -> str:
    try:
        errors = json.loads(error.read(_MOST_BYTES)).get("errors") or []
    except ValueError:
        errors = []
    words = " ".join(str(e).strip().split("\n", 1)[0] for e in errors)
    return f"Flink answered {error.code}" + (f": {words[:500]}" if words else "")


def _checkpoint(found: Mapping[str, Any] | None) -> Checkpoint | None:
    if found is None:
        return None
    return Checkpoint(
        _moment(found["trigger_timestamp"]),
        found["external_path"],
        found["state_size"],
        timedelta(milliseconds=found["end_to_end_duration"]),
        found["is_savepoint"],
    )


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)
