"""Field types of the configuration, each with the words for what it expects."""

import re
from collections.abc import Callable
from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from pipeline.settings.quantities import DURATION_HINT, SIZE_HINT, duration_of, size_of
from transforms.address_rules import networks, url_refusal

T = TypeVar("T")
OURS = "missionwire"


class Section(BaseModel):
    """A mapping whose every key is known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SecretRef(Section):
    """Where a secret stands: in an environment variable or in a file, one of them."""

    env: Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")] | None = None
    file: Annotated[str, StringConstraints(min_length=1)] | None = None


def fault(why: str, expected: str) -> PydanticCustomError:
    """Return a fault that says what was expected; neither may hold the value itself."""
    return PydanticCustomError(OURS, "{why}", {"why": why, "expected": expected})


def _by(read: Callable[[Any], T], expected: str) -> BeforeValidator:
    def validate(value: Any) -> T:
        try:
            return read(value)
        except ValueError as e:
            raise fault(str(e), expected) from None

    return BeforeValidator(validate)


def _path(value: object) -> Path:
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("is no path")
    return Path(value)


def _web_address(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is no address")
    if "@" in value.split("://", 1)[-1].split("/", 1)[0]:
        raise ValueError("has a user or password in it (not shown)")
    if url_refusal(value) is not None:
        raise ValueError("is no web address")
    return value


def _network(value: object) -> IPv4Network | IPv6Network:
    if not isinstance(value, str):
        raise ValueError("is no network")
    try:
        return networks([value])[0]
    except ValueError:
        raise ValueError("is no network") from None


def _name(value: object) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"[a-z0-9][a-z0-9_-]{0,39}", value):
        raise ValueError("is no name")
    return value


def _host_port(value: object) -> str:
    host, _, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    if not re.fullmatch(r"[A-Za-z0-9._-]+|\[[0-9a-fA-F:.]+\]", host) or not re.fullmatch(r"[0-9]{1,5}", port):
        raise ValueError("is no host and port")
    if not 1 <= int(port) <= 65535:
        raise ValueError("has no such port")
    return f"{host}:{port}"


def _contact(value: object) -> str:
    if (
        not isinstance(value, str)
        or not value.isascii()
        or not value.isprintable()
        or set(value) & set("()<>")
    ):
        raise ValueError("cannot stand in a User-Agent")
    return value


def _secret_ref(value: object) -> SecretRef:
    expected = "{env: NAME} or {file: PATH}"
    if not isinstance(value, dict):
        raise fault("a secret must not stand in this file (not shown)", expected)
    named = {name: text for name, text in value.items() if name in ("env", "file") and isinstance(text, str)}
    if len(value) != 1 or len(named) != 1:
        raise fault("is no reference to a secret", expected)
    return SecretRef(**named)


_WEB_ADDRESS = "http:// or https:// with a host, without user and password"
Duration = Annotated[timedelta, _by(duration_of, DURATION_HINT)]
Size = Annotated[int, _by(size_of, SIZE_HINT)]
FilePath = Annotated[Path, _by(_path, "a path")]
WebAddress = Annotated[str, _by(_web_address, _WEB_ADDRESS)]
NetworkRange = Annotated[IPv4Network | IPv6Network, _by(_network, "a network such as 10.1.0.0/16")]
HostPort = Annotated[str, _by(_host_port, "host:port")]
Contact = Annotated[str, _by(_contact, "a web or mail address in plain ASCII")]
Reference = Annotated[SecretRef, BeforeValidator(_secret_ref)]
Name = Annotated[str, _by(_name, "lower-case letters, digits, - and _, at most 40")]
Words = Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f]+$")]
