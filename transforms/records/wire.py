"""Records to JSON bytes and back, and the ids that follow from content."""

import hashlib
from typing import Any, Literal, TypeVar

import msgspec

R = TypeVar("R", bound=msgspec.Struct)
UndecodableReason = Literal["not-json", "wrong-shape", "newer-schema"]

_ENCODER = msgspec.json.Encoder(decimal_format="number")
_DECODERS: dict[type, msgspec.json.Decoder[Any]] = {}


class UndecodableError(Exception):
    """Bytes that are no record of the wanted kind; `reason` is a closed set, `detail` is for people."""

    def __init__(self, kind: str, reason: UndecodableReason, detail: str) -> None:
        super().__init__(f"cannot decode {kind}: {reason}: {detail}")
        self.kind, self.reason, self.detail = kind, reason, detail


class _Envelope(msgspec.Struct):
    schema: int = 1


def encode(record: msgspec.Struct) -> bytes:
    """Return the record as one line of JSON; equal records give equal bytes."""
    return _ENCODER.encode(record)


def decode(kind: type[R], data: bytes) -> R:
    """Return the record in `data`; raise `UndecodableError` for anything that is not one this code knows."""
    decoder = _DECODERS.get(kind)
    if decoder is None:
        decoder = _DECODERS[kind] = msgspec.json.Decoder(kind)
    try:
        record: R = decoder.decode(data)
    except msgspec.ValidationError as e:
        raise UndecodableError(kind.__name__, _why_invalid(kind, data), str(e)) from e
    except (msgspec.DecodeError, UnicodeDecodeError) as e:
        raise UndecodableError(kind.__name__, "not-json", str(e)) from e
    if _schema_of(record) > _known_schema(kind):
        raise UndecodableError(kind.__name__, "newer-schema", f"schema {_schema_of(record)}")
    return record


def deterministic_id(*parts: str | int | None) -> str:
    """Return 32 hex digits that depend on the parts and their order alone (BLAKE2b, 128 bits)."""
    digest = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = b"" if part is None else str(part).encode("utf-8", "surrogatepass")
        digest.update(f"{type(part).__name__}:{len(data)}:".encode() + data)
    return digest.hexdigest()


def _why_invalid(kind: type[msgspec.Struct], data: bytes) -> UndecodableReason:
    try:
        newer = msgspec.json.decode(data, type=_Envelope).schema > _known_schema(kind)
    except msgspec.MsgspecError:
        return "wrong-shape"
    return "newer-schema" if newer else "wrong-shape"


def _known_schema(kind: type[msgspec.Struct]) -> int:
    defaults = dict(zip(reversed(kind.__struct_fields__), reversed(kind.__struct_defaults__), strict=False))
    return int(defaults.get("schema", 1))


def _schema_of(record: msgspec.Struct) -> int:
    return int(getattr(record, "schema", 1))
