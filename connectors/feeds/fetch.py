"""One conditional GET of a feed: every expected failure is a value, nothing waits or grows without end."""

import asyncio
import ssl
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Literal, Self
from urllib.parse import urljoin

import aiohttp
from aiohttp.abc import AbstractResolver

from connectors.feeds.body import BodyError, BodyReader
from connectors.feeds.content_codings import ASKED_FOR
from connectors.feeds.feed import FetchLimits
from connectors.feeds.name_lookup import ThreadResolver
from transforms.address_rules import url_refusal
from transforms.guarded_http import guarded_connector, is_refused_address
from transforms.retry_after import retry_after

# A failure's reason: one of these words or `http-404` for an answer with that status.
FailureWord = Literal[
    "timeout", "dns", "tls", "connect", "refused-address", "refused-url", "insecure-redirect",
    "redirect-loop", "too-many-redirects", "too-large", "truncated", "bad-encoding", "bad-http",
]  # fmt: skip

_KEPT_HEADERS = (
    "content-type", "content-language", "etag", "last-modified", "cache-control", "expires", "age", "date",
)  # fmt: skip
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_ACCEPT = "application/atom+xml, application/rss+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class FetchResult:
    """What became of a fetch. `reason` and `detail` speak of failures; `url` is the last one asked.

    `moved_to` is the final URL when every redirect on the way was a permanent one.
    """

    kind: Literal["content", "not-modified", "failed"]
    url: str
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    reason: str = ""
    detail: str = ""
    retry_after: timedelta | None = None
    moved_to: str | None = None


class FetchError(Exception):
    """A fetch ended at `url` for `reason`; only used on the way to a `FetchResult`."""

    def __init__(self, url: str, reason: str, detail: str = "") -> None:
        super().__init__(f"fetch: {url}: {reason}")
        self.url, self.reason, self.detail = url, reason, detail


def next_hop(url: str, location: str | None, visited: frozenset[str], limit: int) -> str:
    """Return where a redirect from `url` leads; raise `FetchError` for a hop that must not be made."""
    if not location:
        raise FetchError(url, "bad-http", "redirect without a location")
    try:
        target = urljoin(url, location.strip())
    except ValueError as e:
        raise FetchError(url, "refused-url", "redirect to no URL") from e
    target = target.partition("#")[0]
    if refused := url_refusal(target, after=url):
        raise FetchError(url, refused)
    if target in visited:
        raise FetchError(url, "redirect-loop")
    if len(visited) > limit:
        raise FetchError(url, "too-many-redirects")
    return target


