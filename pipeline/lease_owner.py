"""The name under which a process holds leases."""

import os
import secrets
import socket

_LONGEST_NAME = 50


def lease_owner(instance: str | None) -> str:
    """Return a name that tells people which process it is, and that no other process ever has.

    An instance's name alone is not enough: where a machine was cut off and replaced, both may be running.
    """
    name = instance or f"{socket.gethostname()}-{os.getpid()}"
    return f"{name[-_LONGEST_NAME:]}.{secrets.token_hex(4)}"
