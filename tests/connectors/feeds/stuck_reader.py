"""A reading process for tests that hangs on one body, dies on another and answers the rest."""

import os
import sys
import threading

import msgspec

from connectors.feeds.reading import PageJob, ReadingJob, Unread


def main():
    answer(b"ready")
    while size := sys.stdin.buffer.read(4):
        job = msgspec.msgpack.decode(
            sys.stdin.buffer.read(int.from_bytes(size, "big")), type=ReadingJob | PageJob
        )
        if job.body == b"hang":
            threading.Event().wait()
        if job.body == b"die":
            os._exit(1)
        secret = "SECRET" in os.environ
        answer(msgspec.msgpack.encode(Unread(reason="not-a-feed", detail=f"secret seen: {secret}")))


def answer(data):
    sys.stdout.buffer.write(len(data).to_bytes(4, "big") + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
