"""Summaries of alerts: text with `{field}` in it, and nothing else that a template could do."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from alerts.rules.subject import FIELDS, NEVER

MAX_CHARS = 300
_PIECE = re.compile(r"\{\{|\}\}|\{([a-z_]+)\}|[{}]")
_UNKNOWN = {"mission": "unnamed mission", "time": "time unknown"}


def objections(template: str) -> Iterator[str]:
    """Yield what is wrong with a template."""
    for piece in _PIECE.finditer(template):
        if piece[1] and piece[1] not in FIELDS:
            yield f"unknown field {{{piece[1]}}}"
        elif piece[0] in "{}":
            yield f"a lone {piece[0]}"


def fill(template: str, values: Mapping[str, Any]) -> str:
    """Return the template with each `{field}` replaced, as one line of bounded length."""
    text = _PIECE.sub(lambda piece: _text(piece, values), template)
    return " ".join(text.split())[:MAX_CHARS]


def _text(piece: re.Match[str], values: Mapping[str, Any]) -> str:
    if not piece[1]:
        return piece[0][0]
    value = values[piece[1]]
    if value in ("", [], NEVER):
        return _UNKNOWN.get(piece[1], "unknown")
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M UTC")
    if isinstance(value, float):
        return f"{value:.2f}"
    return ", ".join(value) if isinstance(value, list) else str(value).replace("_", " ")
