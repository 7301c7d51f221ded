"""The body of a dead letter: all of it, packed where it is long, because a record of the log has a limit.

Markup packs well, so few bodies (15 MiB at most) do not fit. Of those the beginning is kept, and
the letter says how long they were.
"""

from typing import NamedTuple

from backports import zstd

from transforms.records.dead_letter import Coding, DeadLetter

PLAIN_BYTES = 512 * 1024
MOST_BYTES = 4 * 1024 * 1024  # base 64 and the headers stay far below the record's 16 MiB
_MOST_ORIGINAL_BYTES = 64 * 1024 * 1024


class DeadBodyError(Exception):
    """The bytes of a letter are not in the coding that it names."""


class Kept(NamedTuple):
    """Bytes as a letter holds them; `cut_from_bytes` is their whole length if only the beginning is kept."""

    value: bytes
    coding: Coding = ""
    cut_from_bytes: int = 0


def kept(body: bytes) -> Kept:
    """Return how a body is kept."""
    if len(body) <= PLAIN_BYTES:
        return Kept(body)
    packed = zstd.compress(body)
    if len(packed) <= MOST_BYTES:
        return Kept(packed, "zstd")
    return Kept(body[:MOST_BYTES], cut_from_bytes=len(body))


def original(letter: DeadLetter) -> bytes:
    """Return the bytes as they were, or their beginning; raise `DeadBodyError` if they do not unpack."""
    if not letter.coding:
        return letter.value
    unpacking = zstd.ZstdDecompressor()
    try:
        body = unpacking.decompress(letter.value, _MOST_ORIGINAL_BYTES)
    except zstd.ZstdError as e:
        raise DeadBodyError(f"its bytes are no {letter.coding}") from e
    if not unpacking.eof:
        raise DeadBodyError(f"its bytes are no whole {letter.coding} of at most {_MOST_ORIGINAL_BYTES} bytes")
    return body
