"""What a site's robots.txt allows us (RFC 9309), asked for once a day and host.

Protego reads it: the standard library's reader takes the first rule that matches instead of the longest,
and knows no `*`. A file that is not there allows everything; one that cannot be had (an error of the
server or of the network, a refused address, silence until the poll was over) allows nothing, and is asked
for again after an hour. Only the first 512 KiB are read, and they count however long the file is.
`Crawl-delay`, which the RFC does not know, is not read: the gap between two requests to one host is ours in
any case.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal
from urllib.parse import urlsplit
from weakref import WeakValueDictionary

from protego import Protego

from connectors.feeds.feed import MAX_REDIRECTS
from connectors.feeds.fetch import FetchResult
from connectors.feeds.polite_get import Get

Verdict = Literal["allowed", "robots", "robots-unreachable"]

_ACCEPT = "text/plain, */*;q=0.5"
_MAX_BYTES = 512 * 1024
_FRESH, _ASK_AGAIN, _LONG = timedelta(hours=24), timedelta(hours=1), timedelta(seconds=10)
# Rules take some twenty times the memory of their text.
_MAX_TEXTS_BYTES, _HOST_BYTES = 4 * 1024 * 1024, 1024


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a host until a moment; no `rules` means that nothing may be asked."""

    rules: Protego | None
    until: datetime
    size_bytes: int = _HOST_BYTES


def text_of(answer: FetchResult | str) -> str | None:
    """Return the robots.txt that an answer means, empty where there is none; `None`: it cannot be had."""
    if isinstance(answer, str):
        return None
    if answer.kind == "content":
        return answer.body.decode("utf-8-sig", "replace")
    missing = answer.status is not None and 400 <= answer.status < 500 and answer.status != 429
    return "" if missing else None


class Robots:
    """Tell whether `product` may ask for a URL; `get` fetches as `PoliteGet`. Its memory is bounded."""

    def __init__(self, get: Get, product: str, clock: Callable[[], datetime]) -> None:
        self._get, self._product, self._clock = get, product, clock
        self._known: OrderedDict[str, _Known] = OrderedDict()
        self._size_bytes = 0
        self._asking: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def verdict(self, url: str) -> Verdict:
        """Return whether the host of `url` allows it, asking the host if that is not known."""
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        # several pages of a host wait for one answer
        lock = self._asking.setdefault(origin, asyncio.Lock())
        async with lock:
            known = self._known.get(origin)
            if known is None or known.until <= self._clock():
                known = await self._learn(origin)
        if known.rules is None:
            return "robots-unreachable"
        return "allowed" if known.rules.can_fetch(url, self._product) else "robots"

    async def _learn(self, origin: str) -> _Known:
        """Ask and keep the answer; a host that someone gave up waiting for is as one without an answer."""
        began = self._clock()
        try:
            return self._keep(origin, await self._ask(origin))
        except asyncio.CancelledError:
            # else each poll would wait for the same slow host until its time is over
            if self._clock() - began >= _LONG:
                self._keep(origin, _Known(None, self._clock() + _ASK_AGAIN))
            raise

    async def _ask(self, origin: str) -> _Known:
        url: FetchResult | str = f"{origin}/robots.txt"
        for _ in range(MAX_REDIRECTS + 1):
            if isinstance(url, str):
                url = await self._get(url, _ACCEPT, cut_at=_MAX_BYTES)
        text = text_of(url)
        if text is None:
            return _Known(None, self._clock() + _ASK_AGAIN)
        # a long file takes half a second, in which the loop has other things to do
        rules = await asyncio.to_thread(Protego.parse, text)
        return _Known(rules, self._clock() + _FRESH, _HOST_BYTES + len(text))

    def _keep(self, origin: str, known: _Known) -> _Known:
        if (before := self._known.pop(origin, None)) is not None:
            self._size_bytes -= before.size_bytes
        self._known[origin] = known
        self._size_bytes += known.size_bytes
        while self._size_bytes > _MAX_TEXTS_BYTES and len(self._known) > 1:
            self._size_bytes -= self._known.popitem(last=False)[1].size_bytes
        return known
