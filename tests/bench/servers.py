"""Real servers on loopback for benchmarks and fault runs: feeds to fetch, a webhook to be told."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """An HTTP server on a free port of a loopback address, in a thread; `url` is its address."""

    def __init__(self, handler, host="127.0.0.1"):
        self._server = ThreadingHTTPServer((host, 0), handler)
        self._server.daemon_threads = True
        self.url = f"http://{host}:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._server.shutdown()
        self._server.server_close()


class Feeds(Server):
    """Serves `bodies` (path -> bytes) with ETags; what is put there later is served from then on."""

    def __init__(self, bodies, host="127.0.0.1"):
        feeds = self
        self.bodies, self.requests = dict(bodies), 0

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self):
                feeds.requests += 1
                body = feeds.bodies.get(self.path)
                etag = f'"{hash(body)}"'
                status = 404 if body is None else 304 if self.headers["If-None-Match"] == etag else 200
                content = body if status == 200 else b""
                self.send_response(status)
                self.send_header("ETag", etag)
                kind = "text/html" if self.path.endswith(".html") else "application/xml"
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_):
                pass

        super().__init__(Handler, host)


class Webhook(Server):
    """Takes deliveries: `told` has (arrival in seconds since the epoch, delivery key, payload) of each."""

    def __init__(self):
        webhook = self
        self.told, self._arrived = [], threading.Condition()

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                with webhook._arrived:
                    webhook.told.append((time.time(), self.headers["Idempotency-Key"], json.loads(body)))
                    webhook._arrived.notify_all()
                self.send_response(204)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        super().__init__(Handler)

    def missions(self):
        """Return the missions that were told of so far."""
        return {payload["incident"]["mission"] for _, _, payload in list(self.told)}

    def wait_for(self, mission, limit_s=60):
        """Wait until `mission` was told of; tell whether it was."""
        with self._arrived:
            return self._arrived.wait_for(lambda: mission in self.missions(), limit_s)
