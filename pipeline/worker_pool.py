"""The pool of Python workers beside a TaskManager: starts each worker that is asked for, and keeps it there.

    python -m pipeline.worker_pool --port 50000 --folder DIR

Beam ships a pool by the same protocol. Ours is another because of what failures did to that one:

* A TaskManager waits for its worker without end. Where the pool died in between, or the worker before it
  had reported, the job hung with its tasks `INITIALIZING`. So requests are kept in `folder`, and a worker
  that ends is started again as long as somebody listens where it has to report.
* TaskManagers number their workers alike, so one's "stop 1-1" ended another's 1-1. Here a worker belongs to
  the address where it reports, and ends with it: by itself, or else by the pool.
"""

import argparse
import hashlib
import logging
import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, Literal

import msgspec

from pipeline.stopping import Stop, stop_on_signals

_LOG = logging.getLogger("missionwire.workers")
_BOOT = (sys.executable, "-m", "pipeline.worker_boot")
LOOK_EVERY = timedelta(seconds=1)
# A TaskManager needs a moment to close the address of a worker that it saw ending.
START_AGAIN_AFTER_S = 5.0
# A worker whose TaskManager is gone ends by itself, unless it is deep in its work.
END_AFTER_S = 10.0
_CONNECT_S = 1.0
_END_WITHIN_S = 5.0


class Request(msgspec.Struct, frozen=True):
    """What a TaskManager asks for; the endpoints are host:port."""

    id: str
    logging_endpoint: str
    artifact_endpoint: str
    provision_endpoint: str
    control_endpoint: str

    @property
    def name(self) -> str:
        """A file name that no other request has."""
        return hashlib.sha256(self.control_endpoint.encode()).hexdigest()[:16] + ".json"


def decide(*, runs: bool, listened_for: bool, since_s: float) -> Literal["leave", "start", "end", "forget"]:
    """Return what to do about a worker; `since_s` is how long both have been so."""
    if runs:
        return "end" if not listened_for and since_s >= END_AFTER_S else "leave"
    if not listened_for:
        return "forget"
    return "start" if since_s >= START_AGAIN_AFTER_S else "leave"


