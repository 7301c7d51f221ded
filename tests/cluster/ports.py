"""Free ports of 127.0.0.1 that stay free while their part is down.

A part comes back on its own port, so nobody may take it meanwhile, and a folder that is used again has the
ports of its first time: a job keeps the addresses that it was submitted with. The range from which the kernel
gives ports to clients is refused: there a client that tries again and again even connects to itself.
"""

import contextlib
import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
_LOWEST = 10_000
_GIVEN_TO_CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_GREETING = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes([0, 0, 0, 4, 0, 0, 0, 0, 0])
_SETTINGS_FRAME = b"\x04"
_taken: set[int] = set()


class PortsTakenError(Exception):
    """The ports that a folder has are not free."""


def free_ports(count: int, *, adjacent: bool = False) -> list[int]:
    """Return ports that nobody listens on, none of them twice in the life of this process."""
    if not adjacent:
        return [port for _ in range(count) for port in _free_row(1)]
    return _free_row(count)


def kept_ports(
    folder: Path, name: str, count: int, *, adjacent: bool = False, may_be_in_use: bool = False
) -> list[int]:
    """Return the ports that `name` has in the folder: free ones the first time, and then the same again.

    Raises `PortsTakenError` if somebody listens there, unless they `may_be_in_use` by who has them.
    """
    kept = folder / f"{name}.ports"
    if not kept.exists():
        folder.mkdir(parents=True, exist_ok=True)
        kept.write_text(" ".join(map(str, free_ports(count, adjacent=adjacent))))
    ports = [int(port) for port in kept.read_text().split()]
    taken = [port for port in ports if not _can_bind(port, again=True)]
    if taken and not may_be_in_use:
        raise PortsTakenError(f"{name} in {folder}: somebody listens on its port {taken[0]}; end that first")
    _taken.update(ports)
    return ports


def listening(port: int) -> bool:
    """Tell whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def speaks_grpc(port: int) -> bool:
    """Tell whether an HTTP/2 server, as gRPC has it, greets whoever comes to the port."""
    with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1) as probe:
        probe.sendall(_GREETING)
        return probe.recv(9)[3:4] == _SETTINGS_FRAME
    return False


def _free_row(length: int) -> list[int]:
    highest = _first_of_clients()
    for first in random.SystemRandom().sample(range(_LOWEST, highest - length), 1000):
        row = list(range(first, first + length))
        if _taken.isdisjoint(row) and all(_can_bind(port) for port in row):
            _taken.update(row)
            return row
    raise OSError(f"no {length} free ports in a row between {_LOWEST} and {highest} in a thousand tries")


def _first_of_clients() -> int:
    first = int(_GIVEN_TO_CLIENTS.read_text().split()[0]) if _GIVEN_TO_CLIENTS.exists() else 32_768
    return max(first, _LOWEST + 2000)


def _can_bind(port: int, *, again: bool = False) -> bool:
    """Tell whether the port is free; `again` overlooks connections of a server that has just ended."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, again)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
