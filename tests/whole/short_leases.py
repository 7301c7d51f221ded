"""The program with leases that end while a test waits, and a clock that is off by `CLOCK_IS_OFF_BY_S`.

python -m tests.whole.short_leases collect --instance a --config ...
"""

import os
import sys
from datetime import UTC, datetime, timedelta
from functools import partial

import pipeline.collect
import pipeline.notify
from connectors.feeds.feed_leases import FeedLeases
from pipeline.cli import main

OF_NOTIFICATIONS = timedelta(seconds=16)
OF_FEEDS = timedelta(seconds=4)

OFF = timedelta(seconds=float(os.environ.get("CLOCK_IS_OFF_BY_S", "0")))


def now():
    return datetime.now(UTC) + OFF


if __name__ == "__main__":
    pipeline.notify._now = pipeline.collect.utc_now = now
    pipeline.notify.Notifier = partial(pipeline.notify.Notifier, lease=OF_NOTIFICATIONS)
    pipeline.collect.FeedLeases = partial(FeedLeases, lease=OF_FEEDS)
    sys.exit(main())
