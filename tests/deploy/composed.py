"""The compose file as the compose program understands it, and what is wrong with its services."""

import copy
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tests.deploy.commands_named import Part, load

FOLDER = Path(__file__).parents[2] / "deploy" / "compose"
CONFIGURATION = load(FOLDER / "missionwire.yaml")
_PINNED = re.compile(r"^[a-z0-9./_-]+:[a-z0-9.-]*\d+\.\d+(\.\d+)?[a-zA-Z0-9._-]*(@sha256:[0-9a-f]{64})?$")
_SECRET_WORDS = re.compile(r"pass(word)?$|secret|token|_URL$", re.IGNORECASE)
# PostgreSQL's entry point starts as root, makes its folder its own, and steps down
_KEEPS_CAPABILITIES = {"postgresql"}
_ASKED_BY_OTHERS = {"taskmanager", "job-server", "taskmanager-pod"}  # the control loop watches what they do


def composed(file: Path = FOLDER / "compose.yaml") -> dict[str, Any]:
    """Return the whole project with all profiles, every anchor and default resolved."""
    return copy.deepcopy(_composed(file))


@cache
def _composed(file: Path) -> dict[str, Any]:
    command = [Path(sys.executable).parent / "docker-compose", "--file", file, "--profile", "*", "config"]
    answer = subprocess.run(
        [*command, "--format", "json"], capture_output=True, text=True, timeout=60, check=False
    )
    if answer.returncode != 0:
        raise ValueError(answer.stderr.strip())
    return dict(json.loads(answer.stdout))


def parts(project: Mapping[str, Any]) -> list[Part]:
    """Return the services that run our image."""
    return [_part(n, s) for n, s in project["services"].items() if _is_ours(s) and s["command"]]


def _is_ours(service: Mapping[str, Any]) -> bool:
    return str(service["image"]).startswith("missionwire:")


def _part(name: str, service: Mapping[str, Any]) -> Part:
    mounted = [config["target"] for config in service.get("configs", [])]
    mounted += [f"/run/secrets/{secret['source']}" for secret in service.get("secrets", [])]
    return Part(
        f"compose/{name}",
        service["command"],
        service.get("environment", {}),
        mounted,
        bool(service["entrypoint"]),
    )


def faults(project: Mapping[str, Any]) -> list[str]:
    """Return everything that is wrong with the services."""
    return [
        f"{name}: {fault}"
        for name, service in project["services"].items()
        for check in (_limits, _rights, _health, _inline, _ports)
        for fault in check(name, service)
    ]


def _limits(_: str, service: Mapping[str, Any]) -> Iterator[str]:
    yield from (f"no {what}" for what in ("mem_limit", "cpus") if what not in service)
    if not _PINNED.match(service["image"]):
        yield f"image {service['image']} is not pinned by version"


def _rights(name: str, service: Mapping[str, Any]) -> Iterator[str]:
    if "no-new-privileges:true" not in service.get("security_opt", []):
        yield "may gain privileges"
    if name not in _KEEPS_CAPABILITIES and service.get("cap_drop") != ["ALL"]:
        yield "has capabilities"
    if service.get("privileged") or service.get("network_mode") == "host":
        yield "is not shut in"
    if _is_ours(service) and not service.get("read_only"):
        yield "can write to its image"


def _health(name: str, service: Mapping[str, Any]) -> Iterator[str]:
    once = service.get("restart") == "no"
    if not once and name not in _ASKED_BY_OTHERS and not service.get("healthcheck", {}).get("test"):
        yield "no healthcheck"


def _inline(_: str, service: Mapping[str, Any]) -> Iterator[str]:
    for variable, value in (service.get("environment") or {}).items():
        if value and _SECRET_WORDS.search(variable):
            yield f"{variable} has its value here"


def _ports(_: str, service: Mapping[str, Any]) -> Iterator[str]:
    for port in service.get("ports", []):
        if port.get("host_ip") != "127.0.0.1":
            yield f"port {port['target']} is open to the world"
