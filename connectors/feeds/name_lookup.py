"""Name look-ups in threads that neither starve others nor hold up the end of the process.

The event loop's default threads are few and joined at exit: six names with a dead name server would
stop all feeds, and delay a stop by as long as the system's resolver waits.
"""

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from threading import Thread
from typing import Any

from aiohttp.abc import AbstractResolver, ResolveResult

_AT_ONCE = 64
Lookup = Callable[[str, int, int], list[Any]]


def system_lookup(host: str, port: int, family: int) -> list[Any]:
    """Ask the system's resolver; raise `OSError` if it has no answer."""
    return socket.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM, flags=socket.AI_ADDRCONFIG)


class ThreadResolver(AbstractResolver):
    """Resolve names by `lookup`, each in a daemon thread of its own, a bounded number at once."""

    def __init__(self, lookup: Lookup = system_lookup, *, at_once: int = _AT_ONCE) -> None:
        self._lookup = lookup
        self._slots = asyncio.Semaphore(at_once)

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the addresses of a name."""
        async with self._slots:
            found = await self._in_thread(host, port, family)
        return [
            ResolveResult(
                hostname=host,
                host=str(address[0]),
                port=port,
                family=kind,
                proto=protocol,
                flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
            )
            for kind, _, protocol, _, address in found
        ]

    async def close(self) -> None:
        """Leave threads that still wait behind; they are daemons."""

    async def _in_thread(self, host: str, port: int, family: int) -> list[Any]:
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[list[Any]] = loop.create_future()

        def tell(found: list[Any] | None, error: Exception | None) -> None:
            if answer.done():
                return
            if error is not None:
                answer.set_exception(error)
            else:
                answer.set_result(found or [])

        def work() -> None:
            found, failure = None, None
            try:
                found = self._lookup(host, port, family)
            except (OSError, UnicodeError) as e:
                failure = e if isinstance(e, OSError) else OSError(None, f"no host name: {e}")
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(tell, found, failure)

        Thread(target=work, name="name-lookup", daemon=True).start()
        return await answer
