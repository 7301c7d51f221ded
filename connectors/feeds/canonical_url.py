"""One spelling for each URL, so that copies of a link are seen to be one.

How: RFC 3986's safe normalisations (case, default port, dot segments, percent-encoding), and the
parameters that only tell where a click came from are dropped. Refused: joining http with https and
`www.` with the bare name, which some sites serve differently; userinfo is never kept.
"""

import re
from ipaddress import AddressValueError, IPv6Address
from urllib.parse import quote, unquote_to_bytes, urljoin, urlsplit

_MAX_LENGTH = 2048
_DEFAULT_PORTS = {"http": 80, "https": 443}
_TRACKING_PREFIXES = ("utm_", "mc_", "at_", "ns_", "pk_", "mtm_", "hsa_", "_hs", "vero_", "oly_", "wt.")
_TRACKING_WORDS = (
    "fbclid gclid dclid gbraid wbraid msclkid yclid igshid twclid ttclid mkt_tok cmpid cmp ftag icid ito "
    "ncid ocid smid sr_share xtor ref_src ref_url spm partner guccounter __twitter_impression rss partnerid "
    "traffic_source s_cid cid sc_cid feedtype feedname"
)
_TRACKING = frozenset(_TRACKING_WORDS.split())
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?")
_PATH_SAFE = "/:@!$&'()*+,;=-._~"
_QUERY_SAFE = "/?:@!$'()*,;-._~+"
_ESCAPES = re.compile(r"%(?![0-9A-Fa-f]{2})")
_ESCAPED = re.compile(r"%[0-9A-Fa-f]{2}")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


def canonical_url(url: str) -> str | None:
    """Return the canonical form of an http(s) URL, or `None` for anything else."""
    text = re.sub(r"[\t\r\n]", "", url.strip())
    if not text.isprintable():
        return None
    try:
        parts = urlsplit(text)
        host, port = _host(parts.hostname or ""), parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or host is None:
        return None
    place = host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    query = _query(parts.query)
    whole = f"{parts.scheme}://{place}{_path(parts.path)}{'?' if query else ''}{query}"
    return whole if len(whole) <= _MAX_LENGTH else None


def absolute_url(base: str, link: str | None) -> str | None:
    """Return `link` as seen from `base`, or `None` for none or nonsense."""
    try:
        return urljoin(base, link) if link else None
    except ValueError:
        return None


def _host(host: str) -> str | None:
    if ":" in host:
        try:
            return f"[{IPv6Address(host).compressed}]" if "%" not in host else None
        except AddressValueError:
            return None
    name = host.rstrip(".")
    if len(name) > 253:
        return None
    if not name.isascii():
        name = name.encode("idna").decode("ascii").lower().rstrip(".")
    return name if _HOST.fullmatch(name) and ".." not in name else None


def _path(path: str) -> str:
    segments: list[str] = []
    *parents, last = _normal(path, _PATH_SAFE).split("/")[1:] or [""]
    for segment in parents:
        if segment == "..":
            segments = segments[:-1]
        elif segment != ".":
            segments.append(segment)
    if last == "..":
        segments = segments[:-1]
    return "/" + "/".join([*segments, "" if last in (".", "..") else last])


def _query(query: str) -> str:
    pairs = [_normal(pair, _QUERY_SAFE + "=") for pair in query.split("&")]
    return "&".join(
        sorted(pair for pair in pairs if pair and not _is_tracking(pair.partition("=")[0].lower()))
    )


def _is_tracking(name: str) -> bool:
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _normal(text: str, safe: str) -> str:
    """Encode what must be encoded, decode what need not be, and write the rest in upper case."""
    encoded = quote(_ESCAPES.sub("%25", text), safe=safe + "%")
    return _ESCAPED.sub(lambda m: _unescaped(m[0]), encoded)


def _unescaped(escape: str) -> str:
    character = unquote_to_bytes(escape).decode("latin-1")
    return character if character in _UNRESERVED else escape.upper()
