"""A real server of feeds that change as its parent's clock goes: some every two minutes, most within hours.

    python -m tests.bench.changing_feeds

Prints its port and serves `/NUMBER`, about 30 kB each, three in four with an ETag. Each line on stdin is what
the time is now, in seconds from the start; when stdin ends it prints the most requests that it saw at once
for one host.
"""

import asyncio
import sys
from collections import Counter
from contextlib import suppress

ENTRIES = 20
# seconds between two entries, for this many of twenty feeds
GAPS_S = (120,) + (600,) * 4 + (3600,) * 9 + (36_000,) * 6
_WORDS = "the ferry left its berth this morning and was seen again off the northern cape with all lamps lit "


def body(feed: int, newest: int) -> bytes:
    """Return a feed whose newest entry has this number."""
    entries = "".join(_entry(feed, newest - n) for n in range(ENTRIES))
    whole = f"<rss version='2.0'><channel><title>{feed}</title>{entries}</channel></rss>"
    return f"<?xml version='1.0'?>{whole}".encode()


def _entry(feed: int, number: int) -> str:
    title = f"Report {number} of feed {feed}"
    return (
        f"<item><title>{title}</title><link>https://h.example/{feed}/{number}</link>"
        f"<description>&lt;p&gt;{title}: {_WORDS * 12}&lt;/p&gt;</description></item>"
    )


class ChangingFeeds:
    """Answers requests; `most` has the most requests at once by host, `now_s` is the time."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self._under_way: Counter[str] = Counter()
        self.most: Counter[str] = Counter()

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one connection until the client leaves."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                headers = dict(line.lower().split(": ", 1) for line in request.strip().split("\r\n")[1:])
                host = headers["host"]
                self._under_way[host] += 1
                self.most[host] = max(self.most[host], self._under_way[host])
                writer.write(self._answer(int(request.split(" ")[1][1:]), headers))
                await writer.drain()
                self._under_way[host] -= 1
        writer.close()

    def _answer(self, feed: int, headers: dict[str, str]) -> bytes:
        gap_s = GAPS_S[feed % len(GAPS_S)]
        # each begins somewhere in its gap
        newest = ENTRIES + int((self.now_s + feed * 7919 % gap_s) / gap_s)
        etag = f'"{newest}"' if feed % 4 else ""
        if etag and headers.get("if-none-match") == etag:
            return f"HTTP/1.1 304 X\r\nETag: {etag}\r\n\r\n".encode()
        content = body(feed, newest)
        head = f"HTTP/1.1 200 X\r\nContent-Type: application/rss+xml\r\nContent-Length: {len(content)}\r\n"
        return (head + (f"ETag: {etag}\r\n" if etag else "") + "\r\n").encode() + content

    def listen(self) -> None:
        """Take the time from stdin until it ends."""
        for line in sys.stdin:
            self.now_s = float(line)


async def main() -> None:
    """Serve until stdin ends."""
    feeds = ChangingFeeds()
    server = await asyncio.start_server(feeds.serve, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(feeds.listen)
    server.close()
    print(max(feeds.most.values(), default=0), flush=True)


if __name__ == "__main__":
    asyncio.run(main())
