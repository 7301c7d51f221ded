"""An article: one version of one entry of a feed, as the log carries it."""

from datetime import datetime
from typing import Annotated

import msgspec

from transforms.records.wire import deterministic_id

Aware = Annotated[datetime, msgspec.Meta(tz=True)]


class Article(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One version of one entry. Times are aware UTC; `None` means that the feed did not say.

    `id` follows from identity and content, so the same version fetched again has the same id and
    a revision another one. `published` and `updated` are what the feed claims; only `fetched` is
    ours; `claimed` is a date that cannot be believed, in the feed's words. `text` is plain text in NFC with
    paragraph breaks kept; evidence offsets point into it. `historical` articles build state and tell nobody.
    """

    id: str
    feed: str
    publisher: str
    title: str
    text: str
    fetched: Aware
    url: str | None = None
    guid: str | None = None
    summary: str = ""
    published: Aware | None = None
    updated: Aware | None = None
    claimed: str = ""
    language: str | None = None
    authors: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    historical: bool = False
    content_hash: str = ""
    schema: int = 1

    @property
    def identity(self) -> str:
        """What stays the same over revisions: the canonical URL, else feed and guid, else the id."""
        if self.url:
            return self.url
        return f"{self.feed}\n{self.guid}" if self.guid else self.id

    @property
    def stated_at(self) -> datetime:
        """When the article speaks: what the feed claims, else when it was fetched."""
        return self.published or self.updated or self.fetched


def content_hash(title: str, text: str) -> str:
    """Return the hash of what a reader sees of an article."""
    return deterministic_id(title, text)


def article_id(identity: str, content: str) -> str:
    """Return the id of one version: `identity` as `Article.identity`, `content` from `content_hash`."""
    return deterministic_id("article", identity, content)
