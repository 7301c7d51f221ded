"""Every command, flag, variable and file that a manifest names is there, and all that is needed is named."""

from typing import Any

import pytest

from tests.deploy.commands_named import Part, faults_of, load
from tests.deploy.composed import CONFIGURATION as COMPOSE_CONFIGURATION
from tests.deploy.composed import composed
from tests.deploy.composed import parts as compose_parts
from tests.deploy.manifests import OVERLAY, is_ours, pods, rendered

CONFIGURATION = load(OVERLAY / "missionwire.yaml")


def kubernetes_parts() -> list[Part]:
    """Return every container of ours in the example."""
    return [
        _part(f"{pod.owner}/{container['name']}", container)
        for pod in pods(rendered())
        for container in pod.containers()
        if is_ours(container)
    ]


def _part(name: str, container: Any) -> Part:
    variables = {v["name"]: v.get("value", "") for v in container.get("env", [])}
    mounted = [mount["mountPath"] for mount in container["volumeMounts"]]
    return Part(name, container["args"], variables, mounted, "command" in container)


PARTS = [(part, CONFIGURATION) for part in kubernetes_parts()]
PARTS += [(part, COMPOSE_CONFIGURATION) for part in compose_parts(composed())]
NAMES = [part.name for part, _ in PARTS]


def test_there_is_a_part_for_everything_that_runs() -> None:
    words = {word for part, _ in PARTS for word in part.argv}
    assert {"collect", "notify", "process", "topics", "database", "start", "stop", "submit"} <= words


@pytest.mark.parametrize(("part", "configuration"), PARTS, ids=NAMES)
def test_a_part_names_what_is_there(part: Part, configuration: dict[str, Any]) -> None:
    assert faults_of(part, configuration) == []


def _collect() -> Part:
    return next(part for part in kubernetes_parts() if "collect" in part.name)


def _workers() -> Part:
    return next(part for part in kubernetes_parts() if part.is_pool)


@pytest.mark.parametrize(
    ("part", "fault"),
    [
        (_collect()._replace(argv=["colect", *_collect().argv[1:]]), "invalid choice: 'colect'"),
        (_collect()._replace(argv=[*_collect().argv, "--verbose"]), "unrecognized arguments: --verbose"),
        (_collect()._replace(argv=["collect", "--log-format", "xml"]), "invalid choice: 'xml'"),
        (_collect()._replace(variables={}), "variable MISSIONWIRE_DATABASE_URL is not set"),
        (
            _collect()._replace(variables={**_collect().variables, "MISSIONWIRE_DB": ""}),
            "variable MISSIONWIRE_DB is read by nobody",
        ),
        (
            _collect()._replace(argv=[*_collect().argv[:-1], "$(FORMAT)"]),
            "variable FORMAT is not set",
        ),
        (_collect()._replace(mounted=["/tmp"]), "file /etc/missionwire/missionwire.yaml is not mounted"),
        (
            _collect()._replace(mounted=["/etc/missionwire"]),
            "file /etc/missionwire-kafka/ca.crt is not mounted",
        ),
        (_workers()._replace(argv=["--port=50000"]), "arguments are required: --folder"),
        (_workers()._replace(argv=[*_workers().argv, "--boot=/boot"]), "unrecognized arguments: --boot"),
        (
            _workers()._replace(variables={**_workers().variables, "MISSIONWIRE_WORKER_LOG": ""}),
            "variable MISSIONWIRE_WORKER_LOG is read by nobody",
        ),
    ],
)
def test_a_bad_part_is_found(part: Part, fault: str) -> None:
    found = faults_of(part, CONFIGURATION)
    assert any(fault in one for one in found), found


def test_the_secrets_are_keys_that_the_readme_makes() -> None:
    keys = {
        variable["valueFrom"]["secretKeyRef"]["key"]
        for pod in pods(rendered())
        for container in pod.containers()
        for variable in container.get("env", [])
        if "secretKeyRef" in variable.get("valueFrom", {})
    }
    readme = (OVERLAY.parents[2] / "README.md").read_text()
    assert {key for key in keys | {"smtp-password", "ca.crt"} if f"--from-file={key}" not in readme} == set()
