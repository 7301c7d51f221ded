"""Items put at the end of a list in a YAML text of which everything else stays as it is, byte for byte.

How: ruamel says where the last item ends, the new ones are written there as flow mappings of quoted strings,
so that no value can be read as anything but text. Refused: a round trip through ruamel's own writer, which
keeps comments, but sets indentation, folds and blank lines in its own way where they are not as in our files.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode, SequenceNode


class InsertionError(Exception):
    """A list that cannot be added to; the text says why."""


class _Place(NamedTuple):
    """Where the list's last item ends, and what stands before each new one."""

    at: int
    before: str


def with_items(text: str, names: Sequence[str], items: Sequence[Mapping[str, str]]) -> str:
    """Return `text` with `items` behind those of the list at `names`; raise `InsertionError`.

    `text` has been read by `located_yaml`, which bounds its size and depth; values must be printable.
    """
    place = _place(text, _list_at(text, names))
    return text[: place.at] + "".join(place.before + _written(item) for item in items) + text[place.at :]


def _list_at(text: str, names: Sequence[str]) -> SequenceNode:
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except YAMLError as e:
        raise InsertionError(f"is no YAML ({type(e).__name__})") from e
    for name in names:
        pairs = node.value if isinstance(node, MappingNode) else []
        node = next((value for key, value in pairs if key.value == name), None)
    if not isinstance(node, SequenceNode) or not node.value:
        raise InsertionError(f"there is no list {'.'.join(names)} with an item in it")
    return node


def _place(text: str, found: SequenceNode) -> _Place:
    end = _end(found.value[-1])
    if found.flow_style:
        return _Place(end, ", ")
    line_end = text.find("\n", end)
    at = len(text) if line_end < 0 else line_end
    if text[at - 1 : at] == "\r":
        at -= 1
    newline = "\r\n" if "\r\n" in text else "\n"
    return _Place(at, newline + " " * found.start_mark.column + "- ")


def _end(node: Node) -> int:
    """Return where the node's last word ends: a block reaches over the comments that follow it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        last: Any = node.value[-1]
        return _end(last[1] if isinstance(node, MappingNode) else last)
    if isinstance(node, ScalarNode) and node.style in ("|", ">"):
        raise InsertionError("its last item ends with a block of text, whose end is hard to see")
    return int(node.end_mark.index)


def _written(item: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{key}: {json.dumps(item[key], ensure_ascii=False)}" for key in item) + "}"
