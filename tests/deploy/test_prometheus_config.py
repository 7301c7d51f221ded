"""The scrape examples are valid, and give every part of the manifests the labels that the rules count on."""

import json
import subprocess

import pytest
from ruamel.yaml import YAML

from pipeline import metrics
from pipeline.settings.models import MetricsSection
from tests.deploy.live_parts import Scrapes, an_evening
from tests.deploy.prometheus_kit import DEPLOY, checked, program

FOLDER = DEPLOY / "prometheus"
KUBERNETES = YAML(typ="safe").load(FOLDER / "prometheus-kubernetes.yaml")


def test_promtool_accepts_the_example_for_one_machine():
    code, said = checked("promtool", "check", "config", FOLDER / "prometheus.yaml")
    assert (code, "40 rules found" in said) == (0, True), said


def test_the_ports_are_those_of_the_default_settings():
    (job,) = YAML(typ="safe").load(FOLDER / "prometheus.yaml")["scrape_configs"]
    found = {each["labels"]["part"]: each["targets"] for each in job["static_configs"]}
    defaults = MetricsSection()
    assert found == {
        part: [f"localhost:{getattr(defaults, part)}"] for part in ("collect", "process", "notify")
    }


def with_targets(targets):
    """Return the configuration for Kubernetes with targets in place of the API server, and no rules."""
    (job,) = KUBERNETES["scrape_configs"]
    kept = {key: value for key, value in job.items() if key != "kubernetes_sd_configs"}
    kept["static_configs"] = [{"targets": ["10.0.0.1:1"], "labels": labels} for labels in targets]
    return {"global": KUBERNETES["global"], "scrape_configs": [kept]}


def scraped(targets, folder):
    """Return the labels of the targets that are kept, by Prometheus' own relabelling."""
    config = folder / "config.yaml"
    config.write_text(json.dumps(with_targets(targets)))
    code, said = checked("promtool", "check", "service-discovery", "--timeout=3s", config, "missionwire")
    assert code == 0, said
    return [each["labels"] for each in json.loads(said) if each.get("labels")]


def meta(name, port="metrics", phase="Running", **labels):
    found = {"pod_name": name, "pod_container_port_name": port, "pod_phase": phase, "pod_node_name": "n1"}
    found |= {f"pod_label_{label}": value for label, value in labels.items()}
    return {f"__meta_kubernetes_{key}": value for key, value in found.items()}


def shipped_pods():
    """Return the meta labels of each port of each pod in the shipped manifests."""
    for file in sorted((DEPLOY / "kubernetes/base").glob("*.yaml")):
        for document in YAML(typ="safe").load_all(file):
            if document["kind"] == "Deployment":
                template = document["spec"]["template"]
                yield from ports(document["metadata"]["name"], template, template["metadata"]["labels"])
            if document["kind"] == "FlinkDeployment":
                template = document["spec"]["taskManager"]["podTemplate"]
                yield from ports("taskmanager", template, {"app": "flink", "component": "taskmanager"})


def ports(name, template, labels):
    plain = {label.replace(".", "_").replace("/", "_").replace("-", "_"): v for label, v in labels.items()}
    for container in template["spec"]["containers"]:
        for port in container.get("ports", []):
            yield meta(name, port["name"], **plain)


@pytest.mark.slow
def test_each_part_of_the_shipped_manifests_is_found_with_its_name(tmp_path):
    found = scraped(shipped_pods(), tmp_path)
    assert {(each["job"], each["part"], each["pod"], each["node"]) for each in found} == {
        ("missionwire", "collect", "missionwire-collect", "n1"),
        ("missionwire", "process", "missionwire-process", "n1"),
        ("missionwire", "notify", "missionwire-notify", "n1"),
        ("missionwire", "worker", "taskmanager", "n1"),
    }


@pytest.mark.slow
def test_pods_that_have_ended_are_not_down(tmp_path):
    kept = meta("a", app_kubernetes_io_component="collect")
    ended = [
        meta("b", phase=phase, app_kubernetes_io_component="collect") for phase in ("Succeeded", "Failed")
    ]
    assert [each["pod"] for each in scraped([kept, *ended], tmp_path)] == ["a"]


def test_prometheus_finds_nothing_odd_in_what_is_served():
    an_evening(Scrapes())
    metrics.before_reading(None)
    command = [program("promtool"), "check", "metrics"]
    done = subprocess.run(command, input=metrics.exposition(), capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
