"""The manifests as an operator would apply them: rendered by kustomize, as documents, pods and containers."""

import copy
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import yaml

Document = dict[str, Any]

ROOT = Path(__file__).parents[2]
BASE = ROOT / "deploy" / "kubernetes" / "base"
OVERLAY = ROOT / "deploy" / "kubernetes" / "overlays" / "example"
BIN = Path(sys.executable).parent
OUR_IMAGE = "missionwire"
FLINK_MAIN = "flink-main-container"
_BY_NAME = "kubernetes.operator.pod-template.merge-arrays-by-name"


class Pod(NamedTuple):
    """A pod that a document describes; `lasting` unless it ends by itself."""

    owner: str
    labels: Mapping[str, str]
    spec: Mapping[str, Any]
    lasting: bool

    def containers(self) -> list[Mapping[str, Any]]:
        """Return all of its containers."""
        return [*self.spec.get("initContainers", []), *self.spec["containers"]]


def rendered(folder: Path = OVERLAY) -> list[Document]:
    """Return the documents of a kustomization; a copy, to be changed at will."""
    return copy.deepcopy(_rendered(folder))


@cache
def _rendered(folder: Path) -> list[Document]:
    # kubectl finds neither a cluster nor a home here: it only reads files
    command = [BIN / "kubectl", "kustomize", folder]
    text = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    return list(yaml.safe_load_all(text))


def name_of(document: Document) -> str:
    """Return kind and name."""
    return f"{document['kind']}/{document['metadata']['name']}"


def one(documents: Sequence[Document], name: str) -> Document:
    """Return the document of that kind and name."""
    return next(d for d in documents if name_of(d) == name)


def pods(documents: Sequence[Document]) -> Iterator[Pod]:
    """Return every pod that comes of the documents, Flink's from its layers of templates."""
    for document in documents:
        name, spec = name_of(document), document.get("spec", {})
        if document["kind"] == "FlinkDeployment":
            yield from _flink_pods(name, document)
        elif document["kind"] == "CronJob":
            yield _pod(name, spec["jobTemplate"]["spec"]["template"], lasting=False)
        elif document["kind"] in ("Deployment", "StatefulSet", "DaemonSet", "Job"):
            yield _pod(name, spec["template"], lasting=document["kind"] != "Job")


def _pod(owner: str, template: Mapping[str, Any], *, lasting: bool) -> Pod:
    return Pod(owner, template["metadata"].get("labels", {}), template["spec"], lasting)


def _flink_pods(name: str, document: Document) -> Iterator[Pod]:
    """Merge the common template with that of each role, as Flink's operator does."""
    spec, app = document["spec"], document["metadata"]["name"]
    by_name = spec["flinkConfiguration"].get(_BY_NAME) == "true"
    for role in ("jobManager", "taskManager"):
        whole = merged(spec["podTemplate"], spec[role]["podTemplate"], by_name=by_name)
        labels = {**whole["metadata"].get("labels", {}), "app": app, "component": role.lower()}
        amounts = {"cpu": spec[role]["resource"]["cpu"], "memory": spec[role]["resource"]["memory"]}
        for container in whole["spec"]["containers"]:
            if container["name"] == FLINK_MAIN:
                container["image"] = spec["image"]
                container["resources"] = {"requests": amounts, "limits": amounts}
        yield Pod(f"{name}/{role}", labels, whole["spec"], lasting=True)


def merged(below: Any, above: Any, *, by_name: bool) -> Any:
    """Lay one template over another: mappings by key, lists of mappings by name or by place."""
    if isinstance(below, dict) and isinstance(above, dict):
        both = {key: merged(below[key], above[key], by_name=by_name) for key in below if key in above}
        return copy.deepcopy({**below, **above}) | both
    if isinstance(below, list) and isinstance(above, list) and below and isinstance(below[0], dict):
        return _merged_lists(below, above, by_name=by_name)
    return copy.deepcopy(above)


def _merged_lists(below: list[Any], above: list[Any], *, by_name: bool) -> list[Any]:
    def keyed(items: list[Any]) -> dict[Any, Any]:
        return {item["name"] if by_name else place: item for place, item in enumerate(items)}

    return list(merged(keyed(below), keyed(above), by_name=by_name).values())


def is_ours(container: Mapping[str, Any]) -> bool:
    """Tell whether the container runs our image."""
    return container["image"].split("@")[0].rsplit("/", 1)[-1].split(":")[0] == OUR_IMAGE
