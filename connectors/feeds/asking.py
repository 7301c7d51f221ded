"""One question to one feed: at its address, conditional where that is wise, not while its host is held."""

from collections.abc import Callable
from datetime import datetime
from typing import Protocol

from connectors.feeds.answers import validators
from connectors.feeds.feed import FeedState
from connectors.feeds.fetch import FetchResult
from connectors.feeds.hosts import HostGates, host_of
from connectors.feeds.moves import address_of


class Fetch(Protocol):
    """As `Fetcher.fetch`."""

    async def __call__(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Return what the feed answers; raise nothing for expected failures."""
        ...


async def ask(fetch: Fetch, gates: HostGates, state: FeedState, clock: Callable[[], datetime]) -> FetchResult:
    """Return what the feed answers, or that its host is held; a 429 holds the host that said it."""
    address = address_of(state)
    if (until := gates.held_until(host_of(address))) is not None:
        return FetchResult("failed", address, 429, reason="http-429", retry_after=until - clock())
    etag, last_modified = validators(state)
    fetched = await fetch(address, etag=etag, last_modified=last_modified)
    gates.heed(fetched, clock())
    return fetched
