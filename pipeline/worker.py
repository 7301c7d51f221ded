"""A Python worker of Flink: Beam's own worker main, with the metrics of this process shown beside it.

Several workers may live on one host, so the first free port from the given one on is taken; a monitor
looks at all of them. Environment: `MISSIONWIRE_WORKER_METRICS`, host:port of the first (absent: none).
"""

import gc
import os
import sys
from datetime import timedelta

from apache_beam.runners.worker import sdk_worker_main

from pipeline.heartbeat import Heartbeat
from pipeline.http_status import PortTakenError, StatusServer

METRICS = "MISSIONWIRE_WORKER_METRICS"
_MOST_WORKERS = 16
# A bundle leaves thousands of short-lived objects; the default threshold scans them far too often.
_GC_THRESHOLD = 50_000


def main() -> None:
    """Work until the runner ends this process."""
    gc.set_threshold(_GC_THRESHOLD)
    address = os.environ.get(METRICS)
    server = show_metrics(address) if address else None
    if server is not None:
        print(f"metrics on port {server.port}", flush=True)
    sdk_worker_main.main(sys.argv)


def show_metrics(address: str) -> StatusServer | None:
    """Serve the metrics at host:port or the next free port; `None` if all are taken."""
    host, _, first = address.rpartition(":")
    # That this process answers at all is what /healthz can say of it: the work is given from outside.
    alive = Heartbeat(timedelta.max)
    for port in range(int(first), int(first) + _MOST_WORKERS):
        try:
            return StatusServer((host, port), alive)
        except PortTakenError:
            continue
    return None


if __name__ == "__main__":
    main()
