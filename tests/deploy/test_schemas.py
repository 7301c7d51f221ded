"""Every document fits the schema of its API, and the checks would notice one that does not."""

from pathlib import Path

import pytest

from tests.deploy.manifests import one, rendered
from tests.deploy.schemas import KUBERNETES, flink_faults, kubernetes_faults, maven

FLINK = "FlinkDeployment/missionwire-flink"


@pytest.mark.parametrize("version", KUBERNETES)
def test_all_documents_fit_the_kubernetes_api(version: str) -> None:
    assert kubernetes_faults(rendered(), version) == []


@pytest.mark.parametrize("version", KUBERNETES)
def test_a_misspelt_field_is_found(version: str) -> None:
    documents = rendered()
    one(documents, "Deployment/missionwire-notify")["spec"]["template"]["spec"]["containers"][0][
        "livenesProbe"
    ] = {}
    assert any("livenesProbe" in fault for fault in kubernetes_faults(documents, version))


def test_a_wrong_type_is_found() -> None:
    documents = rendered()
    one(documents, "Deployment/missionwire-notify")["spec"]["replicas"] = "two"
    assert any("spec.replicas" in fault for fault in kubernetes_faults(documents, KUBERNETES[0]))


def test_an_unknown_kind_is_found() -> None:
    documents = rendered()
    one(documents, "Job/missionwire-topics")["apiVersion"] = "batch/v1beta9"
    assert any(
        "there is no batch/v1beta9 Job" in fault for fault in kubernetes_faults(documents, KUBERNETES[0])
    )


@pytest.fixture(scope="session")
def definitions(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return where the definition of Flink's operator is put; Maven brings it."""
    if maven() is None:
        pytest.skip("Maven, which brings the operator's definition, is not here")
    return tmp_path_factory.mktemp("definitions")


def test_the_flink_deployment_fits_its_operator(definitions: Path) -> None:
    assert flink_faults(one(rendered(), FLINK), definitions) == []


@pytest.mark.parametrize(
    ("path", "value", "fault"),
    [
        (("spec", "flinkVersion"), "v1_99", "spec.flinkVersion"),
        (("spec", "taskManager", "replica"), 2, "replica"),
        (("spec", "jobManager", "resource", "cpu"), "half", "spec.jobManager.resource.cpu"),
        (("spec", "podTemplate", "spec", "container"), [], "container"),
    ],
)
def test_a_bad_flink_deployment_is_found(
    definitions: Path, path: tuple[str, ...], value: object, fault: str
) -> None:
    document = one(rendered(), FLINK)
    inner = document
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert any(fault in one for one in flink_faults(document, definitions))
