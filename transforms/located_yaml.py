"""YAML 1.2 that remembers its lines, and the faults of a strict model placed on them.

Requirements: every fault at once, each as `file:line: what: why (expected ...)`; hostile files neither
run anything nor exhaust anything; no value of the file is ever repeated in a fault (it may be a secret).

The tree is built from the parser's events, not by a loader: so nothing recurses, no tag constructs
anything, an alias cannot multiply, and the core schema alone decides what a plain word means (`no` is
a string, as is a date).
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError
from ruamel.yaml import YAML
from ruamel.yaml import events as ev
from ruamel.yaml.error import MarkedYAMLError, YAMLError, YAMLStreamError
from ruamel.yaml.reader import ReaderError

from transforms.printable import printable

MAX_BYTES = 1_000_000
MAX_DEPTH = 32
MAX_FAULTS = 100
_LONGEST_FAULT = 1000

Loc = tuple[str | int, ...]
_INT = re.compile(r"[-+]?[0-9]{1,18}|0o[0-7]{1,20}|0x[0-9a-fA-F]{1,15}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]{1,30}|[0-9]{1,30}(\.[0-9]{0,30})?)([eE][-+]?[0-9]{1,3})?")
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong in a file, with its place; `what` names the key."""

    path: Path
    line: int
    what: str
    why: str
    expected: str = ""

    def __str__(self) -> str:
        hint = f" (expected {self.expected})" if self.expected else ""
        return printable(f"{self.path}:{self.line}: {self.what}: {self.why}{hint}", _LONGEST_FAULT)


class YamlFaults(Exception):  # noqa: N818 - several faults, not one error
    """A file that cannot be read as YAML; `faults` has each reason."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = sorted(faults)
        super().__init__("\n".join(map(str, self.faults)))


class Located(NamedTuple):
    """The content of one file (mappings, lists and scalars) and the line of each key and item in it."""

    path: Path
    data: Any
    lines: dict[Loc, int]

    def line_of(self, loc: Loc) -> int:
        """Return the line of `loc`, or of the nearest thing around it; steps that are no key are skipped."""
        known: Loc = ()
        for step in loc:
            known = (*known, step) if (*known, step) in self.lines else known
        return self.lines.get(known, 1)

    def fault(self, loc: Loc, why: str, expected: str = "") -> Fault:
        """Return a fault at `loc`."""
        return Fault(self.path, self.line_of(loc), name_of(loc), why, expected)


def load_located(path: Path) -> Located:
    """Read the YAML file at `path`; raise `YamlFaults` with all that keeps it from being read."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        _check_size(data, path)
        text = data.decode("utf-8-sig")
    except OSError as e:
        raise YamlFaults([Fault(path, 1, "file", f"cannot be read: {e.strerror}")]) from e
    except UnicodeDecodeError as e:
        line = data[: e.start].count(b"\n") + 1
        raise YamlFaults([Fault(path, line, "file", "is not UTF-8")]) from None
    return parse_located(text, path)


def parse_located(text: str, path: Path) -> Located:
    """Read YAML text as `load_located` does; `path` is for the faults."""
    _check_size(text.encode("utf-8", "surrogatepass"), path)
    builder = _Builder(path)
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            builder.take(event)
    except _RefusedError:
        pass
    except MarkedYAMLError as e:
        mark = e.problem_mark or e.context_mark
        builder.blame(mark.line + 1 if mark else 1, "syntax", str(e.problem or e.context))
    except ReaderError as e:
        builder.blame(text.count("\n", 0, e.position) + 1, "syntax", "has a character that no text has")
    except (YAMLError, YAMLStreamError, ValueError, OverflowError, LookupError, AssertionError) as e:
        builder.blame(1, "syntax", f"is no YAML ({type(e).__name__})")
    if builder.faults:
        raise YamlFaults(builder.faults)
    return Located(path, builder.root, builder.lines)


def faults_of(error: ValidationError, located: Located) -> list[Fault]:
    """Return a model's objections to `located.data`, each with its line."""
    return [
        located.fault(e["loc"], *_words_of(e)) for e in error.errors(include_url=False, include_input=False)
    ]


def name_of(loc: Loc) -> str:
    """Return `loc` as people write it: `rules[2].severity`; the whole file is `file`."""
    name = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in loc)
    return name.removeprefix(".") or "file"


def _check_size(data: bytes, path: Path) -> None:
    if len(data) > MAX_BYTES:
        raise YamlFaults([Fault(path, 1, "file", "is too large", f"at most {MAX_BYTES} bytes")])


