"""From settings to a receiver that can send."""

import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TextIO

from alerts.receivers.email import Mailer
from alerts.receivers.http_post import HttpPost
from alerts.receivers.receiver import Receiver
from alerts.receivers.settings import Email, ReceiverSettings, SlackWebhook, TerminalReceiver
from alerts.receivers.slack_webhook import Slack
from alerts.receivers.terminal import Terminal
from alerts.receivers.webhook import JsonWebhook
from transforms.address_rules import Network


def open_receiver(
    settings: ReceiverSettings,
    clock: Callable[[], datetime],
    allowed_networks: Sequence[Network] = (),
    stream: TextIO | None = None,
) -> Receiver:
    """Return the receiver; webhooks reach private networks only if they are allowed."""
    if isinstance(settings, TerminalReceiver):
        return Terminal(settings, stream if stream is not None else sys.stdout)
    if isinstance(settings, Email):
        return Mailer(settings)
    http = HttpPost(settings.url, allowed_networks, clock)
    if isinstance(settings, SlackWebhook):
        return Slack(settings, http)
    return JsonWebhook(settings, http, clock)
