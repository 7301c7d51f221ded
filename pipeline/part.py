"""What every loop carries: a heartbeat, the status server if it is wanted, and the status file."""

import logging
import os
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self

from connectors.log import topics
from connectors.log.interface import Log, LogError
from pipeline.heartbeat import Health, Heartbeat
from pipeline.http_status import Check, StatusServer
from pipeline.metrics import show_progress, totals
from pipeline.settings import Settings
from pipeline.status_file import PartStatus, write_status
from pipeline.stopping import Stop

_LOG = logging.getLogger("missionwire.part")
_EVERY_S = 1.0


class Part:
    """Wraps a loop: `with Part("collect", settings, stop) as part`, then `part.beat()` on each round.

    `checks` are asked by `/readyz`. Raises `PortTakenError` where the metrics' address is taken.
    """

    def __init__(
        self,
        name: str,
        settings: Settings,
        stop: Stop,
        checks: Sequence[Check] = (),
        deadline: timedelta = timedelta(seconds=60),
    ) -> None:
        self.name, self.settings, self._stop = name, settings, stop
        self._checks = tuple(checks)
        self.heartbeat = Heartbeat(deadline)
        self._ended = threading.Event()
        self._writer = threading.Thread(target=self._write_often, name="status-file", daemon=True)
        self._server: StatusServer | None = None

    def beat(self) -> None:
        """Note progress."""
        self.heartbeat.beat()
        show_progress(datetime.now(UTC))

    def __enter__(self) -> Self:
        address = self.settings.metrics_address(self.name)
        if address is not None:
            self._server = StatusServer(address, self.heartbeat, self._checks)
            _LOG.info("metrics on http://%s:%d/metrics", address[0], self._server.port)
        self._stop.on_set(self.heartbeat.stopping)
        self._writer.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.heartbeat.stopping()
        self._ended.set()
        self._writer.join()
        if self._server is not None:
            self._server.close()

    def _write_often(self) -> None:
        while True:
            ended = self._ended.wait(_EVERY_S)
            self._write("stopped" if ended else self.heartbeat.alive().words)
            if ended:
                return

    def _write(self, state: str) -> None:
        status = PartStatus(self.name, os.getpid(), datetime.now(UTC), state, totals()._asdict())
        try:
            write_status(self.settings.status_dir, status)
        except OSError as e:
            _LOG.debug("status file: %s", e.strerror)


def log_reachable(log: Log) -> Check:
    """Return a check that the log can be read."""

    def look() -> Health:
        try:
            log.end(topics.ARTICLES)
        except LogError as e:
            return Health(False, str(e))
        return Health(True, "log reachable")

    return look