def _words_of(error: Any) -> tuple[str, str]:
    kind, message = error["type"], str(error["msg"])
    if kind == "extra_forbidden":
        return "unknown key", ""
    if kind == "missing":
        return "missing", "a value"
    if kind in ("model_type", "dict_type"):
        return "wrong value", "keys with values"
    for start in ("Input should be ", "Input should "):
        if message.startswith(start):
            return "wrong value", message.removeprefix(start)
    return message.removeprefix("Value error, "), ""


class _RefusedError(Exception):
    """Reading on is pointless or dangerous."""


@dataclass
class _Open:
    """A mapping or list that is being read."""

    loc: Loc
    content: Any
    key: str | None = None
    keyed: bool = False


@dataclass
class _Builder:
    """Takes the parser's events one by one; ends with `root`, `lines` and `faults`."""

    path: Path
    root: Any = None
    lines: dict[Loc, int] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    stack: list[_Open] = field(default_factory=list)
    documents: int = 0

    def blame(self, line: int, what: str, why: str, expected: str = "") -> None:
        self.faults.append(Fault(self.path, line, what, why, expected))
        if len(self.faults) >= MAX_FAULTS:
            raise _RefusedError

    def take(self, event: Any) -> None:
        take = _TAKES.get(type(event))
        if take:
            take(self, event, event.start_mark.line + 1)

    def document(self, _: Any, line: int) -> None:
        self.documents += 1
        if self.documents > 1:
            self.blame(line, "file", "has a second document", "one")
            raise _RefusedError

    def alias(self, _: Any, line: int) -> None:
        self.blame(line, "alias", "aliases are not read", "the value itself")
        self.place("", line)

    def scalar(self, event: Any, line: int) -> None:
        self.untagged(event, line)
        if self.stack and self.stack[-1].keyed and self.stack[-1].key is None:
            self.name(str(event.value), line)
            return
        value = event.value
        if event.implicit[0] and event.style in (None, ""):
            value = _plain(value)
        self.place(value, line)

    def mapping(self, event: Any, line: int) -> None:
        self.nest(event, line, {}, keyed=True)

    def sequence(self, event: Any, line: int) -> None:
        self.nest(event, line, [], keyed=False)

    def nest(self, event: Any, line: int, content: Any, *, keyed: bool) -> None:
        self.untagged(event, line)
        if len(self.stack) >= MAX_DEPTH:
            self.blame(line, "nesting", "is too deep", f"at most {MAX_DEPTH} levels")
            raise _RefusedError
        self.stack.append(_Open(self.place(content, line), content, keyed=keyed))

    def close(self, *_: Any) -> None:
        self.stack.pop()

    def untagged(self, event: Any, line: int) -> None:
        if event.tag is not None:
            self.blame(line, "tag", "tags are not read", "a plain value")

    def name(self, key: str, line: int) -> None:
        parent = self.stack[-1]
        parent.key = key
        if key in parent.content:
            self.blame(line, name_of((*parent.loc, key)), "is given twice", "one of each key")
        self.lines.setdefault((*parent.loc, key), line)

    def place(self, value: Any, line: int) -> Loc:
        """Put a value where it belongs and return its place."""
        if not self.stack:
            self.root = value
            self.lines.setdefault((), line)
            return ()
        parent = self.stack[-1]
        if not parent.keyed:
            parent.content.append(value)
            loc: Loc = (*parent.loc, len(parent.content) - 1)
            self.lines[loc] = line
            return loc
        if parent.key is None:
            self.blame(line, name_of(parent.loc), "a key is no plain word", "text")
            raise _RefusedError
        loc = (*parent.loc, parent.key)
        parent.content[parent.key], parent.key = value, None
        return loc


_TAKES: dict[type, Callable[[_Builder, Any, int], None]] = {
    ev.DocumentStartEvent: _Builder.document,
    ev.AliasEvent: _Builder.alias,
    ev.ScalarEvent: _Builder.scalar,
    ev.MappingStartEvent: _Builder.mapping,
    ev.SequenceStartEvent: _Builder.sequence,
    ev.MappingEndEvent: _Builder.close,
    ev.SequenceEndEvent: _Builder.close,
}


def _plain(text: str) -> Any:
    """Return what an unquoted word means by the core schema of YAML 1.2."""
    if text in _WORDS:
        return _WORDS[text]
    if _INT.fullmatch(text):
        return int(text, 0 if text[:2] in ("0o", "0x") else 10)
    return float(text) if _FLOAT.fullmatch(text) else text
