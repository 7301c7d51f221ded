"""HTTP sessions that check each address they dial, so that no name leads to our own network.

aiohttp asks a socket factory for each address just before it connects to that very address: a name
that resolves to something else a moment later cannot pass between check and use, and literal
addresses, which never reach a resolver, are judged all the same.
"""

import errno
import socket
from collections.abc import Callable, Sequence
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver

from transforms.address_rules import Network, refusal

_MARK = "refused-address"
AddressInfo = tuple[int, int, int, str, tuple[object, ...]]


class RefusedAddressError(OSError):
    """An address that must not be dialled; `address` and `why` say which and which kind it is."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(errno.EACCES, f"{_MARK}: {address} is {why}")
        self.address, self.why = address, why


def guarded_session(
    allowed_networks: Sequence[Network], timeout: aiohttp.ClientTimeout, **options: Any
) -> aiohttp.ClientSession:
    """Return a session for use in the running loop; it keeps no connection, no cookie, uses no proxy."""
    return aiohttp.ClientSession(
        connector=guarded_connector(allowed_networks, force_close=True),
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        **options,
    )


def guarded_connector(
    allowed_networks: Sequence[Network],
    *,
    limit: int = 100,
    resolver: AbstractResolver | None = None,
    force_close: bool = False,
) -> aiohttp.TCPConnector:
    """Return a connector whose every connection passed `transforms.address_rules.refusal`."""
    return aiohttp.TCPConnector(
        limit=limit,
        resolver=resolver,
        force_close=force_close,
        socket_factory=_socket_factory(allowed_networks),
    )


def is_refused_address(error: BaseException) -> bool:
    """Tell whether a connection failed by the guard; several addresses arrive merged into one message."""
    cause = getattr(error, "os_error", error)
    return isinstance(cause, RefusedAddressError) or _MARK in str(cause)


def _socket_factory(allowed: Sequence[Network]) -> Callable[[AddressInfo], socket.socket]:
    def open_socket(address: AddressInfo) -> socket.socket:
        family, kind, protocol, _, target = address
        if why := refusal(str(target[0]), allowed):
            raise RefusedAddressError(str(target[0]), why)
        return socket.socket(family, kind, protocol)

    return open_socket
