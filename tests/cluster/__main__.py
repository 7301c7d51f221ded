"""`python -m tests.cluster`: start the cluster, say where everything is, stop it after Ctrl-C.

From another shell, `status --folder DIR` shows the same table again, and `stop --folder DIR` ends it.
`fetch` only fetches the packages, so that nobody waits for a download later.
"""

import argparse
import contextlib
import json
import os
import signal
import sys
import time
from pathlib import Path

import psutil

from tests.cluster.cluster import Cluster, FolderInUseError
from tests.cluster.packages import PackagesError, fetch
from tests.cluster.part import NotReadyError
from tests.cluster.ports import PortsTakenError
from tests.deploy.prometheus_kit import server

_STATE = "cluster.json"
_STOPPED_WITHIN_S = 90
_ROW = "{:16} {:>7} {:>7} {:>8}  {}"


def main(argv: list[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    arguments = _arguments(argv)
    if arguments.action == "start":
        return _start(arguments)
    if arguments.action == "fetch":
        return _fetch()
    if arguments.folder is None:
        print(f"{arguments.action}: --folder must say which cluster", file=sys.stderr)
        return 2
    return {"stop": _stop, "status": _status}[arguments.action](arguments.folder)


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__.splitlines()[0])
    parser.add_argument("action", nargs="?", choices=["start", "stop", "status", "fetch"], default="start")
    parser.add_argument("--folder", type=Path, help="where everything lies (default: a new temporary folder)")
    parser.add_argument("--without-monitoring", action="store_true", help="no Prometheus, no Alertmanager")
    return parser.parse_args(argv)


def _fetch() -> int:
    try:
        fetch()
        server("prometheus")
    except PackagesError as missing:
        print(missing, file=sys.stderr)
        return 1
    return 0


def _start(arguments: argparse.Namespace) -> int:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler)
    cluster = None
    try:
        cluster = Cluster(arguments.folder, monitoring=not arguments.without_monitoring)
        _run(cluster)
    except KeyboardInterrupt:
        return 0
    except (FolderInUseError, NotReadyError, PackagesError, PortsTakenError) as failed:
        print(failed, file=sys.stderr)
        return 1
    finally:
        if cluster:
            _end(cluster)
    return 0


def _run(cluster: Cluster) -> None:
    began = time.monotonic()
    print(f"starting in {cluster.folder} ...", flush=True)
    cluster.start()
    took = time.monotonic() - began
    _remember(cluster)
    _status(cluster.folder)
    print(_what_to_try(cluster))
    print(f"started in {took:.1f} s; Ctrl-C stops everything", flush=True)
    while all(part.alive() for part in cluster.parts):
        time.sleep(0.5)
    dead = next(part for part in cluster.parts if not part.alive())
    raise NotReadyError(f"{dead.name}: ended by itself; the end of {dead.log}:\n{dead.last_words()}")


def _end(cluster: Cluster) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    print("stopping ...", flush=True)
    cluster.stop()
    (cluster.folder / _STATE).unlink(missing_ok=True)
    print(f"all parts have stopped; logs and what was kept are in {cluster.folder}", flush=True)


def _remember(cluster: Cluster) -> None:
    parts = [
        {
            "name": part.name,
            "pid": part.pid,
            "took_s": part.start_took_s,
            "address": cluster.addresses.get(part.name, ""),
        }
        for part in cluster.parts
    ]
    state = {"pid": os.getpid(), "parts": parts}
    (cluster.folder / _STATE).write_text(json.dumps(state, indent=1))


def _recall(folder: Path) -> dict | None:
    with contextlib.suppress(FileNotFoundError):
        state = json.loads((folder / _STATE).read_text())
        if psutil.pid_exists(state["pid"]):
            return state
    print(f"{folder}: no cluster runs here", file=sys.stderr)
    return None


def _status(folder: Path) -> int:
    state = _recall(folder)
    if state is None:
        return 1
    print(_ROW.format("part", "pid", "up in s", "memory", "address"))
    total = 0
    for part in state["parts"]:
        held = _memory_bytes(part["pid"])
        total += held
        took = f"{part['took_s']:.1f}"
        print(_ROW.format(part["name"], part["pid"], took, f"{held >> 20} MB", part["address"]))
    print(_ROW.format("together", "", "", f"{total >> 20} MB", ""))
    return 0


def _memory_bytes(pid: int) -> int:
    total = 0
    with contextlib.suppress(psutil.Error):
        first = psutil.Process(pid)
        for process in [first, *first.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                total += process.memory_full_info().pss
    return total


def _stop(folder: Path) -> int:
    state = _recall(folder)
    if state is None:
        return 1
    process = psutil.Process(state["pid"])
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(_STOPPED_WITHIN_S)
    except psutil.TimeoutExpired:
        print(f"{folder}: process {process.pid} has not ended after {_STOPPED_WITHIN_S} s", file=sys.stderr)
        return 1
    return 0


def _what_to_try(cluster: Cluster) -> str:
    config = f"--config {cluster.config}"
    return "\n".join(
        [
            "\nto try in another shell:",
            f"  . {cluster.env_file}",
            f"  missionwire topics apply --yes {config}",
            f"  missionwire database migrate {config}",
            f"  missionwire collect {config}",
            f"  missionwire process --runner flink {config} start",
            f"  missionwire notify {config}\n",
        ]
    )


if __name__ == "__main__":
    sys.exit(main())
