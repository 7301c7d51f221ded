"""Links of strangers: shown only if they are plain web addresses, and always with their true host."""

import re
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from transforms.address_rules import url_refusal

_LONGEST = 1000
_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")


class Link(NamedTuple):
    """An address in ASCII that no channel can misread, and the host that it leads to (punycode)."""

    url: str
    host: str


def safe_link(url: str | None) -> Link | None:
    """Return the link to show for `url`, or `None` if it must not be shown."""
    if not url or len(url) > _LONGEST or url_refusal(url):
        return None
    parts = urlsplit(url)
    host = _ascii_host(parts.hostname or "")
    if host is None:
        return None
    netloc = f"{host}:{parts.port}" if parts.port else host
    path = quote(parts.path, safe="/%:@!$&()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&()*+,;=~-._?")
    return Link(urlunsplit((parts.scheme, netloc, path, query, "")), netloc)


def _ascii_host(name: str) -> str | None:
    if ":" in name:
        name = f"[{name}]"
    try:
        host = name if name.isascii() else name.encode("idna").decode("ascii")
    except UnicodeError:
        return None
    return host if _HOST.fullmatch(host) else None
