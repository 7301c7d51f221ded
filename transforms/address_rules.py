"""Which addresses and URLs of strangers we may call: the pure half of the guard against being used.

A URL from a feed, a redirect or a configuration file must not reach our own machines. The name in
a URL proves nothing (it may resolve to anything, and to something else a second later), so
`refusal` judges the address that is about to be dialled. Forms that carry an IPv4 address inside an
IPv6 one are refused as such; allowing their network still asks about the address inside.
"""

from collections.abc import Sequence
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Literal
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network
UrlRefusal = Literal["refused-url", "insecure-redirect"]

_MAX_URL_LENGTH = 4096
_CARRIER_GRADE_NAT = IPv4Network("100.64.0.0/10")
# name, network, and how far to shift right to find the IPv4 address within (None: nowhere known)
_CARRYING_IPV4: tuple[tuple[str, IPv6Network, int | None], ...] = (
    ("ipv4-mapped", IPv6Network("::ffff:0:0/96"), 0),
    ("ipv4-translated", IPv6Network("::ffff:0:0:0/96"), 0),
    ("nat64", IPv6Network("64:ff9b::/96"), 0),
    ("nat64", IPv6Network("64:ff9b:1::/48"), None),
    ("6to4", IPv6Network("2002::/16"), 80),
    ("teredo", IPv6Network("2001::/32"), None),
)


def refusal(address: Address | str, allowed: Sequence[Network] = ()) -> str | None:
    """Return why `address` must not be dialled, or `None` if it may; what is no address may not."""
    try:
        ip = ip_address(address) if isinstance(address, str) else address
    except ValueError:
        return "not-an-address"
    listed = any(ip.version == network.version and ip in network for network in allowed)
    if isinstance(ip, IPv6Address) and (carried := _carried(ip)):
        form, inner = carried
        if not listed:
            return form
        return refusal(inner, allowed) if inner is not None else None
    return None if listed else _kind(ip)


def url_refusal(url: str, *, after: str | None = None) -> UrlRefusal | None:
    """Return why `url` must not be requested (after a redirect from `after`), or `None` if it may."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return "refused-url"
    if parts.scheme not in ("http", "https") or not host or port == 0 or "@" in parts.netloc:
        return "refused-url"
    if len(url) > _MAX_URL_LENGTH or any(c.isspace() or not c.isprintable() for c in url):
        return "refused-url"
    if after and urlsplit(after).scheme == "https" and parts.scheme == "http":
        return "insecure-redirect"
    return None


def networks(texts: Sequence[str]) -> tuple[Network, ...]:
    """Return the networks that `texts` write in CIDR form; raise `ValueError` for what is none."""
    return tuple(ip_network(text) for text in texts)


def _carried(ip: IPv6Address) -> tuple[str, IPv4Address | None] | None:
    for form, network, shift in _CARRYING_IPV4:
        if ip in network:
            return form, None if shift is None else IPv4Address((int(ip) >> shift) & 0xFFFFFFFF)
    return None


def _kind(ip: Address) -> str | None:
    named = (
        ("unspecified", ip.is_unspecified),
        ("loopback", ip.is_loopback),
        ("link-local", ip.is_link_local),
        ("multicast", ip.is_multicast),
        ("carrier-grade-nat", isinstance(ip, IPv4Address) and ip in _CARRIER_GRADE_NAT),
        ("private", ip.is_private or (isinstance(ip, IPv6Address) and ip.is_site_local)),
        ("reserved", ip.is_reserved or not ip.is_global),
    )
    return next((name for name, matches in named if matches), None)
