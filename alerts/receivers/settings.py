"""What the configuration says about each receiver."""

from dataclasses import dataclass
from datetime import timedelta
from email.errors import HeaderParseError
from email.headerregistry import Address
from typing import Literal

from transforms.secret import Secret

OnUnknown = Literal["resend", "hold"]
Security = Literal["starttls", "tls", "none"]
_HERE = ("localhost", "127.0.0.1", "::1")


@dataclass(frozen=True)
class TerminalReceiver:
    """Writes to the terminal."""

    name: str


@dataclass(frozen=True)
class SlackWebhook:
    """Posts to a Slack incoming webhook; whoever knows the URL may post, so it is a secret."""

    name: str
    url: Secret
    on_unknown: OnUnknown = "resend"


@dataclass(frozen=True)
class Email:
    """Sends mail through an SMTP server; `ca_file` names a private certificate authority.

    Raise `ValueError` for what is no address, and for a password that would travel unencrypted.
    """

    name: str
    host: str
    sender: str
    recipients: tuple[str, ...]
    port: int = 587
    security: Security = "starttls"
    username: str = ""
    password: Secret | None = None
    timeout: timedelta = timedelta(seconds=10)
    on_unknown: OnUnknown = "resend"
    ca_file: str | None = None

    def __post_init__(self) -> None:
        for spec in (self.sender, *self.recipients):
            _check_address(self.name, spec)
        if not self.recipients:
            raise ValueError(f"receiver {self.name}: no recipients")
        if self.security == "none" and self.password is not None and self.host not in _HERE:
            raise ValueError(f"receiver {self.name}: a password needs security starttls or tls")


@dataclass(frozen=True)
class Webhook:
    """Posts JSON to a URL, signed if there is a `signing_secret`."""

    name: str
    url: Secret
    signing_secret: Secret | None = None
    on_unknown: OnUnknown = "resend"


ReceiverSettings = TerminalReceiver | SlackWebhook | Email | Webhook


def _check_address(receiver: str, spec: str) -> None:
    try:
        good = "@" in Address(addr_spec=spec).addr_spec and spec.isascii()
    except (ValueError, IndexError, HeaderParseError):
        good = False
    if not good:
        raise ValueError(f"receiver {receiver}: not a mail address: {spec!r}")
