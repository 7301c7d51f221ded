"""The commands, variables and files that deploy files name, against those that there are."""

import argparse
import contextlib
import io
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from pipeline import worker, worker_boot, worker_pool
from pipeline.cli import parser

# which secrets of the configuration a part needs: see pipeline/commands
_SECTIONS = {
    "collect": ("log", "database"),
    "notify": ("log", "database", "receivers"),
    "process": ("log",),
    "topics": ("log",),
    "database": ("database",),
    "run": ("log", "database", "receivers"),
    "workers": ("log",),
}
_WORKER_VARIABLES = {worker_boot.LOGS, worker.METRICS}


class Part(NamedTuple):
    """A container of our image: its command line, its variables, and the paths where something is mounted."""

    name: str
    argv: Sequence[str]
    variables: Mapping[str, str]
    mounted: Sequence[str]
    is_pool: bool


def faults_of(part: Part, configuration: Mapping[str, Any]) -> list[str]:
    """Return what the part names and is not there, and what it should name and does not."""
    checks = (_pool_faults,) if part.is_pool else (_command_faults,)
    found = [fault for check in checks for fault in check(part)]
    found += _variable_faults(part, configuration)
    found += _file_faults(part, configuration)
    return [f"{part.name}: {fault}" for fault in found]


def refusal(argv: Sequence[str], known: argparse.ArgumentParser | None = None) -> str | None:
    """Return why the command line would not be taken, `None` if it would."""
    words = io.StringIO()
    try:
        with contextlib.redirect_stderr(words), contextlib.redirect_stdout(words):
            _exact(known or parser()).parse_args(list(argv))
    except SystemExit as e:
        return None if e.code == 0 else words.getvalue().strip().rsplit("\n", 1)[-1]
    return None


def _exact(whole: argparse.ArgumentParser) -> argparse.ArgumentParser:
    """Let no flag be shortened: what stands in a file should still be right when another flag is added."""
    whole.allow_abbrev = False
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                _exact(inner)
    return whole


def _command_faults(part: Part) -> Iterator[str]:
    if (why := refusal(part.argv)) is not None:
        yield why


def _pool_faults(part: Part) -> Iterator[str]:
    if (why := refusal(part.argv, worker_pool.parser())) is not None:
        yield why


def sections_of(part: Part) -> tuple[str, ...]:
    """Return the sections of the configuration whose secrets the part reads."""
    return _SECTIONS.get("workers" if part.is_pool else part.argv[0], ())


def references(configuration: Mapping[str, Any], sections: Sequence[str], kind: str) -> set[str]:
    """Return the names behind `{env: NAME}` or `{file: PATH}` in these sections."""
    return {
        value
        for section in sections
        for key, value in _leaves(configuration.get(section, {}))
        if key == kind or (kind == "file" and key == "ca_file")
    }


def _leaves(value: Any) -> Iterator[tuple[str, str]]:
    items = value.items() if isinstance(value, dict) else enumerate(value if isinstance(value, list) else [])
    for key, inner in items:
        if isinstance(inner, str):
            yield str(key), inner
        yield from _leaves(inner)


def _variable_faults(part: Part, configuration: Mapping[str, Any]) -> Iterator[str]:
    wanted = references(configuration, sections_of(part), "env")
    in_words = {name for word in part.argv for name in re.findall(r"\$\((\w+)\)", word)}
    known = wanted | in_words | (_WORKER_VARIABLES if part.is_pool else set())
    given = set(part.variables)
    yield from (f"variable {name} is read by nobody" for name in sorted(given - known))
    yield from (f"variable {name} is not set" for name in sorted((wanted | in_words) - given))


def _file_faults(part: Part, configuration: Mapping[str, Any]) -> Iterator[str]:
    files = references(configuration, sections_of(part), "file")
    files |= {after for word, after in zip(part.argv, part.argv[1:], strict=False) if word == "--config"}
    for path in sorted(files):
        if not any(Path(path).is_relative_to(place) for place in part.mounted):
            yield f"file {path} is not mounted"


def load(path: Path) -> dict[str, Any]:
    """Return a configuration as it stands in the file."""
    return dict(yaml.safe_load(path.read_text()))
