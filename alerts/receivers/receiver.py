"""The receiver: what the notifier asks of each channel."""

from typing import Protocol

from alerts.notification import Notification
from alerts.receivers.outcome import Outcome
from alerts.receivers.settings import OnUnknown


class Receiver(Protocol):
    """A channel. `concurrency` is how many messages may be on their way at once."""

    name: str
    on_unknown: OnUnknown
    concurrency: int

    async def send(self, notification: Notification) -> Outcome:
        """Make one attempt within a bounded time; an expected failure is an outcome, never an exception."""
        ...

    async def close(self) -> None:
        """Release what the receiver holds."""
        ...
