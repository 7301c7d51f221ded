"""How elements travel between the workers of a runner: as msgpack of their declared types, never pickled.

Pickling lost more than time: a text that equals its field's default, but is another object, is written out
where the default is left out, so the same record had other bytes on a cluster than on one machine.
"""

from typing import Any

import msgspec
from apache_beam.coders import Coder, registry


class RecordCoder(Coder):
    """Encodes values of one type, with all that lies in them, in the order in which it lies there."""

    def __init__(self, kind: type) -> None:
        self.kind = kind
        self._decoder: Any = msgspec.msgpack.Decoder(kind)

    @classmethod
    def from_type_hint(cls, typehint: Any, _registry: Any) -> "RecordCoder":
        """Return the coder of a declared type."""
        return cls(typehint)

    def encode(self, value: Any) -> bytes:
        """Return the bytes."""
        return msgspec.msgpack.encode(value)

    def decode(self, encoded: bytes) -> Any:
        """Return the value."""
        return self._decoder.decode(encoded)

    def __getstate__(self) -> dict[str, Any]:
        return {"kind": self.kind}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(state["kind"])  # type: ignore[misc]


def travels(kind: type) -> None:
    """Let elements of this type, where a step declares it, travel by its fields."""
    registry.register_coder(kind, RecordCoder)
