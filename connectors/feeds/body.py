"""A response body that is unpacked while it arrives and stops at the first byte too many.

The HTTP library's own decompression was refused: it inflates a chunk whole before anyone can
look, and a gzip bomb needs only one.
"""

import zlib
from typing import Literal

BodyFault = Literal["too-large", "truncated", "bad-encoding"]

_STEP_BYTES = 256 * 1024
_RATIO_COUNTS_FROM_BYTES = 1024 * 1024
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32


class BodyError(Exception):
    """The body cannot be taken; `reason` is a closed set, `detail` is for people."""

    def __init__(self, reason: BodyFault, detail: str) -> None:
        super().__init__(f"body: {reason}: {detail}")
        self.reason, self.detail = reason, detail


class BodyReader:
    """Collect chunks of a body in one content coding, within a size and a ratio of expansion."""

    def __init__(self, encoding: str, *, max_bytes: int, max_ratio: int) -> None:
        self._coding = encoding.strip().lower()
        self._max_bytes, self._max_ratio = max_bytes, max_ratio
        self._received = 0
        self._body = bytearray()
        self._inflater = self._new_inflater()

    def feed(self, chunk: bytes) -> None:
        """Take one chunk as it came from the network; raise `BodyError` when a limit is passed."""
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise BodyError("too-large", f"more than {self._max_bytes} bytes")
        if self._inflater is None:
            self._add(chunk)
            return
        try:
            self._inflate(chunk)
        except zlib.error as e:
            raise BodyError("bad-encoding", str(e)) from e

    def finish(self) -> bytes:
        """Return the whole body; raise `BodyError` if its coding ended in the middle."""
        if self._inflater is not None and self._received and not self._inflater.eof:
            raise BodyError("truncated", f"{self._coding} ends after {self._received} bytes")
        return bytes(self._body)

    def _new_inflater(self) -> "zlib._Decompress | None":
        if self._coding in ("", "identity"):
            return None
        if self._coding in ("gzip", "x-gzip", "deflate"):
            return zlib.decompressobj(_GZIP_OR_ZLIB)
        raise BodyError("bad-encoding", f"content coding {self._coding[:40]!r} was not asked for")

    def _inflate(self, chunk: bytes) -> None:
        chunk = self._raw_deflate(chunk)
        if self._inflater is not None and self._inflater.eof:
            if not chunk.startswith(b"\x1f\x8b"):
                return  # padding after the end; the inflater would hoard it
            self._inflater = self._new_inflater()
        while chunk and self._inflater is not None:
            self._add(self._inflater.decompress(chunk, _STEP_BYTES))
            chunk = self._inflater.unconsumed_tail
            if self._inflater.eof and (rest := self._inflater.unused_data):
                # gzip may be several members in a row; anything else after the end is padding
                chunk = rest if rest.startswith(b"\x1f\x8b") else b""
                self._inflater = self._new_inflater() if chunk else self._inflater

    def _raw_deflate(self, chunk: bytes) -> bytes:
        """Switch to raw deflate, which some servers call `deflate`, when the zlib header is missing."""
        if self._coding == "deflate" and self._received == len(chunk) and chunk and chunk[0] & 0x0F != 8:
            self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        return chunk

    def _add(self, data: bytes) -> None:
        self._body += data
        size = len(self._body)
        if size > self._max_bytes:
            raise BodyError("too-large", f"more than {self._max_bytes} bytes")
        if size > _RATIO_COUNTS_FROM_BYTES and size > self._max_ratio * self._received:
            raise BodyError("too-large", f"expands more than {self._max_ratio} : 1")
