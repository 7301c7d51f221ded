"""Records as lines of JSON on standard output."""

import json
from typing import Any

import msgspec


def json_line(record: Any) -> str:
    """Return a record as one line of JSON in ASCII alone, so that a terminal takes it for nothing else."""
    return json.dumps(msgspec.to_builtins(record))
