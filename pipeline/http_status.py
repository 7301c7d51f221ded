"""A small HTTP server beside each loop: `/metrics`, `/healthz` (alive) and `/readyz` (can do its work)."""

import threading
from collections.abc import Callable, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from pipeline.heartbeat import Health, Heartbeat
from pipeline.metrics import exposition

Check = Callable[[], Health]
_LOOK_EVERY_S = 0.2  # how soon `close` is noticed
_TEXT = "text/plain; version=0.0.4; charset=utf-8"


class PortTakenError(Exception):
    """The address cannot be listened on."""

    def __init__(self, host: str, port: int, why: str) -> None:
        super().__init__(f"metrics: {host}:{port}: {why}; choose another port under `metrics:`, or off")
        self.host, self.port, self.why = host, port, why


class StatusServer:
    """Serves from threads of its own until closed; a port of 0 takes any free one, see `port`."""

    def __init__(self, address: tuple[str, int], heartbeat: Heartbeat, checks: Sequence[Check] = ()) -> None:
        try:
            self._server = _Server(address, _answerer(heartbeat, tuple(checks)))
        except (OSError, OverflowError) as e:
            raise PortTakenError(*address, getattr(e, "strerror", None) or str(e)) from e
        self.port = int(self._server.server_address[1])
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK_EVERY_S,), name="status", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop serving and free the port."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False


def verdict(path: str, heartbeat: Heartbeat, checks: Sequence[Check]) -> Health | None:
    """Return what `path` answers, `None` for an unknown one; every reason of a bad answer is named."""
    if path == "/healthz":
        return heartbeat.alive()
    if path != "/readyz":
        return None
    found = [heartbeat.ready(), *(check() for check in checks)]
    bad = [health.words for health in found if not health.good]
    return Health(False, "; ".join(bad)) if bad else found[0]


def _answerer(heartbeat: Heartbeat, checks: Sequence[Check]) -> type[BaseHTTPRequestHandler]:
    class Answerer(BaseHTTPRequestHandler):
        timeout = 10
        server_version, sys_version = "missionwire", ""

        def do_GET(self) -> None:
            path = self.path.split("?", 1)[0]
            if path == "/metrics":
                self._answer(200, exposition())
                return
            health = verdict(path, heartbeat, checks)
            if health is None:
                self._answer(404, b"try /metrics, /healthz or /readyz\n")
            else:
                self._answer(200 if health.good else 503, f"{health.words}\n".encode())

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", _TEXT)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet: a probe every few seconds is no news."""

    return Answerer
