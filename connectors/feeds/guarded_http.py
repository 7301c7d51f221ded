"""Sockets that check the address they dial, so that no name and no redirect leads to our own network.

aiohttp asks a socket factory for each address just before it connects to that very address: a name
that resolves to something else a moment later cannot pass between check and use. A check of the
resolver's answer was refused, because literal addresses never reach the resolver.
"""

import errno
import socket
from collections.abc import Callable, Sequence

from aiohttp import TCPConnector
from aiohttp.abc import AbstractResolver

from transforms.address_rules import Network, refusal

_MARK = "refused-address"
AddressInfo = tuple[int, int, int, str, tuple[object, ...]]


class RefusedAddressError(OSError):
    """An address that must not be dialled; `address` and `why` say which and which kind it is."""

    def __init__(self, address: str, why: str) -> None:
        super().__init__(errno.EACCES, f"{_MARK}: {address} is {why}")
        self.address, self.why = address, why


def socket_factory(allowed: Sequence[Network]) -> Callable[[AddressInfo], socket.socket]:
    """Return a factory of sockets that raises `RefusedAddressError` instead of opening a forbidden one."""

    def open_socket(info: AddressInfo) -> socket.socket:
        family, kind, protocol, _, target = info
        if why := refusal(str(target[0]), allowed):
            raise RefusedAddressError(str(target[0]), why)
        return socket.socket(family, kind, protocol)

    return open_socket


def guarded_connector(
    allowed: Sequence[Network], *, limit: int = 100, resolver: AbstractResolver | None = None
) -> TCPConnector:
    """Return a connector whose every connection passed `transforms.address_rules.refusal`."""
    return TCPConnector(
        limit=limit,
        resolver=resolver,
        socket_factory=socket_factory(allowed),
    )


def is_refused_address(error: BaseException) -> bool:
    """Tell whether a connection failed by the guard; several addresses arrive merged into one message."""
    cause = getattr(error, "os_error", error)
    return isinstance(cause, RefusedAddressError) or _MARK in str(cause)
