"""The manifests, rendered as an operator applies them; each check is shown to fail on a bad one."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.deploy.manifest_faults import faults
from tests.deploy.manifests import BASE, Document, name_of, one, pods, rendered

Change = Callable[[list[Document]], Any]
COLLECT = "Deployment/missionwire-collect"
FLINK = "FlinkDeployment/missionwire-flink"
_BY_NAME = "kubernetes.operator.pod-template.merge-arrays-by-name"


def test_nothing_is_wrong_with_the_example() -> None:
    assert faults(rendered()) == []


def test_the_base_builds_alone() -> None:
    assert COLLECT in map(name_of, rendered(BASE))


def test_every_manifest_of_the_base_is_part_of_it() -> None:
    files = {path.name for path in BASE.glob("*.yaml")} - {"kustomization.yaml"}
    listed = (BASE / "kustomization.yaml").read_text()
    assert {name for name in files if f"- {name}\n" not in listed} == set()


def _pod_spec(documents: list[Document], name: str = COLLECT) -> Any:
    return one(documents, name)["spec"]["template"]["spec"]


def _container(documents: list[Document], name: str = COLLECT) -> Any:
    return _pod_spec(documents, name)["containers"][0]


def _workers(documents: list[Document]) -> Any:
    containers = one(documents, FLINK)["spec"]["taskManager"]["podTemplate"]["spec"]["containers"]
    return next(c for c in containers if c["name"] == "workers")


def _cron_container(documents: list[Document]) -> Any:
    return one(documents, "CronJob/missionwire-stop")["spec"]["jobTemplate"]["spec"]["template"]["spec"][
        "containers"
    ][0]


def _without(documents: list[Document], name: str) -> None:
    documents.remove(one(documents, name))


def _egress_block(documents: list[Document], name: str) -> Any:
    return one(documents, f"NetworkPolicy/{name}")["spec"]["egress"][0]["to"][0]["ipBlock"]


def _secret(documents: list[Document]) -> None:
    documents.append(
        {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}, "stringData": {"a": "b"}}
    )


BAD: dict[str, tuple[Change, str]] = {
    "root": (lambda d: _pod_spec(d)["securityContext"].pop("runAsNonRoot"), "may run as root"),
    "user 0": (lambda d: _container(d)["securityContext"].update(runAsUser=0), "may run as root"),
    "privileged": (lambda d: _container(d)["securityContext"].update(privileged=True), "may run as root"),
    "no seccomp": (lambda d: _pod_spec(d)["securityContext"].pop("seccompProfile"), "no seccomp profile"),
    "host network": (lambda d: _pod_spec(d).update(hostNetwork=True), "shares the host's namespaces"),
    "host path": (
        lambda d: _pod_spec(d)["volumes"].append({"name": "h", "hostPath": {"path": "/"}}),
        "mounts a path of the host",
    ),
    "service links": (lambda d: _pod_spec(d).pop("enableServiceLinks"), "variables for each service"),
    "token": (lambda d: _pod_spec(d).pop("automountServiceAccountToken"), "token of the Kubernetes API"),
    "no limit": (lambda d: _container(d)["resources"]["limits"].pop("memory"), "no memory in limits"),
    "no request": (lambda d: _workers(d)["resources"]["requests"].pop("cpu"), "workers: no cpu in requests"),
    "job without limits": (lambda d: _cron_container(d).pop("resources"), "stop: no cpu in limits"),
    "escalation": (
        lambda d: _container(d)["securityContext"].pop("allowPrivilegeEscalation"),
        "may gain privileges",
    ),
    "capabilities": (lambda d: _workers(d)["securityContext"].pop("capabilities"), "has capabilities"),
    "writable": (
        lambda d: _container(d)["securityContext"].update(readOnlyRootFilesystem=False),
        "can write to its image",
    ),
    "merged by place": (
        lambda d: one(d, FLINK)["spec"]["flinkConfiguration"].pop(_BY_NAME),
        "flink-main-container: mounts flink-state, which is no volume",
    ),
    "latest": (lambda d: _container(d).update(image="missionwire:latest"), "not pinned by version"),
    "no tag": (lambda d: one(d, FLINK)["spec"].update(image="apache/flink"), "not pinned by version"),
    "no liveness": (lambda d: _container(d).pop("livenessProbe"), "no livenessProbe"),
    "no readiness": (lambda d: _workers(d).pop("readinessProbe"), "workers: no readinessProbe"),
    "probe at nothing": (lambda d: _container(d).pop("ports"), "port metrics that is not declared"),
    "probe of nothing": (
        lambda d: _container(d)["livenessProbe"]["httpGet"].update(path="/health"),
        "a path that we do not answer",
    ),
    "no volume": (lambda d: _pod_spec(d)["volumes"].pop(0), "which is no volume"),
    "nowhere to write": (
        lambda d: _container(d).update(volumeMounts=_container(d)["volumeMounts"][:-1]),
        "has nowhere to write",
    ),
    "secret here": (_secret, "a secret that lies here"),
    "inline": (
        lambda d: _container(d)["env"].append({"name": "SMTP_PASSWORD", "value": "hunter2"}),
        "SMTP_PASSWORD has its value here",
    ),
    "no budget": (lambda d: _without(d, "PodDisruptionBudget/missionwire-collect"), "no disruption budget"),
    "idle budget": (
        lambda d: one(d, "PodDisruptionBudget/missionwire-notify")["spec"]["selector"].update(
            matchLabels={"a": "b"}
        ),
        "no such pod",
    ),
    "one node": (lambda d: _pod_spec(d).pop("topologySpreadConstraints"), "may land on one node"),
    "open": (lambda d: _without(d, "NetworkPolicy/deny-all"), "no policy denies"),
    "private": (
        lambda d: _egress_block(d, "reaches-web")["except"].remove("10.0.0.0/8"),
        "leads to 10.0.0.0/8",
    ),
    "all of IPv6": (lambda d: _egress_block(d, "reaches-receivers").update(cidr="::/0"), "private networks"),
    "no way": (lambda d: _without(d, "NetworkPolicy/reaches-kafka"), "reaches-kafka leads nowhere"),
    "idle policy": (
        lambda d: one(d, "NetworkPolicy/flink")["spec"].update(podSelector={"matchLabels": {"app": "flink"}}),
        "selects no pod",
    ),
    "no configuration": (
        lambda d: _without(d, "ConfigMap/missionwire-config"),
        "missionwire-config is not there",
    ),
    "no claim": (lambda d: _without(d, "PersistentVolumeClaim/missionwire-flink-state"), "is not there"),
    "no account": (lambda d: _without(d, "ServiceAccount/missionwire"), "no account missionwire"),
    "other namespace": (
        lambda d: one(d, "RoleBinding/missionwire-flink")["subjects"][0].update(namespace="default"),
        "no account default/missionwire-flink",
    ),
}


@pytest.mark.parametrize(("change", "fault"), BAD.values(), ids=BAD)
def test_a_bad_manifest_is_found(change: Change, fault: str) -> None:
    documents = rendered()
    change(documents)
    found = faults(documents)
    assert any(fault in one for one in found), found


def test_the_flink_pods_have_what_both_templates_say() -> None:
    roles = {pod.owner.rsplit("/", 1)[-1]: pod for pod in pods(rendered()) if pod.owner.startswith("Flink")}
    main, workers = roles["taskManager"].containers()
    assert main["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert main["livenessProbe"]["tcpSocket"] == {"port": 6122}
    assert workers["image"].endswith("missionwire:0.1.0")
    assert [c["name"] for c in roles["jobManager"].containers()] == ["flink-main-container"]


def test_what_runs_before_needs_nothing_that_comes_after() -> None:
    before = [d for d in rendered() if d["metadata"].get("labels", {}).get("missionwire/step") == "before"]
    assert {name_of(d) for d in before if d["kind"] == "Job"} == {
        "Job/missionwire-migrate",
        "Job/missionwire-topics",
    }
    assert faults(before) == []


def test_one_control_loop_at_a_time() -> None:
    spec = one(rendered(), "Deployment/missionwire-process")["spec"]
    assert (spec["replicas"], spec["strategy"]) == (1, {"type": "Recreate"})


def test_on_demand_jobs_never_run_by_the_clock() -> None:
    crons = [d for d in rendered() if d["kind"] == "CronJob"]
    assert len(crons) == 3
    assert all(d["spec"]["suspend"] is True for d in crons)
