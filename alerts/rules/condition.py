"""Conditions of rules in CEL: compiled once, checked hard when loaded, harmless when they fail.

The library has no type checker and no syntax tree, so a condition is read twice: its words (every
`incident.` field, function, regular expression, type and status must be known) and its deeds (tried on an
incident of each type and status, with all known and with nothing known, it must give a truth value).
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

import cel

from alerts.rules.subject import FIELDS, STATUSES, TYPES, sample, subject_of

MAX_CHARS = 2000
MAX_LOOPS = 2
FUNCTIONS = frozenset(
    {
        "size",
        "contains",
        "startsWith",
        "endsWith",
        "matches",
        "has",
        "all",
        "exists",
        "exists_one",
        "map",
        "filter",
        "int",
        "uint",
        "double",
        "string",
        "bool",
        "timestamp",
        "duration",
        "getFullYear",
        "getMonth",
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getHours",
        "getMinutes",
        "getSeconds",
        "min",
        "max",
        "lowerAscii",
        "upperAscii",
    }
)
_TOKEN = re.compile(
    r"//[^\n]*|(?P<text>[rRbB]{0,2}(?:\"\"\".*?\"\"\"|'''.*?'''|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'))"
    r"|(?P<word>[A-Za-z_]\w*)|(?P<mark>[=!<>]=|\S)",
    re.DOTALL,
)
_LOOPS = frozenset({"all", "exists", "exists_one", "map", "filter"})
_CLOSED = {"type": TYPES, "status": STATUSES}


class Objection(NamedTuple):
    """Why a condition is refused."""

    why: str
    expected: str = ""


class Condition(NamedTuple):
    """A compiled condition."""

    source: str
    program: Any

    def holds(self, scope: Any) -> bool:
        """Tell whether it holds in `scope_of(subject)`; raise `ConditionError` for no truth value."""
        try:
            value = self.program.execute(scope)
        except Exception as e:  # the library raises what it likes; a rule must not stop the stream
            raise ConditionError(_short(e)) from e
        if not isinstance(value, bool):
            raise ConditionError(f"gives {type(value).__name__}, not a truth value")
        return value


def scope_of(subject: dict[str, Any]) -> Any:
    """Return what conditions see of an incident, converted once for all of them (it costs 100 conditions)."""
    return cel.Context(variables={"incident": subject})


class ConditionError(Exception):
    """A condition that could not be evaluated on one incident."""


def compile_condition(source: str) -> tuple[Condition | None, list[Objection]]:
    """Return the condition, or `None` and everything that is wrong with it."""
    if len(source) > MAX_CHARS:
        return None, [Objection("is too long", f"at most {MAX_CHARS} characters")]
    try:
        program = cel.compile(source)
    except Exception as e:  # noqa: BLE001 - the library raises what it likes
        return None, [Objection(f"is no condition: {_short(e)}", "an expression in CEL")]
    condition = Condition(source, program)
    objections = list(dict.fromkeys(_words(source, program))) or list(_deeds(condition))
    return (None, objections) if objections else (condition, [])


def _words(source: str, program: Any) -> Iterator[Objection]:
    tokens = [m for m in _TOKEN.finditer(source) if m.lastgroup]
    words = [m[0] for m in tokens]
    kinds = [m.lastgroup for m in tokens]
    for n, (word, kind) in enumerate(zip(words, kinds, strict=True)):
        before = words[n - 1] if n else ""
        if kind == "word" and word == "incident" and before != ".":
            yield from _field(words, kinds, n)
        if word == "matches" and before == "." and kinds[n + 2 : n + 3] == ["text"]:
            yield from _pattern(words[n + 2])
    yield from _names(words, program)


def _field(words: list[str], kinds: list[str | None], n: int) -> Iterator[Objection]:
    after = [*words[n + 1 : n + 5], "", "", "", ""]
    if after[0] == "." and after[1].isidentifier():
        name, then = after[1], after[2:4]
    elif after[0] == "[" and kinds[n + 2 : n + 3] == ["text"]:
        name, then = after[1].strip("rR\"'"), [*words[n + 4 : n + 6], "", ""][:2]
    else:
        yield Objection("`incident` stands without a field", "incident.FIELD")
        return
    if name not in FIELDS:
        yield Objection(f"unknown field incident.{name}", f"one of {', '.join(sorted(FIELDS))}")
    elif name in _CLOSED and _is_never(then, _CLOSED[name]):
        yield Objection(f"incident.{name} is never {then[1]}", f"one of {', '.join(_CLOSED[name])}")


def _is_never(then: list[str], known: tuple[str, ...]) -> bool:
    compared, value = then
    return compared in ("==", "!=") and value.startswith(("'", '"')) and value.strip("\"'") not in known


def _pattern(text: str) -> Iterator[Objection]:
    try:
        cel.evaluate(f'"".matches({text})')
    except Exception as e:  # noqa: BLE001 - as above
        yield Objection(f"bad regular expression {text}: {_short(e)}")


def _names(words: list[str], program: Any) -> Iterator[Objection]:
    found = program.references()
    for name in sorted(found["functions"]):
        if name[0].isalpha() and name not in FUNCTIONS:
            yield Objection(f"unknown function {name}", f"one of {', '.join(sorted(FUNCTIONS))}")
    places = [n for n, word in enumerate(words) if word in _LOOPS and words[n + 1 : n + 2] == ["("]]
    if len(places) > MAX_LOOPS:
        yield Objection("has too many loops", f"at most {MAX_LOOPS} of {', '.join(sorted(_LOOPS))}")
    bound = {words[n + 2] for n in places if words[n + 3 : n + 4] == [","]}
    for name in sorted(set(found["variables"]) - bound - {"incident"}):
        if not name.startswith("@"):
            yield Objection(f"unknown name {name}", "incident.FIELD")


def _deeds(condition: Condition) -> Iterator[Objection]:
    for scope in _samples():
        try:
            condition.holds(scope)
        except ConditionError as e:
            yield Objection(str(e), "true or false for every incident")
            return


@cache
def _samples() -> tuple[Any, ...]:
    kinds = ((t, s, known) for t in TYPES for s in STATUSES for known in (True, False))
    return tuple(scope_of(subject_of(sample(t, s, known=known))) for t, s, known in kinds)


def _short(error: Exception) -> str:
    lines = str(error).split(": ERROR: ", 1)[-1].splitlines()
    return (lines[0] if lines else type(error).__name__)[:160]
