"""The compose file, resolved by the compose program itself; no engine is asked."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.deploy.composed import FOLDER, composed, faults
from tests.deploy.manifests import one, rendered

TEXT = (FOLDER / "compose.yaml").read_text()
COMMON = {"jobmanager.rpc.address", "jobmanager.memory.process.size", "taskmanager.memory.process.size"}


def test_nothing_is_wrong_with_the_compose_file() -> None:
    assert faults(composed()) == []


@pytest.mark.parametrize(
    ("service", "change", "fault"),
    [
        ("collect", {"mem_limit": None}, "collect: no mem_limit"),
        ("kafka", {"image": "apache/kafka:latest"}, "not pinned by version"),
        ("notify", {"read_only": False}, "can write to its image"),
        ("notify", {"cap_drop": None}, "has capabilities"),
        ("kafka", {"security_opt": None}, "may gain privileges"),
        ("kafka", {"privileged": True}, "is not shut in"),
        ("process", {"healthcheck": None}, "process: no healthcheck"),
        (
            "postgresql",
            {"environment": {"POSTGRES_PASSWORD": "hunter2"}},
            "POSTGRES_PASSWORD has its value here",
        ),
        ("collect", {"ports": [{"target": 9461, "published": "9461"}]}, "port 9461 is open to the world"),
    ],
)
def test_a_bad_service_is_found(service: str, change: dict[str, Any], fault: str) -> None:
    project = composed()
    changed = project["services"][service]
    for key, value in change.items():
        changed.pop(key) if value is None else changed.update({key: value})
    found = faults(project)
    assert any(fault in one for one in found), found


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("cap_drop: [ALL]", "cap_dropped: [ALL]", "cap_dropped"),
        ("depends_on: {kafka:", "depends_on: {kafka2:", "kafka2"),
        ("secrets: [database-url]", "secrets: [database-uri]", "database-uri"),
        ("networks: [inside, outside]", "networks: [inside, nowhere]", "nowhere"),
        ("condition: service_healthy", "condition: service_happy", "condition value must be one of"),
    ],
)
def test_the_compose_program_refuses_what_does_not_fit(
    tmp_path: Path, before: str, after: str, complaint: str
) -> None:
    assert before in TEXT
    (tmp_path / "compose.yaml").write_text(TEXT.replace(before, after))
    with pytest.raises(ValueError, match=complaint):
        composed(tmp_path / "compose.yaml")


def test_files_that_it_takes_are_there_or_are_made_by_the_readme() -> None:
    project = composed()
    assert all(Path(config["file"]).exists() for config in project["configs"].values())
    readme = (FOLDER.parent / "README.md").read_text()
    made = {Path(secret["file"]).name for secret in project["secrets"].values()}
    assert {name for name in made if f"secrets/{name}" not in readme} == set()


def test_secrets_are_kept_out_of_the_repository() -> None:
    assert "/secrets/" in (FOLDER / ".gitignore").read_text().splitlines()


def test_process_runs_in_one_way_at_a_time() -> None:
    services = composed()["services"]
    assert services["process"]["profiles"] == ["local"]
    assert services["process-flink"]["profiles"] == ["flink"]


def test_workers_and_taskmanager_share_a_network_that_outlives_both() -> None:
    services = composed()["services"]
    shared = {services[name]["network_mode"] for name in ("workers", "taskmanager")}
    assert shared == {"service:taskmanager-pod"}
    assert "network_mode" not in services["taskmanager-pod"]


def test_flink_is_set_as_on_kubernetes() -> None:
    environment = composed()["services"]["jobmanager"]["environment"]
    here = {key: str(value).lower() for key, value in yaml.safe_load(environment["FLINK_PROPERTIES"]).items()}
    there = one(rendered(), "FlinkDeployment/missionwire-flink")["spec"]["flinkConfiguration"]
    lower = {key: value.lower() for key, value in there.items()}
    assert {key for key, value in here.items() if lower.get(key) != value} == COMMON
