"""A JobManager that answers the REST API from a script, with switches for failures."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def job(ident, state="RUNNING", started=1_000, name="missionwire-process"):
    return {"jid": ident, "name": name, "state": state, "start-time": started}


def checkpoint(path, at=5_000, savepoint=False):
    return {
        "trigger_timestamp": at,
        "external_path": path,
        "state_size": 1234,
        "end_to_end_duration": 250,
        "is_savepoint": savepoint,
    }


class FakeFlink:
    """Holds what Flink would know; `broken` is answered instead (status, body) while it is set."""

    def __init__(self):
        self.jobs, self.latest, self.restarts = [], {}, {}
        self.failures, self.stopped, self.broken = {}, [], None
        self.savepoint_answers = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._answerer())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, method, path, body):
        if self.broken is not None:
            return self.broken
        parts = path.split("?")[0].strip("/").split("/")
        if parts == ["jobs", "overview"]:
            return 200, {"jobs": self.jobs}
        _, ident, what, *_ = parts
        if what == "stop":
            self.stopped.append((ident, body))
            return 202, {"request-id": "r1"}
        if what == "savepoints":
            return 200, self.savepoint_answers.pop(0)
        return 200, {
            "checkpoints": {"latest": self.latest.get(ident, {}), "counts": {"failed": 3}},
            "metrics": [{"id": "numRestarts", "value": str(self.restarts.get(ident, 0))}],
            "exceptions": {"exceptionHistory": {"entries": self.failures.get(ident, [])}},
        }[what]

    def _answerer(self):
        flink = self

        class Answerer(BaseHTTPRequestHandler):
            def do_GET(self):
                length = int(self.headers.get("Content-Length") or 0)
                body = json.loads(self.rfile.read(length)) if length else None
                status, answer = flink.answer(self.command, self.path, body)
                content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            do_POST = do_GET  # noqa: N815

            def log_message(self, *_):
                pass

        return Answerer
