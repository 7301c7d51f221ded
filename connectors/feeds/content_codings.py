"""HTTP's content codings, unpacked in pieces that are never much larger than a step, however small the input.

That is why zstd is not left to the library that the log uses for it: it unpacks what it is given whole.
"""

import zlib
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

import brotli
from backports import zstd

STEP_BYTES = 256 * 1024

# A member or frame costs some microseconds and may be a dozen bytes that say nothing. Who packs in parallel
# or by blocks makes hundreds of them out of 15 MiB.
MOST_PARTS = 10_000
_GZIP_OR_ZLIB = zlib.MAX_WBITS | 32
_GZIP_START, _ZSTD_START = b"\x1f\x8b", b"\x28\xb5\x2f\xfd"
# RFC 8878 asks of decoders no more than 8 MiB of window, which is what browsers give as well
_ZSTD_WINDOW_LOG = 23


class TooManyPartsError(ValueError):
    """A body in more members or frames than any honest one."""


ERRORS = (zlib.error, brotli.error, zstd.ZstdError, TooManyPartsError)


def _one_more(parts: int) -> int:
    if parts == MOST_PARTS:
        raise TooManyPartsError(f"more than {MOST_PARTS} parts")
    return parts + 1


class Unpacker(Protocol):
    """A body in one coding; `ended` tells that it is whole."""

    @property
    def ended(self) -> bool:
        """Tell whether the coding came to its end."""
        ...

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unpack to; raise one of `ERRORS`."""
        ...


class Inflated:
    """gzip in any number of members, or zlib; with `deflate`, also without the header that some leave out."""

    def __init__(self, *, deflate: bool = False) -> None:
        self._maybe_raw = deflate
        self._parts = 1
        self._inflater = zlib.decompressobj(_GZIP_OR_ZLIB)

    @property
    def ended(self) -> bool:
        """Tell whether the coding came to its end."""
        return self._inflater.eof

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unpack to."""
        if self._maybe_raw and chunk:
            self._maybe_raw = False
            if chunk[0] & 0x0F != 8:
                self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        while chunk:
            if self._inflater.eof:
                if not chunk.startswith(_GZIP_START):
                    return  # padding after the end; the inflater would hoard it
                self._parts = _one_more(self._parts)
                self._inflater = zlib.decompressobj(_GZIP_OR_ZLIB)
            yield self._inflater.decompress(chunk, STEP_BYTES)
            chunk = self._inflater.unused_data if self._inflater.eof else self._inflater.unconsumed_tail


class Brotli:
    """brotli; its library takes nothing after the end."""

    def __init__(self) -> None:
        self._decompressor = brotli.Decompressor()

    @property
    def ended(self) -> bool:
        """Tell whether the coding came to its end."""
        return bool(self._decompressor.is_finished())

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unpack to."""
        if self.ended:
            return
        yield self._decompressor.process(chunk, output_buffer_limit=STEP_BYTES)
        while not self.ended and not self._decompressor.can_accept_more_data():
            yield self._decompressor.process(b"", output_buffer_limit=STEP_BYTES)


class Zstd:
    """zstd in any number of frames."""

    def __init__(self) -> None:
        self._parts = 1
        self._decompressor = self._new()

    @property
    def ended(self) -> bool:
        """Tell whether the coding came to its end."""
        return self._decompressor.eof

    def unpack(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what the next bytes unpack to."""
        while True:
            if self._decompressor.eof:
                if not chunk.startswith(_ZSTD_START):
                    return
                self._parts = _one_more(self._parts)
                self._decompressor = self._new()
            yield self._decompressor.decompress(chunk, STEP_BYTES)
            chunk = self._decompressor.unused_data if self._decompressor.eof else b""
            if not self._decompressor.eof and self._decompressor.needs_input:
                return

    def _new(self) -> zstd.ZstdDecompressor:
        return zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG})


CODINGS: Mapping[str, Callable[[], Unpacker]] = {
    "gzip": Inflated,
    "x-gzip": Inflated,
    "deflate": lambda: Inflated(deflate=True),
    "br": Brotli,
    "zstd": Zstd,
}
ASKED_FOR = "gzip, deflate, br, zstd"
