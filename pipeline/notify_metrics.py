"""What the notifier tells, counted."""

from collections.abc import Iterable

from alerts.receivers.settings import Email, ReceiverSettings, SlackWebhook, Webhook
from pipeline import metrics


class CountingObserver:
    """Counts notifications by the kind of their receiver, so that names of receivers are no labels."""

    def __init__(self, receivers: Iterable[ReceiverSettings]) -> None:
        self._kinds = {receiver.name: kind_of(receiver) for receiver in receivers}

    def notified(
        self, receiver: str, fetch_to_notify_s: float | None, publish_to_notify_s: float | None
    ) -> None:
        """Count a sent notification and how long its reader waited."""
        metrics.count_notification(self._kinds[receiver], "sent")
        if fetch_to_notify_s is not None:
            metrics.FETCH_TO_NOTIFY.observe(fetch_to_notify_s)
        if publish_to_notify_s is not None:
            metrics.PUBLISH_TO_NOTIFY.observe(publish_to_notify_s)

    def suppressed(self, reason: str) -> None:
        """Count an alert that nobody was told of."""
        metrics.count_suppressed(reason)

    def failed(self, reason: str, receiver: str | None = None) -> None:
        """Count a failed attempt, a wait for log or outbox, or an alert that could not be read."""
        if receiver is not None:
            metrics.count_notification(self._kinds[receiver], "failed")
        elif reason in metrics.WAITED_FOR:
            metrics.count_wait(reason)
        else:
            metrics.count_dead("notify", reason)


def kind_of(receiver: ReceiverSettings) -> str:
    """Return the configuration's word for the receiver's kind."""
    if isinstance(receiver, SlackWebhook):
        return "slack"
    if isinstance(receiver, Email):
        return "email"
    return "webhook" if isinstance(receiver, Webhook) else "terminal"
