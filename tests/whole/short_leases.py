"""The program, with leases that end while a test waits: `python -m tests.whole.short_leases collect ...`."""

import sys
from datetime import timedelta
from functools import partial

import pipeline.collect
import pipeline.notify
from connectors.feeds.feed_leases import FeedLeases
from pipeline.cli import main

OF_NOTIFICATIONS = timedelta(seconds=16)
OF_FEEDS = timedelta(seconds=4)

if __name__ == "__main__":
    pipeline.notify.Notifier = partial(pipeline.notify.Notifier, lease=OF_NOTIFICATIONS)
    pipeline.collect.FeedLeases = partial(FeedLeases, lease=OF_FEEDS)
    sys.exit(main())