@dataclass
class Worker:
    """A worker that was asked for, with its process if it has one."""

    request: Request
    process: subprocess.Popen[bytes] | None = None
    seen: tuple[bool, bool] = (False, False)
    since_s: float = field(default_factory=monotonic)

    def look(self, listens: Callable[[str], bool]) -> tuple[bool, bool, float]:
        """Return whether it runs, whether anybody listens for it, and for how long that has been so."""
        now = self.process is not None and self.process.poll() is None, listens(self.request.control_endpoint)
        if now != self.seen:
            self.seen, self.since_s = now, monotonic()
        return *now, monotonic() - self.since_s

    def start(self) -> None:
        """Start its process."""
        flags = [f"--{name}={value}" for name, value in msgspec.structs.asdict(self.request).items()]
        self.process = subprocess.Popen([*_BOOT, *flags], stdin=subprocess.DEVNULL)  # noqa: S603
        _LOG.info("worker %s for %s is process %d", *self.whose, self.process.pid)

    def end(self) -> None:
        """End its process."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(_END_WITHIN_S)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    @property
    def whose(self) -> tuple[str, str]:
        """Its id, and where it reports."""
        return self.request.id, self.request.control_endpoint


class Pool:
    """The workers; requests are files in `folder`, of this pool alone. Its methods may be called at once."""

    def __init__(self, folder: Path, listens: Callable[[str], bool]) -> None:
        self._folder, self._listens, self._lock = folder, listens, threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        found = [_request_in(path) for path in folder.glob("*.json")]
        self._workers = {request.name: Worker(request) for request in found if request}

    def take(self, request: Request) -> None:
        """Start a worker and keep it from now on."""
        with self._lock:
            fresh = self._folder / f"{request.name}.fresh"
            fresh.write_bytes(msgspec.json.encode(request))
            fresh.replace(self._folder / request.name)
            self._workers[request.name] = worker = Worker(request)
            worker.start()

    def look_after(self) -> None:
        """Do what is to be done about each worker."""
        with self._lock:
            for name, worker in list(self._workers.items()):
                runs, listened_for, since_s = worker.look(self._listens)
                step = decide(runs=runs, listened_for=listened_for, since_s=since_s)
                if step == "start":
                    code = worker.process.poll() if worker.process else None
                    _LOG.warning("worker %s for %s is missed, exit code %s", *worker.whose, code)
                    worker.start()
                elif step == "end":
                    _LOG.warning("worker %s outlives %s", *worker.whose)
                    worker.end()
                elif step == "forget":
                    del self._workers[name]
                    (self._folder / name).unlink(missing_ok=True)

    def close(self) -> None:
        """End all processes; their requests stay for the next pool."""
        with self._lock:
            for worker in self._workers.values():
                worker.end()


def listens(address: str) -> bool:
    """Tell whether anybody accepts connections at host:port."""
    host, _, port = address.rpartition(":")
    try:
        socket.create_connection((host, int(port)), _CONNECT_S).close()
    except (OSError, ValueError, OverflowError):
        return False
    return True


def serve(pool: Pool, address: str, stop: Stop) -> None:
    """Take requests at host:port and look after the workers until told to stop."""
    import grpc  # noqa: PLC0415 - the pure parts above stay light
    from apache_beam.portability.api import beam_fn_api_pb2 as messages  # noqa: PLC0415
    from apache_beam.portability.api import beam_fn_api_pb2_grpc as services  # noqa: PLC0415

    class Answers(services.BeamFnExternalWorkerPoolServicer):
        def StartWorker(self, asked: Any, _context: Any) -> Any:  # noqa: N802 - named by the protocol
            names = [name for name in Request.__struct_fields__ if name != "id"]
            try:
                pool.take(Request(asked.worker_id, **{name: getattr(asked, name).url for name in names}))
            except OSError as e:
                _LOG.error("worker %s could not be started: %s", asked.worker_id, e)
                return messages.StartWorkerResponse(error=str(e))
            return messages.StartWorkerResponse()

        def StopWorker(self, _asked: Any, _context: Any) -> Any:  # noqa: N802 - named by the protocol
            return messages.StopWorkerResponse()  # it ends with the address that it reports to

    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.http2.max_ping_strikes", 0)])
    services.add_BeamFnExternalWorkerPoolServicer_to_server(Answers(), server)
    server.add_insecure_port(address)
    server.start()
    _LOG.info("taking requests at %s", address)
    while not stop.wait(LOOK_EVERY):
        pool.look_after()
    server.stop(None).wait()
    pool.close()


def _request_in(path: Path) -> Request | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Request)
    except (OSError, msgspec.DecodeError) as e:
        _LOG.warning("%s is left out: %s", path, e)
        return None


def parser() -> argparse.ArgumentParser:
    """Return the parser of the pool's command line."""
    parser = argparse.ArgumentParser(prog="worker_pool", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--host", default="127.0.0.1", help="where TaskManagers reach it")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="where it remembers; for this pool alone")
    return parser


def main(argv: list[str] | None = None) -> int:
    """Run the pool; return the exit code."""
    arguments = parser().parse_args(argv)
    os.umask(0o077)
    stop = stop_on_signals()
    logging.basicConfig(level=logging.INFO, format="at=%(asctime)s level=%(levelname)s %(message)s")
    try:
        serve(Pool(arguments.folder, listens), f"{arguments.host}:{arguments.port}", stop)
    except (OSError, RuntimeError) as e:  # gRPC raises the second where the port is taken
        print(f"worker_pool: {arguments.host}:{arguments.port}, {arguments.folder}: {e}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
