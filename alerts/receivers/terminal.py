"""The terminal: each message is one write and one flush, so messages never mix."""

import asyncio
from typing import TextIO

from alerts.notification import Notification
from alerts.receivers.outcome import Delivered, Outcome, Retry, Unknown
from alerts.receivers.settings import OnUnknown, TerminalReceiver


class Terminal:
    """Writes to a text stream."""

    concurrency = 1
    on_unknown: OnUnknown = "resend"

    def __init__(self, settings: TerminalReceiver, stream: TextIO) -> None:
        self.name = settings.name
        self._stream = stream

    async def send(self, notification: Notification) -> Outcome:
        """Write the plain text; a stream that takes only some characters gets `?` for the others."""
        return await asyncio.to_thread(self._write, notification.rendered.text + "\n")

    async def close(self) -> None:
        """Leave the stream open: it is not ours."""

    def _write(self, text: str) -> Outcome:
        encoding = getattr(self._stream, "encoding", None) or "utf-8"
        try:
            self._stream.write(text.encode(encoding, "replace").decode(encoding))
        except (OSError, ValueError):  # ValueError: the stream is closed
            return Retry("stream-closed")
        try:
            self._stream.flush()
        except (OSError, ValueError):
            return Unknown("stream-broken")
        return Delivered()
