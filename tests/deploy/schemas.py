"""Schemas of what we write: Kubernetes' own by kubernetes-validate, Flink's from its operator's package."""

import shutil
import subprocess
import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import kubernetes_validate
import yaml

from tests.deploy.manifests import Document, name_of

KUBERNETES = ("1.29", "1.33")  # the oldest that we say we run on, and one that is in wide use
_OPERATOR = "org.apache.flink:flink-kubernetes-operator-api:1.10.0"
_DEFINITION = "META-INF/fabric8/flinkdeployments.flink.apache.org-v1.yml"


def kubernetes_faults(documents: Sequence[Document], version: str) -> list[str]:
    """Return where documents differ from the API of that version; unknown fields are faults."""
    found = []
    for document in documents:
        if document["apiVersion"].startswith("flink.apache.org/"):
            continue
        try:
            kubernetes_validate.validate(document, version, strict=True)
        except kubernetes_validate.ValidationError as e:
            found.append(f"{name_of(document)}: {'.'.join(map(str, e.path))}: {e.message}")
        except kubernetes_validate.SchemaNotFoundError:
            found.append(f"{name_of(document)}: there is no {document['apiVersion']} {document['kind']}")
    return found


def flink_faults(document: Document, folder: Path) -> list[str]:
    """Return where a FlinkDeployment differs from the operator's definition, which is kept in `folder`."""
    schema = _strict(_flink_schema(folder))
    bare = {key: value for key, value in document.items() if key not in ("apiVersion", "kind", "metadata")}
    errors = jsonschema.Draft202012Validator(schema).iter_errors(bare)
    return [f"{'.'.join(map(str, e.path))}: {e.message[:200]}" for e in errors]


@cache
def _flink_schema(folder: Path) -> Any:
    jars = list(folder.glob("flink-kubernetes-operator-api-*.jar"))
    if not jars:
        _copy_operator(folder)
        jars = list(folder.glob("flink-kubernetes-operator-api-*.jar"))
    with zipfile.ZipFile(jars[0]) as jar:
        definition = yaml.safe_load(jar.read(_DEFINITION))
    schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]
    return {**schema, "properties": {"spec": schema["properties"]["spec"]}}


def _copy_operator(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
    flags = [f"-Dartifact={_OPERATOR}", f"-DoutputDirectory={folder}", "-Dmdep.useBaseVersion=true"]
    subprocess.run([maven(), "-q", "-B", goal, *flags], check=True, timeout=100, capture_output=True)


def maven() -> str | None:
    """Return where Maven is, `None` if it is not here."""
    return shutil.which("mvn")


def _strict(schema: Any) -> Any:
    """Return the schema that knows no other properties than those that it names."""
    if isinstance(schema, list):
        return [_strict(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    stricter = {key: _strict(value) for key, value in schema.items()}
    open_ended = "additionalProperties" in schema or schema.get("x-kubernetes-preserve-unknown-fields")
    if isinstance(schema.get("properties"), dict) and not open_ended:
        stricter["additionalProperties"] = False
    return stricter
