"""Keyed state in cells: a fixed number of keys, each holding a small map of records.

A key of its own for every identity costs 1.6 kB on FnApiRunner and can never be removed without
timers, which that runner fires at once. So keys are cells (`cell_of`), bounded in number, and what
lies in them is pruned by the event time of what arrives.

State on one machine is in memory. After a restart it is rebuilt from the retained log by the same
step functions and offered here, cell by cell or, for what one process holds whole, in one piece. A state
that is still empty takes what is offered; on runners that keep state nothing is offered.
"""

from collections.abc import Callable
from hashlib import blake2b
from typing import Any, TypeVar

T = TypeVar("T")
_offered: dict[str, dict[str, bytes]] = {}
_held: dict[str, Any] = {}


def cell_of(key: str, cells: int) -> str:
    """Return the name of the cell that holds `key`, one of `cells`; the same in every process."""
    return str(int.from_bytes(blake2b(key.encode(), digest_size=8).digest()) % cells)


def offer(state_id: str, contents: dict[str, bytes]) -> None:
    """Make rebuilt cells (cell name -> bytes) the first content of the state called `state_id`."""
    _offered[state_id] = contents


def hold(name: str, state: object) -> None:
    """Make a rebuilt state the one that this process holds under `name`."""
    _held[name] = state


def held(name: str, fresh: Callable[[], T]) -> T:
    """Return the state that this process holds under `name` for the run that is under way, `fresh` at first.

    Only for a runner whose state is in the memory of this one process too, and gone with it.
    """
    if name not in _held:
        _held[name] = fresh()
    state: T = _held[name]
    return state


def withdraw() -> None:
    """Forget what is held, and what was offered and not taken: it was for the run that has ended."""
    _offered.clear()
    _held.clear()


def first_content(state_id: str, cell: str) -> bytes | None:
    """Hand over what was offered for this cell, once."""
    return _offered.get(state_id, {}).pop(cell, None)
