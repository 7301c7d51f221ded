"""One POST to a secret URL, and what its answer means.

Retried: what says that the other side, or its configuration, is in trouble (408, 425, 429, 5xx; and 401,
403, 404, 407, which an operator can mend within the day that we try). Refused: what says that this message
is wrong, and redirects, which a body with a secret must not follow. Of unknown end: whatever breaks after
the connection stood. The URL never appears in a reason; neither does the answer's text.
"""

import ssl
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

import aiohttp

from alerts.receivers.outcome import Delivered, Outcome, Refused, Retry, Unknown
from transforms.address_rules import Network
from transforms.guarded_http import guarded_session, is_refused_address
from transforms.retry_after import retry_after
from transforms.secret import Secret

_MENDABLE = frozenset({401, 403, 404, 407, 408, 425, 429})
_LONGEST_WAIT = timedelta(hours=24)
_BODY_CAP = 4096


class HttpPost:
    """Posts bodies; its session belongs to the loop that posts first."""

    def __init__(
        self,
        url: Secret,
        allowed_networks: Sequence[Network],
        clock: Callable[[], datetime],
        timeout: timedelta = timedelta(seconds=20),
    ) -> None:
        self._url, self._allowed, self._clock = url, tuple(allowed_networks), clock
        self._timeout = timeout.total_seconds()
        self._session: aiohttp.ClientSession | None = None

    async def post(self, body: bytes, headers: Mapping[str, str]) -> Outcome:
        """Make one attempt."""
        try:
            async with self._opened().post(
                self._url.reveal(), data=body, headers=headers, allow_redirects=False
            ) as answer:
                outcome = after_status(answer.status, answer.headers.get("Retry-After"), self._clock())
                await _drain(answer)
                return outcome
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as e:
            return after_failure(e)

    async def close(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            half = self._timeout / 2
            limits = aiohttp.ClientTimeout(total=self._timeout, connect=half, sock_connect=half)
            self._session = guarded_session(self._allowed, limits, auto_decompress=False)
        return self._session


def after_status(status: int, asked: str | None, now: datetime) -> Outcome:
    """Return what an HTTP status means for the message."""
    if 200 <= status < 300:
        return Delivered()
    if status in _MENDABLE or status >= 500:
        return Retry(f"http-{status}", retry_after(asked, now))
    return Refused(f"http-{status}")


def after_failure(error: Exception) -> Outcome:
    """Return what a failed request means: nothing was sent, or nobody knows."""
    if is_refused_address(error):
        return Retry("refused-address")
    if isinstance(error, aiohttp.InvalidURL | aiohttp.NonHttpUrlClientError):
        return Refused("invalid-url")
    if isinstance(error, aiohttp.ClientSSLError | ssl.SSLError):
        return Retry("tls")
    if isinstance(error, aiohttp.ConnectionTimeoutError):
        return Retry("connect-timeout")
    if isinstance(error, aiohttp.ClientConnectorError):
        return Retry("connect")
    return Unknown("timeout" if isinstance(error, TimeoutError) else "broken-connection")


async def _drain(answer: aiohttp.ClientResponse) -> None:
    """Read a little, so that a polite server sees its answer taken; the status has decided already."""
    try:
        await answer.content.read(_BODY_CAP)
    except (aiohttp.ClientError, TimeoutError, OSError):
        return
