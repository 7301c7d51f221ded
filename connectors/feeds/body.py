"""A response body that is unpacked while it arrives and stops at the first byte too many.

The HTTP library's own decompression was refused: it inflates a chunk whole before anyone can
look, and a gzip bomb needs only one.
"""

from typing import Literal

from connectors.feeds.content_codings import CODINGS, ERRORS, Unpacker

BodyFault = Literal["too-large", "truncated", "bad-encoding"]

_RATIO_COUNTS_FROM_BYTES = 1024 * 1024


class BodyError(Exception):
    """The body cannot be taken; `reason` is a closed set, `detail` is for people."""

    def __init__(self, reason: BodyFault, detail: str) -> None:
        super().__init__(f"body: {reason}: {detail}")
        self.reason, self.detail = reason, detail


class BodyReader:
    """Collect chunks of a body in one content coding, within a size and a ratio of expansion.

    With `cut_at`, only so many bytes are wanted: the body is `full` then, and what follows is not looked at.
    """

    def __init__(self, encoding: str, *, max_bytes: int, max_ratio: int, cut_at: int | None = None) -> None:
        self._coding = encoding.strip().lower()
        self._max_bytes, self._max_ratio = max_bytes, max_ratio
        self._cut_at = cut_at
        self._received = 0
        self._body = bytearray()
        self._unpacker = self._new_unpacker()

    @property
    def full(self) -> bool:
        """Tell whether as much was read as is wanted."""
        return self._cut_at is not None and len(self._body) >= self._cut_at

    def feed(self, chunk: bytes) -> None:
        """Take one chunk as it came from the network; raise `BodyError` when a limit is passed."""
        self._received += len(chunk)
        if self._received > self._max_bytes:
            raise BodyError("too-large", f"more than {self._max_bytes} bytes")
        if self._unpacker is None:
            self._add(chunk)
            return
        try:
            for piece in self._unpacker.unpack(chunk):
                self._add(piece)
                if self.full:
                    return
        except ERRORS as e:
            raise BodyError("bad-encoding", str(e)) from e

    def finish(self) -> bytes:
        """Return the body, or what is wanted of it; raise `BodyError` if its coding ended in the middle."""
        if self.full:
            return bytes(self._body[: self._cut_at])
        if self._unpacker is not None and self._received and not self._unpacker.ended:
            raise BodyError("truncated", f"{self._coding} ends after {self._received} bytes")
        return bytes(self._body)

    def _new_unpacker(self) -> Unpacker | None:
        if self._coding in ("", "identity"):
            return None
        if self._coding in CODINGS:
            return CODINGS[self._coding]()
        raise BodyError("bad-encoding", f"content coding {self._coding[:40]!r} was not asked for")

    def _add(self, data: bytes) -> None:
        self._body += data
        size = len(self._body)
        if size > self._max_bytes:
            raise BodyError("too-large", f"more than {self._max_bytes} bytes")
        if size > _RATIO_COUNTS_FROM_BYTES and size > self._max_ratio * self._received:
            raise BodyError("too-large", f"expands more than {self._max_ratio} : 1")
