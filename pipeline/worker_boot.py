"""The boot program of Beam's Python workers on Flink: one process for each worker that a runner asks for.

The worker pool starts it by Beam's container contract: ids and addresses come as flags, the options of the
pipeline from the provision service; it becomes the worker (`pipeline.worker`). Beam ships a Go program for
this inside its images; ours needs no download at run time, works from a virtual environment as well, and
puts the words of each worker into a file of its own.

    python -m pipeline.worker_boot --id=1-1 --provision_endpoint=HOST:PORT --control_endpoint=... ...

Environment: `MISSIONWIRE_WORKER_LOGS`, a folder for one file per worker (absent: the words are dropped).
"""

import argparse
import os
import re
import sys
from pathlib import Path
from typing import Any

LOGS = "MISSIONWIRE_WORKER_LOGS"
_TIMEOUT_S = 30
_ENDPOINTS = ("logging_endpoint", "artifact_endpoint", "provision_endpoint", "control_endpoint")
_MAIN = "pipeline.worker"


def main(argv: list[str] | None = None) -> None:
    """Become the worker; never returns."""
    arguments = _arguments(argv)
    _speak_into_file(arguments.id)
    environment = {**os.environ, **environment_of(arguments, _provision(arguments))}
    os.execve(sys.executable, [sys.executable, "-m", _MAIN], environment)  # noqa: S606 - our own interpreter


def environment_of(arguments: argparse.Namespace, provision: Any) -> dict[str, str]:
    """Return what Beam's worker main reads from its environment; the runner's word overrides the flags."""
    from google.protobuf import json_format  # noqa: PLC0415 - pure until here, so that the rest stays light

    return {
        "WORKER_ID": arguments.id,
        "PIPELINE_OPTIONS": json_format.MessageToJson(provision.pipeline_options),
        "RUNNER_CAPABILITIES": " ".join(provision.runner_capabilities),
        "LOGGING_API_SERVICE_DESCRIPTOR": _descriptor(provision.logging_endpoint, arguments.logging_endpoint),
        "CONTROL_API_SERVICE_DESCRIPTOR": _descriptor(provision.control_endpoint, arguments.control_endpoint),
    }


def log_file(folder: Path, worker_id: str) -> Path:
    """Return the file for this worker's words; the id comes from outside and may hold anything."""
    return folder / f"worker-{re.sub(r'[^A-Za-z0-9-]', '_', worker_id)[:100]}-{os.getpid()}.log"


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="worker_boot", description=__doc__.splitlines()[0])
    parser.add_argument("--id", required=True)
    for endpoint in _ENDPOINTS:
        parser.add_argument(f"--{endpoint}", default="")
    return parser.parse_known_args(argv)[0]  # a newer runner may say more than we need to know


def _provision(arguments: argparse.Namespace) -> Any:
    import grpc  # noqa: PLC0415
    from apache_beam.portability.api import beam_provision_api_pb2 as messages  # noqa: PLC0415
    from apache_beam.portability.api import beam_provision_api_pb2_grpc as services  # noqa: PLC0415

    channel = grpc.insecure_channel(arguments.provision_endpoint)
    service = services.ProvisionServiceStub(channel)
    request, mine = messages.GetProvisionInfoRequest(), [("worker_id", arguments.id)]
    return service.GetProvisionInfo(request, metadata=mine, timeout=_TIMEOUT_S, wait_for_ready=True).info


def _descriptor(given: Any, flag: str) -> str:
    return f'url: "{given.url or flag}"'


def _speak_into_file(worker_id: str) -> None:
    folder = os.environ.get(LOGS)
    path = log_file(Path(folder), worker_id) if folder else Path(os.devnull)
    words = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(words, 1)
    os.dup2(words, 2)


if __name__ == "__main__":
    main()
