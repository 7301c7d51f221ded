"""What is wrong with manifests, beyond what a schema knows. Each check returns faults in words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tests.deploy.manifests import FLINK_MAIN, Document, Pod, is_ours, name_of, pods

_PINNED = re.compile(r"^[a-z0-9./_-]+:[a-z0-9.-]*\d+\.\d+(\.\d+)?[a-zA-Z0-9._-]*(@sha256:[0-9a-f]{64})?$")
_SECRET_WORDS = re.compile(r"pass(word)?|secret|token|api_?key|credential|_URL$", re.IGNORECASE)
_LEADING_OUT = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "169.254.0.0/16",
    "127.0.0.0/8",
    "100.64.0.0/10",
)


def faults(documents: Sequence[Document]) -> list[str]:
    """Return everything that is wrong."""
    found = [fault for pod in pods(documents) for fault in _of_pod(pod)]
    for check in (_inline_secrets, _missing_budgets, _network_faults, _missing_mounts, _strange_accounts):
        found += check(documents)
    return found


def _of_pod(pod: Pod) -> Iterator[str]:
    yield from (f"{pod.owner}: {fault}" for fault in _pod_security(pod))
    for container in pod.containers():
        name = f"{pod.owner}/{container['name']}"
        checks = (_amounts(container), _security(container), _image(container), _mounts(pod, container))
        yield from (f"{name}: {fault}" for check in checks for fault in check)
        if pod.lasting:
            yield from (f"{name}: {fault}" for fault in _probes(container))


def _pod_security(pod: Pod) -> Iterator[str]:
    context = pod.spec.get("securityContext", {})
    if context.get("runAsNonRoot") is not True or not context.get("runAsUser"):
        yield "may run as root"
    if context.get("seccompProfile", {}).get("type") != "RuntimeDefault":
        yield "has no seccomp profile"
    if any(pod.spec.get(key) for key in ("hostNetwork", "hostPID", "hostIPC")):
        yield "shares the host's namespaces"
    if any("hostPath" in volume for volume in pod.spec.get("volumes", [])):
        yield "mounts a path of the host"
    if pod.spec.get("enableServiceLinks") is not False:
        yield "gets variables for each service, which may look like ours"
    flink = "app" in pod.labels
    if not flink and pod.spec.get("automountServiceAccountToken") is not False:
        yield "has a token of the Kubernetes API"


def _amounts(container: Mapping[str, Any]) -> Iterator[str]:
    resources = container.get("resources", {})
    for kind in ("requests", "limits"):
        for what in ("cpu", "memory"):
            if what not in resources.get(kind, {}):
                yield f"no {what} in {kind}"


def _security(container: Mapping[str, Any]) -> Iterator[str]:
    context = container.get("securityContext", {})
    if context.get("allowPrivilegeEscalation") is not False:
        yield "may gain privileges"
    if context.get("capabilities", {}).get("drop") != ["ALL"] or context["capabilities"].get("add"):
        yield "has capabilities"
    if context.get("privileged") or context.get("runAsUser") == 0:
        yield "may run as root"
    # Flink's own entry point edits its configuration in place; everything else can do without
    if container["name"] != FLINK_MAIN and context.get("readOnlyRootFilesystem") is not True:
        yield "can write to its image"


def _image(container: Mapping[str, Any]) -> Iterator[str]:
    if not _PINNED.match(container["image"]):
        yield f"image {container['image']} is not pinned by version"


def _probes(container: Mapping[str, Any]) -> Iterator[str]:
    wanted = {"livenessProbe"} if container["name"] == FLINK_MAIN else {"livenessProbe", "readinessProbe"}
    yield from (f"no {probe}" for probe in sorted(wanted - set(container)))
    names = {port["name"] for port in container.get("ports", []) if "name" in port}
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        spec = container.get(probe, {})
        port = (spec.get("httpGet") or spec.get("tcpSocket") or {}).get("port")
        if isinstance(port, str) and port not in names:
            yield f"{probe} at a port {port} that is not declared"
        if port == "metrics" and spec.get("httpGet", {}).get("path", "/healthz") not in (
            "/healthz",
            "/readyz",
        ):
            yield f"{probe} asks for a path that we do not answer"


def _mounts(pod: Pod, container: Mapping[str, Any]) -> Iterator[str]:
    volumes = {volume["name"] for volume in pod.spec.get("volumes", [])}
    mounts = container.get("volumeMounts", [])
    yield from (f"mounts {m['name']}, which is no volume" for m in mounts if m["name"] not in volumes)
    if is_ours(container) and "/tmp" not in {m["mountPath"] for m in mounts}:
        yield "has nowhere to write"


def _inline_secrets(documents: Sequence[Document]) -> Iterator[str]:
    yield from (f"{name_of(d)}: a secret that lies here" for d in documents if d["kind"] == "Secret")
    for pod in pods(documents):
        for container in pod.containers():
            for variable in container.get("env", []):
                if variable.get("value") and _SECRET_WORDS.search(variable["name"]):
                    yield f"{pod.owner}/{container['name']}: {variable['name']} has its value here"


def _missing_budgets(documents: Sequence[Document]) -> Iterator[str]:
    budgets = [d["spec"]["selector"]["matchLabels"] for d in documents if d["kind"] == "PodDisruptionBudget"]
    for document in documents:
        if document["kind"] == "Deployment" and document["spec"]["replicas"] > 1:
            labels = document["spec"]["template"]["metadata"]["labels"]
            if not any(budget.items() <= labels.items() for budget in budgets):
                yield f"{name_of(document)}: no disruption budget"
            if "topologySpreadConstraints" not in document["spec"]["template"]["spec"]:
                yield f"{name_of(document)}: all replicas may land on one node"
    known = [pod.labels for pod in pods(documents)]
    yield from (f"a budget for {budget}: no such pod" for budget in budgets if not _selects(budget, known))


def _selects(wanted: Mapping[str, str], known: Sequence[Mapping[str, str]]) -> bool:
    return any(wanted.items() <= labels.items() for labels in known)


def _network_faults(documents: Sequence[Document]) -> Iterator[str]:
    policies = [d for d in documents if d["kind"] == "NetworkPolicy"]
    known = [pod.labels for pod in pods(documents)]
    if not any(
        p["spec"]["podSelector"] == {} and not {"egress", "ingress"} & set(p["spec"]) for p in policies
    ):
        yield "no policy denies what is not allowed"
    selected = [p["spec"]["podSelector"].get("matchLabels", {}) for p in policies]
    for policy, wanted in zip(policies, selected, strict=True):
        if not _selects(wanted, known):
            yield f"{name_of(policy)}: selects no pod"
        yield from (f"{name_of(policy)}: {fault}" for fault in _private_ways(policy))
    ways = {key for wanted in selected for key in wanted if key.startswith("missionwire/reaches-")}
    for pod in pods(documents):
        asked = {key for key in pod.labels if key.startswith("missionwire/reaches-")}
        yield from (f"{pod.owner}: {key} leads nowhere" for key in sorted(asked - ways))


def _private_ways(policy: Document) -> Iterator[str]:
    for rule in policy["spec"].get("egress", []):
        for target in rule.get("to", []):
            block = target.get("ipBlock", {})
            if block.get("cidr") == "0.0.0.0/0":
                left = set(_LEADING_OUT) - set(block.get("except", []))
                yield from (f"leads to {network}" for network in sorted(left))
            if block.get("cidr") == "::/0":
                yield "leads to private networks"


def _missing_mounts(documents: Sequence[Document]) -> Iterator[str]:
    """Return what pods take from ConfigMaps and claims that nobody makes; Secrets are made elsewhere."""
    made = {name_of(d) for d in documents}
    for pod in pods(documents):
        for volume in pod.spec.get("volumes", []):
            wanted = None
            if "configMap" in volume:
                wanted = f"ConfigMap/{volume['configMap']['name']}"
            if "persistentVolumeClaim" in volume:
                wanted = f"PersistentVolumeClaim/{volume['persistentVolumeClaim']['claimName']}"
            if wanted is not None and wanted not in made:
                yield f"{pod.owner}: {wanted} is not there"


def _strange_accounts(documents: Sequence[Document]) -> Iterator[str]:
    made = {
        (d["metadata"].get("namespace"), d["metadata"]["name"])
        for d in documents
        if d["kind"] == "ServiceAccount"
    }
    for document in documents:
        if document["kind"] == "RoleBinding":
            for subject in document["subjects"]:
                if (subject["namespace"], subject["name"]) not in made:
                    yield f"{name_of(document)}: no account {subject['namespace']}/{subject['name']}"
    accounts = {name for _, name in made}
    for pod in pods(documents):
        account = pod.spec.get("serviceAccountName")
        if account is not None and account not in accounts:
            yield f"{pod.owner}: no account {account}"
