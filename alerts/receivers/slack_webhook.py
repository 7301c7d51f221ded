"""Slack's incoming webhook: one new message for each notification."""

import msgspec

from alerts.notification import Notification
from alerts.receivers.http_post import HttpPost
from alerts.receivers.outcome import Outcome
from alerts.receivers.settings import SlackWebhook


class Slack:
    """Posts the blocks, one at a time: Slack takes about one message a second."""

    concurrency = 1

    def __init__(self, settings: SlackWebhook, http: HttpPost) -> None:
        self.name, self.on_unknown = settings.name, settings.on_unknown
        self._http = http

    async def send(self, notification: Notification) -> Outcome:
        """Make one attempt."""
        body = msgspec.json.encode(notification.rendered.slack)
        return await self._http.post(body, {"Content-Type": "application/json; charset=utf-8"})

    async def close(self) -> None:
        """Close the connections."""
        await self._http.close()
