"""Load rule files: every fault of every file at once, each with its line, or the rules."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from alerts.rules.condition import Condition, compile_condition
from alerts.rules.model import RuleFile, RuleText
from alerts.rules.summary import objections
from transforms.located_yaml import Fault, Located, YamlFaults, faults_of, load_located
from transforms.records import deterministic_id

STARTER = Path(__file__).resolve().parent.parent / "starter" / "rules.yaml"


class RuleFaults(Exception):  # noqa: N818 - several faults, not one error
    """Rule files that cannot be used; `faults` lists every reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Rule(NamedTuple):
    """A rule, ready to be evaluated; `version` is the hash of its text."""

    text: RuleText
    condition: Condition
    version: str

    @property
    def id(self) -> str:
        """Return the rule's id."""
        return self.text.id


class RuleSet(NamedTuple):
    """Rules in the order of their files, with ids of their own."""

    rules: tuple[Rule, ...]


def load_rules(paths: Sequence[Path]) -> RuleSet:
    """Read rule files; raise `RuleFaults` with everything that is wrong in any of them."""
    faults: list[Fault] = []
    rules: list[Rule] = []
    seen: dict[str, str] = {}
    for path in paths:
        try:
            located = load_located(path)
        except YamlFaults as e:
            faults += e.faults
            continue
        faults += _contents(located)
        faults += _doubles(located, seen)
        rules += _rules(located, faults)
    if faults:
        raise RuleFaults(faults)
    return RuleSet(tuple(rules))


def _rules(located: Located, faults: list[Fault]) -> list[Rule]:
    try:
        file = RuleFile.model_validate(located.data)
    except ValidationError as e:
        faults += faults_of(e, located)
        return []
    compiled = ((text, compile_condition(text.condition)[0]) for text in file.rules)
    return [Rule(text, condition, _version(text)) for text, condition in compiled if condition]


def _version(text: RuleText) -> str:
    return deterministic_id("rule", text.model_dump_json(by_alias=True))


def _contents(located: Located) -> Iterator[Fault]:
    for n, rule in _written(located):
        condition, summary = rule.get("if"), rule.get("summary")
        if isinstance(condition, str) and condition:
            for why, expected in compile_condition(condition)[1]:
                yield located.fault(("rules", n, "if"), why, expected)
        if isinstance(summary, str):
            for why in objections(summary):
                yield located.fault(("rules", n, "summary"), why, "{field} of an incident, {{ or }}")


def _doubles(located: Located, seen: dict[str, str]) -> Iterator[Fault]:
    for n, rule in _written(located):
        name = rule.get("id")
        if not isinstance(name, str):
            continue
        loc = ("rules", n, "id")
        if name in seen:
            yield located.fault(loc, f"{name} is already at {seen[name]}", "an id of its own")
        seen.setdefault(name, f"{located.path}:{located.line_of(loc)}")


def _written(located: Located) -> Iterator[tuple[int, dict[str, Any]]]:
    data = located.data
    rules = data.get("rules") if isinstance(data, dict) else None
    for n, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict):
            yield n, rule
