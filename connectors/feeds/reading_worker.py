"""The process that reads hostile bodies: jobs on stdin, results on stdout, no secrets, no signals.

Frames are a length of four bytes and msgpack. A body that eats memory or time ends this process
and nothing else: memory is limited here, time by the parent, and by an alarm should the parent be gone.
"""

import os
import resource
import signal
import sys
from typing import BinaryIO

import msgspec

from connectors.feeds.reading import Harvest, PageJob, PageText, ReadingJob, Unread, read_feed


def main(budget_s: int, memory_bytes: int) -> None:
    """Serve jobs until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with os.fdopen(os.dup(1), "wb") as answers, os.fdopen(0, "rb", closefd=False) as jobs:
        os.dup2(2, 1)  # whatever a library prints must not be taken for an answer
        _send(answers, b"ready")
        while (data := _receive(jobs)) is not None:
            signal.alarm(budget_s + 5)
            result = _read(msgspec.msgpack.decode(data, type=ReadingJob | PageJob))
            signal.alarm(0)
            _send(answers, msgspec.msgpack.encode(result))


def _read(job: ReadingJob | PageJob) -> Harvest | PageText | Unread:
    if isinstance(job, ReadingJob):
        return read_feed(job)
    # half a second and 17 MB, which only those pay who ask for pages
    from connectors.feeds.page_text import read_page  # noqa: PLC0415

    return read_page(job)


def _receive(stream: BinaryIO) -> bytes | None:
    size = stream.read(4)
    return stream.read(int.from_bytes(size, "big")) if len(size) == 4 else None


def _send(stream: BinaryIO, data: bytes) -> None:
    stream.write(len(data).to_bytes(4, "big") + data)
    stream.flush()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
