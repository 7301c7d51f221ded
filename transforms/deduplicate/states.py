"""The cells of deduplication, empty and as bytes, and the keyed states that share them out.

The id of a state ends in the version of its layout.
"""

from typing import Any

import msgspec

from transforms.deduplicate import edges, identity, story, waiting
from transforms.deduplicate.steps import Place, Stage

IDENTITIES, PROBES, WAITING, STORIES = "identity_v2", "probes_v1", "waiting_v1", "stories_v1"
STATE_OF: dict[Stage, str] = {
    "identity": IDENTITIES,
    "heads": PROBES,
    "edges": PROBES,
    "waiting": WAITING,
    "stories": STORIES,
}
_KINDS: dict[Stage, Any] = {
    "identity": identity.Cell,
    "edges": edges.Cell,
    "waiting": waiting.Cell,
    "stories": story.Cell,
}
_DECODERS = {stage: msgspec.msgpack.Decoder(kind) for stage, kind in _KINDS.items()}
_ENCODER = msgspec.msgpack.Encoder()
Cells = dict[Place, Any]


def key_of(place: Place) -> str:
    """Return the key of a cell in its state."""
    return f"{place.stage}-{place.cell}"


def unpack(stage: Stage, data: bytes | None) -> Any:
    """Return the cell in `data`, an empty one for `None`."""
    if stage == "heads":
        return data or b""
    return _DECODERS[stage].decode(data) if data else {}


def pack(stage: Stage, cell: Any) -> bytes:
    """Return the cell as bytes."""
    packed: bytes = cell if stage == "heads" else _ENCODER.encode(cell)
    return packed


def contents(cells: Cells) -> dict[str, dict[str, bytes]]:
    """Return all cells as bytes: state id -> key -> content."""
    packed: dict[str, dict[str, bytes]] = {state: {} for state in STATE_OF.values()}
    for place, cell in cells.items():
        packed[STATE_OF[place.stage]][key_of(place)] = pack(place.stage, cell)
    return packed
