"""A generic webhook: JSON, a delivery id that never changes, and a signature that names its time.

The signature is HMAC-SHA256 over `<timestamp>.<body>` with the signing secret, in hex; a receiver
checks it and refuses old timestamps, so a recorded request cannot be played again later.
"""

import hashlib
import hmac
from collections.abc import Callable
from datetime import datetime

import msgspec

from alerts.notification import Notification
from alerts.receivers.http_post import HttpPost
from alerts.receivers.outcome import Outcome
from alerts.receivers.settings import Webhook
from transforms.secret import Secret


class JsonWebhook:
    """Posts the payload."""

    concurrency = 4

    def __init__(self, settings: Webhook, http: HttpPost, clock: Callable[[], datetime]) -> None:
        self.name, self.on_unknown = settings.name, settings.on_unknown
        self._secret, self._http, self._clock = settings.signing_secret, http, clock

    async def send(self, notification: Notification) -> Outcome:
        """Make one attempt."""
        body = msgspec.json.encode(notification.rendered.payload)
        timestamp = str(int(self._clock().timestamp()))
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "Idempotency-Key": notification.key,
            "Missionwire-Delivery": notification.key,
            "Missionwire-Timestamp": timestamp,
        }
        if self._secret is not None:
            headers["Missionwire-Signature"] = f"sha256={signature(self._secret, timestamp, body)}"
        return await self._http.post(body, headers)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()


def signature(secret: Secret, timestamp: str, body: bytes) -> str:
    """Return the hex HMAC-SHA256 of `timestamp.body`."""
    return hmac.new(secret.reveal().encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
