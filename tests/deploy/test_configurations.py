"""The example configurations load in the real loader, with rules, secrets and all."""

from pathlib import Path

import pytest

from pipeline.settings import Settings, SettingsFaults, load_settings
from tests.deploy.composed import FOLDER as COMPOSE
from tests.deploy.manifests import OVERLAY, Document, one, rendered

PORTS = {"collect": 9461, "process": 9462, "notify": 9463}
ENVIRON = {
    "MISSIONWIRE_KAFKA_PASSWORD": "from-the-environment",
    "MISSIONWIRE_DATABASE_URL": "postgresql+psycopg://a:b@database/missionwire",
    "MISSIONWIRE_SLACK_URL": "https://hooks.example.org/services/x",
}
FILES = {
    "database-url": "postgresql+psycopg://a:b@database/missionwire\n",
    "slack-url": "https://hooks.example.org/services/x\n",
    "smtp-password": "secret\n",
}
FOLDERS = pytest.mark.parametrize("folder", [OVERLAY, COMPOSE], ids=["kubernetes", "compose"])


def _loaded(folder: Path, here: Path, text: str | None = None) -> Settings:
    """Load a configuration whose secret files lie in `here`."""
    secrets = here / "secrets"
    secrets.mkdir(parents=True)
    for name, content in FILES.items():
        (secrets / name).write_text(content)
    for path in folder.glob("*.yaml"):
        (here / path.name).write_text(path.read_text())
    text = text or (folder / "missionwire.yaml").read_text()
    for place in ("/run/secrets/missionwire/", "/run/secrets/"):
        text = text.replace(place, f"{secrets}/")
    (here / "missionwire.yaml").write_text(text)
    return load_settings(here / "missionwire.yaml", ENVIRON, with_secrets=True)


@FOLDERS
def test_an_example_loads_with_its_secrets(folder: Path, tmp_path: Path) -> None:
    settings = _loaded(folder, tmp_path / "a")
    assert settings.receivers()
    assert settings.flink is not None
    assert str(settings.data_dir) == "/var/lib/missionwire"


@FOLDERS
def test_a_misspelt_key_is_found(folder: Path, tmp_path: Path) -> None:
    text = (folder / "missionwire.yaml").read_text().replace("replication:", "replicas:")
    with pytest.raises(SettingsFaults, match=r"replicas"):
        _loaded(folder, tmp_path / "a", text)


@FOLDERS
def test_metrics_are_where_probes_look(folder: Path, tmp_path: Path) -> None:
    settings = _loaded(folder, tmp_path / "a")
    assert {part: settings.metrics_address(part) for part in PORTS} == {
        part: ("0.0.0.0", port) for part, port in PORTS.items()
    }


@pytest.mark.parametrize("part", PORTS)
def test_the_ports_of_kubernetes_are_those_of_the_configuration(part: str) -> None:
    template = one(rendered(), f"Deployment/missionwire-{part}")["spec"]["template"]
    assert template["spec"]["containers"][0]["ports"] == [{"name": "metrics", "containerPort": PORTS[part]}]
    assert template["metadata"]["annotations"]["prometheus.io/port"] == str(PORTS[part])


def test_the_flink_section_names_what_there_is(tmp_path: Path) -> None:
    documents = rendered()
    flink = _loaded(OVERLAY, tmp_path / "a").flink
    assert flink is not None
    assert flink.rest == f"http://{one(documents, _FLINK)['metadata']['name']}-rest:8081"
    assert flink.job_server == _address(one(documents, "Service/missionwire-job-server"))
    assert flink.savepoints == _flink_settings(documents)["state.savepoints.dir"]
    assert f"--flink-master={flink.rest.removeprefix('http://')}" in _job_server_args(documents)
    assert int(_flink_settings(documents)["taskmanager.numberOfTaskSlots"]) == 1


_FLINK = "FlinkDeployment/missionwire-flink"


def _flink_settings(documents: list[Document]) -> dict[str, str]:
    return dict(one(documents, _FLINK)["spec"]["flinkConfiguration"])


def _job_server_args(documents: list[Document]) -> list[str]:
    return list(
        one(documents, "Deployment/missionwire-job-server")["spec"]["template"]["spec"]["containers"][0][
            "args"
        ]
    )


def _address(service: Document) -> str:
    return f"{service['metadata']['name']}:{service['spec']['ports'][0]['port']}"
