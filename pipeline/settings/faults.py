"""A model's objections in our words, placed on the lines of the file."""

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from pipeline.settings.fields import OURS
from transforms.located_yaml import Fault, Loc, Located, faults_of, name_of


class SettingsFaults(Exception):  # noqa: N818 - several faults, not one error
    """A configuration that cannot be used; `faults` has every reason.

    `more_to_check`: names, files and secrets are looked at once the shape of the file is right.
    """

    def __init__(self, faults: Iterable[Fault], *, more_to_check: bool = False) -> None:
        self.faults = tuple(sorted(set(faults)))
        note = ["names, files and secrets are checked once these are mended"] if more_to_check else []
        super().__init__("\n".join([*map(str, self.faults), *note]))


def missing_file(path: Path) -> SettingsFaults:
    """Return the fault of a configuration that is not there."""
    return SettingsFaults(
        [Fault(path, 1, "file", "there is no such file", "a configuration; `missionwire init` writes one")]
    )


def objections(error: ValidationError, located: Located) -> list[Fault]:
    """Return the faults with the names that stand in the file, ours with what they expect."""
    details = error.errors(include_url=False, include_input=False)
    pairs = zip(details, faults_of(error, located), strict=True)
    return list(dict.fromkeys(_reworded(detail, fault, located) for detail, fault in pairs))


def _reworded(detail: Any, fault: Fault, located: Located) -> Fault:
    fault = dataclasses.replace(fault, what=name_of(_written(detail["loc"], located.data)))
    if detail["type"] == OURS:
        return dataclasses.replace(fault, why=detail["ctx"]["why"], expected=detail["ctx"]["expected"])
    if detail["type"] == "union_tag_invalid":
        expected = detail["ctx"]["expected_tags"].replace("'", "")
        return dataclasses.replace(fault, what=f"{fault.what}.kind", why="wrong value", expected=expected)
    if detail["type"] == "union_tag_not_found":
        return dataclasses.replace(
            fault, what=f"{fault.what}.kind", why="missing", expected="terminal, slack, email, webhook"
        )
    if detail["type"] == "too_short":
        return dataclasses.replace(fault, why="is empty", expected="at least one")
    return fault


def _written(loc: Loc, data: Any) -> Loc:
    """Leave out the steps that are names of models or alternatives, keep a last one that is missing."""
    known: Loc = ()
    for index, step in enumerate(loc):
        inside = isinstance(data, dict) and step in data
        inside = inside or (isinstance(data, list) and isinstance(step, int) and step < len(data))
        if inside:
            data, known = data[step], (*known, step)
        elif index == len(loc) - 1 and (data is None or isinstance(data, dict)):
            known = (*known, step)
    return known
