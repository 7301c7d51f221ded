"""What the operator's page tells to type is there: commands, services, resources."""

import re
import shlex
from collections.abc import Iterator

import pytest

from tests.deploy.commands_named import refusal
from tests.deploy.composed import composed
from tests.deploy.manifests import ROOT, name_of, rendered

README = (ROOT / "deploy" / "README.md").read_text()
_KINDS = {
    "deployment": "Deployment",
    "cronjob": "CronJob",
    "job": "Job",
    "flinkdeployment": "FlinkDeployment",
}
_MADE_ELSEWHERE = {"Job/stop-1", "Job/submit-1", "Job/afresh-1"}


def faults(text: str) -> list[str]:
    """Return what the page names and is not there."""
    return [*_commands(text), *_resources(text), *_services(text), *_paths(text)]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("    ")]


def _commands(text: str) -> Iterator[str]:
    """Check our own command lines, alone or behind `docker compose run ... SERVICE`."""
    lines = [*_lines(text), *re.findall(r"`(missionwire [^`]+)`", text)]
    for line in lines:
        words = shlex.split(line, comments=True)
        if "run" in words and words[:2] == ["docker", "compose"]:
            words = words[words.index("process-flink") :]
        if words and words[0] in ("missionwire", "process-flink") and (why := refusal(words[1:])) is not None:
            yield f"{line}: {why}"


def _resources(text: str) -> Iterator[str]:
    known = {name_of(document) for document in rendered()} | _MADE_ELSEWHERE
    for kind, name in re.findall(r"\b(deployment|cronjob|job|flinkdeployment)/([a-z0-9-]+)", text):
        if f"{_KINDS[kind]}/{name}" not in known:
            yield f"there is no {kind}/{name}"
    named = {name.split("/")[1] for name in known} | {"missionwire-kafka-ca"}
    yield from (f"nothing is named {n}" for n in set(re.findall(r"\bmissionwire-[a-z-]+\b", text)) - named)


def _services(text: str) -> Iterator[str]:
    project = composed()
    profiles = {
        profile for service in project["services"].values() for profile in service.get("profiles", [])
    }
    yield from (f"no profile {p}" for p in set(re.findall(r"--profile ([a-z]+)", text)) - profiles)
    named = re.findall(r"docker compose[^`\n]*? (?:exec|stop|--no-deps) ([a-z-]+)", text)
    yield from (f"no service {name}" for name in set(named) - set(project["services"]))


def _paths(text: str) -> Iterator[str]:
    for path in set(re.findall(r"`((?:kubernetes|compose|overlays|base)/[a-z./-]*)`", text)):
        if not any((ROOT / "deploy" / above / path).exists() for above in ("", "kubernetes")):
            yield f"there is no {path}"


def test_the_page_names_what_is_there() -> None:
    assert faults(README) == []


@pytest.mark.parametrize(
    ("before", "after", "fault"),
    [
        ("missionwire rules check", "missionwire rules test", "invalid choice: 'test'"),
        ("flink --config /etc", "flink --conf /etc", "--conf"),
        (
            "deployment/missionwire-process",
            "deployment/missionwire-control",
            "no deployment/missionwire-control",
        ),
        ("cronjob/missionwire-stop", "cronjob/missionwire-halt", "no cronjob/missionwire-halt"),
        (
            "`missionwire-flink-state`",
            "`missionwire-flink-storage`",
            "nothing is named missionwire-flink-storage",
        ),
        ("--profile local", "--profile single", "no profile single"),
        ("exec postgresql", "exec postgres", "no service postgres"),
        ("`compose/compose.yaml`", "`compose/docker-compose.yaml`", "no compose/docker-compose.yaml"),
    ],
)
def test_a_page_that_is_wrong_is_found(before: str, after: str, fault: str) -> None:
    assert before in README
    found = faults(README.replace(before, after))
    assert any(fault in one for one in found), found
