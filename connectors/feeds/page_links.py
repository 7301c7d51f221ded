"""Where the feed of a web page may be: what the page links to, then the places where many have theirs."""

from urllib.parse import urlsplit

from connectors.feeds.canonical_url import absolute_url
from connectors.feeds.loose_tags import start_tags
from transforms.address_rules import url_refusal

_HEAD_BYTES = 512 * 1024
_MOST_LINKED, _MOST = 6, 12
_TYPES = frozenset(
    {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/json"}
    | {"application/rdf+xml"}
)
_ENDINGS = (".rss", ".atom", "/rss", "/atom", "/feed", "rss.xml", "atom.xml", "feed.xml", "feed.json")
_PLACES = ("feed/", "rss.xml", "feed.xml", "atom.xml", "index.xml", "rss", "feed.json")


def possible_feeds(page: bytes, url: str) -> list[str]:
    """Return addresses to try for the page that was found at `url`, the most likely first, each once.

    Feeds of comments come behind those of articles.
    """
    base, stated, linked = url, list[str](), list[str]()
    for name, attributes in start_tags(page[:_HEAD_BYTES], "base", "link", "a"):
        href = attributes.get("href", "").strip()
        if name == "base" and base == url:
            base = absolute_url(url, href) or url
        elif name == "link" and _is_feed_link(attributes):
            stated.append(href)
        elif name == "a" and href.partition("?")[0].rstrip("/").lower().endswith(_ENDINGS):
            linked.append(href)
    found = [absolute_url(base, href) for href in sorted(stated, key=_is_of_comments)[:_MOST_LINKED]]
    found += [absolute_url(base, href) for href in sorted(linked, key=_is_of_comments)[:_MOST_LINKED]]
    return _usable([*found, *_common(url)], but=url)[:_MOST]


def _is_feed_link(attributes: dict[str, str]) -> bool:
    kind = attributes.get("type", "").partition(";")[0].strip().lower()
    return "alternate" in attributes.get("rel", "").lower().split() and kind in _TYPES


def _is_of_comments(href: str) -> bool:
    return "comment" in href.lower()


def _common(url: str) -> list[str | None]:
    parts = urlsplit(url)
    folder = url.partition("?")[0].partition("#")[0].rpartition("/")[0] + "/"
    root = f"{parts.scheme}://{parts.netloc}/"
    beside = [absolute_url(folder, _PLACES[0])] if folder.startswith(root) and folder != root else []
    return beside + [absolute_url(root, place) for place in _PLACES]


def _usable(urls: list[str | None], but: str) -> list[str]:
    plain = [url.partition("#")[0] for url in urls if url]
    return [url for url in dict.fromkeys(plain) if url != but and url_refusal(url, after=but) is None]
