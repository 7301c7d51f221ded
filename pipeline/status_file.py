"""How each loop is, as a small file that the supervisor reads: it needs no port and outlives a crash."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

_LARGEST = 65_536


class PartStatus(NamedTuple):
    """What one loop last said of itself; `counts` are since its start."""

    part: str
    pid: int
    at: datetime
    state: str
    counts: dict[str, int]


def write_status(folder: Path, status: PartStatus) -> None:
    """Write the file whole or not at all."""
    folder.mkdir(parents=True, exist_ok=True)
    path, fresh = folder / f"{status.part}.json", folder / f".{status.part}.{status.pid}"
    content = {**status._asdict(), "at": status.at.isoformat()}
    fresh.write_text(json.dumps(content), encoding="utf-8")
    fresh.replace(path)


def read_status(folder: Path, part: str) -> PartStatus | None:
    """Return what the loop last said; `None` if it said nothing that can be read."""
    try:
        with (folder / f"{part}.json").open("rb") as file:
            content = json.loads(file.read(_LARGEST))
        at = datetime.fromisoformat(content["at"]).astimezone(UTC)
        counts = {str(name): int(count) for name, count in content["counts"].items()}
        return PartStatus(part, int(content["pid"]), at, str(content["state"]), counts)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None
