"""The lifecycle of incidents as data: read strictly, all faults at once."""

import tomllib
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any, get_args

import msgspec

from transforms.records import EventType

STARTER = Path(__file__).resolve().parent.parent / "packs" / "space" / "lifecycle.toml"
CONTESTABLE = frozenset({"vehicle", "spacecraft", "site", "destination", "crew"})
MAX_WINDOW_DAYS = 366
_REFERENCES = ("into", "failed_by", "resolved_by", "split_by")


class LifecycleError(Exception):
    """A lifecycle that cannot be used; `faults` lists every one as `file:line: what`."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class Course(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """How incidents of one type live; the words are explained in the pack's file."""

    window_days: int = 3
    once: bool = False
    floor: int = 0
    escalates: bool = False
    into: EventType | None = None
    failed_by: EventType | None = None
    resolved_by: EventType | None = None
    split_by: EventType | None = None
    contested: tuple[str, ...] = ()

    @property
    def window(self) -> timedelta:
        """How far apart stated days may lie within one occurrence."""
        return timedelta(days=self.window_days)


class Lifecycle(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One pack's lifecycle; every type of event has its course."""

    pack: str
    types: dict[EventType, Course]
    parallel: frozenset[str] = frozenset()
    ignored: frozenset[str] = frozenset()
    scrub: tuple[str, ...] = ()
    places: tuple[tuple[str, ...], ...] = ()

    def type_of(self, kind: EventType) -> EventType:
        """Return the type of the incident that an event of type `kind` belongs to."""
        return self.types[kind].into or kind


def load_lifecycle(path: Path) -> Lifecycle:
    """Read a lifecycle; raise `LifecycleError` with everything that is wrong in it."""
    try:
        text = path.read_text(encoding="utf-8")
        content = tomllib.loads(text)
    except OSError as e:
        raise LifecycleError([f"{path.name}:1: cannot be read: {e.strerror}"]) from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise LifecycleError([f"{path.name}:1: no TOML: {e}"]) from e
    faults = _Faults(path.name, text.splitlines())
    _check(content, faults)
    if faults.found:
        raise LifecycleError(faults.found)
    return msgspec.convert(content, Lifecycle)


@cache
def starter_lifecycle() -> Lifecycle:
    """Return the lifecycle that ships with the space pack."""
    return load_lifecycle(STARTER)


class _Faults:
    def __init__(self, name: str, lines: list[str]) -> None:
        self.name, self.lines = name, lines
        self.found: list[str] = []

    def add(self, section: str, key: str, what: str) -> None:
        self.found.append(f"{self.name}:{self._line(section, key)}: {what}")

    def _line(self, section: str, key: str) -> int:
        start = next((n for n, line in enumerate(self.lines, 1) if line.strip() == f"[{section}]"), 1)
        here = (
            n for n, line in enumerate(self.lines[start - 1 :], start) if line.split("=")[0].strip() == key
        )
        return next(here, start)


def _check(content: dict[str, Any], faults: _Faults) -> None:
    types = content.get("types")
    types = types if isinstance(types, dict) else {}
    for name, value in content.items():
        if name != "types":
            _convert(Lifecycle, {"pack": "", "types": {}, name: value}, faults, "", name)
    if not content.get("pack"):
        faults.add("", "pack", "pack is missing")
    for name in sorted(set(get_args(EventType)) - set(types)):
        faults.add("", "", f"types.{name} is missing")
    for name, course in types.items():
        if name not in get_args(EventType):
            faults.add(f"types.{name}", "", f"types.{name}: no type of event")
        elif isinstance(course, dict):
            _check_course(name, course, faults)
        else:
            faults.add("types", name, f"types.{name}: must be a table")


def _check_course(name: str, course: dict[str, Any], faults: _Faults) -> None:
    section = f"types.{name}"
    for key, value in course.items():
        _convert(Course, {key: value}, faults, section, key)
    if not 0 <= _whole(course.get("floor", 0)) <= 4:
        faults.add(section, "floor", f"{section}.floor: must be 0 to 4")
    if not 0 <= _whole(course.get("window_days", 0)) <= MAX_WINDOW_DAYS:
        faults.add(section, "window_days", f"{section}.window_days: must be 0 to {MAX_WINDOW_DAYS}")
    contested = course.get("contested", [])
    if not {v for v in contested if isinstance(v, str)} <= CONTESTABLE:
        faults.add(section, "contested", f"{section}.contested: must be of {', '.join(sorted(CONTESTABLE))}")
    for key in _REFERENCES:
        if course.get(key) == name:
            faults.add(section, key, f"{section}.{key}: refers to itself")


def _convert(kind: type[msgspec.Struct], content: Any, faults: _Faults, section: str, key: str) -> None:
    try:
        msgspec.convert(content, kind)
    except msgspec.ValidationError as e:
        faults.add(section, key, f"{section + '.' if section else ''}{key}: {e}")


def _whole(value: Any) -> int:
    return value if isinstance(value, int) else 0
