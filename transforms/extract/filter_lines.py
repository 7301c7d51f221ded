"""One article as a JSON line in, its events out: extraction for people who tune it."""

from typing import Any

import msgspec

from transforms.article_lines import read_line
from transforms.extract.extractor import Extractor
from transforms.records import MissionEvent, encode


def extract_line(extractor: Extractor, line: bytes) -> dict[str, Any]:
    """Return `{"id", "events"}` for an article line; raise `ValueError` that says what is wrong with it.

    An article that costs too much has no events and a `reason` that says what there was too much of.

    Evidence offsets point into title and text in NFC. Without `published`, only times with a year are
    resolved.
    """
    read = read_line(line)
    found = extractor.extract(read.article)
    over = {"reason": f"{found.reason}: {found.counted}"} if found.counted else {}
    return {"id": read.id, "events": [_plain(e) for e in found.events], **over}


def _plain(event: MissionEvent) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.json.decode(encode(event))
    plain.setdefault("mission", None)
    plain.setdefault("time", None)
    return {name: value for name, value in plain.items() if name not in ("article_id", "schema", "pack")}
