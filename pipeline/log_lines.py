"""Log lines: key=value for people, JSON by option; lines of libraries take the same way.

Requirements: one event is one line (a traceback follows indented, in text); what strangers wrote cannot
break a line or speak to a terminal; a `Secret` shows as `***` wherever it turns up.
"""

import logging
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import EventDict, Processor

from transforms.printable import printable

Format = Literal["text", "json"]
_FIRST = ("at", "level", "part", "event")
_LONGEST = 2000


def set_up_log_lines(
    form: Format = "text", level: str = "info", *, part: str, stream: TextIO | None = None
) -> None:
    """Send all log lines of this process to `stream` (stderr); `part` names the process in them."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream if stream is not None else sys.stderr)
    handler.addFilter(_is_news)
    handler.setFormatter(_formatter(form, part, shared))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    _quieten(level)


def _is_news(record: logging.LogRecord) -> bool:
    """Leave out what Beam says on import about libraries that we do not use."""
    return not str(record.msg).startswith("apitools not found")


def _formatter(form: Format, part: str, shared: list[Processor]) -> logging.Formatter:
    def name_part(_logger: Any, _name: str, event: EventDict) -> EventDict:
        return {"part": part, **event}

    render: Processor = structlog.processors.JSONRenderer(default=str) if form == "json" else _as_text
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, name_part, render],
    )


def _as_text(_logger: Any, _name: str, event: EventDict) -> str:
    trace = str(event.pop("exception", "") or "")
    order = [*(k for k in _FIRST if k in event), *sorted(k for k in event if k not in _FIRST)]
    line = " ".join(f"{key}={_value(event[key])}" for key in order)
    return "\n".join([line, *(f"    {_indented(row)}" for row in trace.splitlines())])


def _value(value: Any) -> str:
    text = printable(str(value), _LONGEST)
    if text and not any(c in text for c in ' "=\\'):
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _indented(row: str) -> str:
    depth = len(row) - len(row.lstrip(" "))
    return " " * depth + printable(row, _LONGEST)


def _quieten(level: str) -> None:
    """Keep the chatter of libraries out unless everything is wanted."""
    if level != "debug":
        for name in ("apache_beam", "aiohttp.access", "asyncio", "alembic"):
            logging.getLogger(name).setLevel(logging.WARNING)