class Fetcher:
    """A client session with the guards on; use it as an async context manager within one event loop.

    `hop` is `HostGates.hop`: it is waited for before each redirect is followed.
    """

    def __init__(
        self,
        limits: FetchLimits,
        *,
        resolver: AbstractResolver | None = None,
        in_flight: int = 100,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        hop: Callable[[str], Awaitable[timedelta | None]] | None = None,
    ) -> None:
        self._limits, self._resolver, self._in_flight, self._clock = limits, resolver, in_flight, clock
        self._hop = hop
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        limits = self._limits
        self._session = aiohttp.ClientSession(
            connector=guarded_connector(
                limits.allowed_networks, limit=self._in_flight, resolver=self._resolver or ThreadResolver()
            ),
            # total is watched around all hops in `fetch`; connect covers the name look-up as well
            timeout=aiohttp.ClientTimeout(
                total=None,
                connect=limits.connect.total_seconds(),
                sock_connect=limits.connect.total_seconds(),
                sock_read=limits.read.total_seconds(),
            ),
            headers={"User-Agent": limits.user_agent, "Accept": _ACCEPT, "Accept-Encoding": ASKED_FOR},
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session:
            await self._session.close()

    async def fetch(
        self, url: str, *, etag: str | None = None, last_modified: str | None = None
    ) -> FetchResult:
        """Return what the feed at `url` answers, following redirects; the validators make it conditional."""
        if refused := url_refusal(url):
            return FetchResult("failed", url, reason=refused)
        validators = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in validators.items() if value}
        try:
            async with asyncio.timeout(self._limits.total.total_seconds()) as budget:
                return await self._follow(url, headers, budget)
        except TimeoutError:
            return FetchResult("failed", url, reason="timeout")
        except FetchError as e:
            return FetchResult("failed", e.url, reason=e.reason, detail=e.detail)

    async def hop(self, url: str, accept: str, *, cut_at: int | None = None) -> FetchResult | str:
        """Return what one request for a page answers, or the URL that it redirects to, which may be asked.

        With `cut_at`, only so many bytes of the body are read, and a longer one is no failure.
        """
        if refused := url_refusal(url):
            return FetchResult("failed", url, reason=refused)
        try:
            async with asyncio.timeout(self._limits.total.total_seconds()):
                answer = await self._ask(url, {"Accept": accept}, cut_at)
            if isinstance(answer, FetchResult):
                return answer
            return next_hop(url, answer[1], frozenset({url}), self._limits.max_redirects)
        except TimeoutError:
            return FetchResult("failed", url, reason="timeout")
        except FetchError as e:
            return FetchResult("failed", e.url, reason=e.reason, detail=e.detail)

    async def _follow(self, url: str, headers: dict[str, str], budget: asyncio.Timeout) -> FetchResult:
        visited, permanent = frozenset({url}), True
        while True:
            answer = await self._ask(url, headers)
            if isinstance(answer, FetchResult):
                moved = url if permanent and len(visited) > 1 else None
                return answer if moved is None else _with_move(answer, moved)
            status, location = answer
            permanent = permanent and status in (301, 308)
            url = next_hop(url, location, visited, self._limits.max_redirects)
            visited |= {url}
            if (held := await self._may_follow(url, budget)) is not None:
                return FetchResult("failed", url, 429, reason="http-429", retry_after=held)

    async def _may_follow(self, url: str, budget: asyncio.Timeout) -> timedelta | None:
        """Wait for the host's turn, which the budget is not charged for; return for how long it is held."""
        if self._hop is None:
            return None
        loop = asyncio.get_running_loop()
        left = (budget.when() or loop.time()) - loop.time()
        budget.reschedule(None)
        held = await self._hop(url)
        budget.reschedule(loop.time() + left)
        return held

    async def _ask(
        self, url: str, headers: dict[str, str], cut_at: int | None = None
    ) -> FetchResult | tuple[int, str | None]:
        """Return the answer of one hop, or status and location of a redirect."""
        assert self._session is not None, "a Fetcher is used within `async with`"  # noqa: S101
        try:
            async with self._session.get(url, headers=headers, allow_redirects=False) as response:
                if response.status in _REDIRECTS:
                    return response.status, response.headers.get("Location")
                return await self._answer(url, response, cut_at)
        except BodyError as e:
            raise FetchError(url, e.reason, e.detail) from e
        except (aiohttp.ClientError, OSError, ValueError) as e:
            raise FetchError(url, failure_word(e), type(e).__name__) from e

    async def _answer(self, url: str, response: aiohttp.ClientResponse, cut_at: int | None) -> FetchResult:
        status = response.status
        kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
        wait = retry_after(response.headers.get("Retry-After"), self._clock())
        if status == 304:
            return FetchResult("not-modified", url, status, kept)
        if status != 200:
            return FetchResult("failed", url, status, kept, reason=f"http-{status}", retry_after=wait)
        return FetchResult("content", url, status, kept, body=await self._body(response, cut_at))

    async def _body(self, response: aiohttp.ClientResponse, cut_at: int | None) -> bytes:
        limits = self._limits
        reader = BodyReader(
            response.headers.get("Content-Encoding", ""),
            max_bytes=limits.max_body_bytes,
            max_ratio=limits.max_ratio,
            cut_at=cut_at,
        )
        async for chunk in response.content.iter_any():
            reader.feed(chunk)
            if reader.full:
                break
        return reader.finish()


def failure_word(error: Exception) -> FailureWord:
    """Return the closed word for an error of the HTTP client."""
    words: tuple[tuple[bool, FailureWord], ...] = (
        (is_refused_address(error), "refused-address"),
        (isinstance(error, TimeoutError), "timeout"),
        (isinstance(error, aiohttp.ClientConnectorDNSError), "dns"),
        (isinstance(error, (aiohttp.ClientSSLError, ssl.SSLError)), "tls"),
        (isinstance(error, (aiohttp.InvalidURL, aiohttp.NonHttpUrlClientError)), "refused-url"),
        (isinstance(error, aiohttp.ClientPayloadError), "truncated"),
        (isinstance(error, (aiohttp.ClientConnectorError, aiohttp.ClientOSError)), "connect"),
    )
    return next((word for matches, word in words if matches), "bad-http")


def _with_move(answer: FetchResult, moved_to: str) -> FetchResult:
    return FetchResult(
        answer.kind, answer.url, answer.status, answer.headers, answer.body,
        answer.reason, answer.detail, answer.retry_after, moved_to,
    )  # fmt: skip
