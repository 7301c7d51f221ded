"""Free ports of 127.0.0.1 that stay free while their part is down.

A part comes back on its own port, so nobody may take it meanwhile. The range from which the kernel gives
ports to clients is refused: there a client that tries again and again even connects to itself.
"""

import random
import socket
from pathlib import Path

HOST = "127.0.0.1"
_LOWEST = 10_000
_GIVEN_TO_CLIENTS = Path("/proc/sys/net/ipv4/ip_local_port_range")
_taken: set[int] = set()


def free_ports(count: int) -> list[int]:
    """Return ports that nobody listens on, none of them twice in the life of this process."""
    return [_free_port() for _ in range(count)]


def listening(port: int) -> bool:
    """Tell whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _free_port() -> int:
    choices = random.SystemRandom().sample(range(_LOWEST, _first_of_clients()), 1000)
    for port in choices:
        if port not in _taken and _can_bind(port):
            _taken.add(port)
            return port
    raise OSError(f"no free port from {_LOWEST} to {_first_of_clients()} in a thousand tries")


def _first_of_clients() -> int:
    first = int(_GIVEN_TO_CLIENTS.read_text().split()[0]) if _GIVEN_TO_CLIENTS.exists() else 32_768
    return max(first, _LOWEST + 2000)


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True
