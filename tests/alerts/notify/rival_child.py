"""One of several notifiers on one database; its arguments are one JSON object.

`stop_at`: "begun" stops the process (SIGSTOP) between its first mark and the request.
It prints a line when it is under way, works until everything is settled, and prints its end.
"""

import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace

from alerts.ledger import Ledger
from alerts.notifier import Notifier
from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.plan import Route
from alerts.receivers.opening import open_receiver
from alerts.receivers.settings import Webhook
from alerts.retry import RetryLimits
from transforms.secret import Secret


def now():
    return datetime.now(UTC)


class FileConsumer:
    """Hands out the file's alerts from its start, as a new member of the group that missed all commits."""

    def __init__(self, file, batch):
        self.values, self.position, self.batch = file.read_bytes().splitlines(), 0, batch

    def poll(self, *, max_records=500, timeout=timedelta(0)):
        taken = list(enumerate(self.values))[self.position : self.position + self.batch]
        self.position += len(taken)
        return [SimpleNamespace(topic="alerts", partition=0, offset=i, value=v, headers=()) for i, v in taken]

    def commit(self):
        pass


def stop_when_begun(outbox):
    begin, stopped = outbox.begin, []

    def wrapped(*arguments):
        told = begin(*arguments)
        if not stopped:
            stopped.append(told.key)
            print(told.key, flush=True)
            os.kill(os.getpid(), signal.SIGSTOP)
        return told

    outbox.begin = wrapped


async def work(options):
    access = OutboxAccess(options["database"])
    outbox, ledger = Outbox(access), Ledger(access)
    if options.get("stop_at") == "begun":
        stop_when_begun(outbox)
    hook = Webhook("hook", Secret(options["hook"]), on_unknown=options.get("on_unknown", "resend"))
    quiet = SimpleNamespace(notified=lambda *_: None, suppressed=lambda *_: None, failed=lambda *_: None)
    notifier = Notifier(
        consumer=FileConsumer(Path(options["alerts"]), options.get("batch", 10)),
        outbox=outbox,
        ledger=ledger,
        routes=[Route(("hook",))],
        receivers=[open_receiver(hook, now, (ip_network("127.0.0.0/8"),))],
        dead_letter=print,
        clock=now,
        observer=quiet,
        code_version="test",
        owner=options["owner"],
        sleep=lambda seconds: asyncio.sleep(min(seconds, 0.2)),
        limits=RetryLimits(first_wait=timedelta(milliseconds=1), longest_wait=timedelta(milliseconds=5)),
        poll_timeout=timedelta(0),
        lease=timedelta(seconds=options["lease_s"]),
        idle=timedelta(milliseconds=50),
    )
    print("under way", flush=True)
    running = asyncio.create_task(notifier.run())
    until = asyncio.get_running_loop().create_task(asyncio.to_thread(sys.stdin.read))
    await asyncio.wait({running, until}, return_when=asyncio.FIRST_COMPLETED)
    notifier.stop()
    await running
    print("ended", flush=True)


if __name__ == "__main__":
    asyncio.run(work(json.loads(sys.argv[1])))
