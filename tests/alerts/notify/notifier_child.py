"""A notifier process that kills itself at a point: folder, port, database, point.

The point "none" runs to the end."""

import asyncio
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

from alerts.ledger import Ledger
from alerts.notifier import Notifier
from alerts.outbox import Outbox
from alerts.outbox_access import OutboxAccess
from alerts.plan import Route
from alerts.receivers.opening import open_receiver
from alerts.receivers.settings import Email

LETHAL_CALL = 3


class FileConsumer:
    def __init__(self, folder):
        self.values = (folder / "alerts.jsonl").read_bytes().splitlines()
        self.file = folder / "committed"
        self.position = int(self.file.read_text()) if self.file.exists() else 0

    def poll(self, *, max_records=500, timeout=timedelta(0)):
        taken = list(enumerate(self.values))[self.position : self.position + 4]
        self.position += len(taken)
        return [SimpleNamespace(topic="alerts", partition=0, offset=i, value=v, headers=()) for i, v in taken]

    def commit(self):
        new = self.file.with_suffix(".new")
        new.write_text(str(self.position))
        new.replace(self.file)


def lethal(owner, name, *, after=False):
    call, calls = getattr(owner, name), []

    def wrapped(*arguments, **named):
        calls.append(name)
        result = call(*arguments, **named) if after else None
        if len(calls) == LETHAL_CALL:
            os.kill(os.getpid(), signal.SIGKILL)
        return result if after else call(*arguments, **named)

    setattr(owner, name, wrapped)


def arm(point, consumer, outbox):
    if point == "before-write":
        lethal(outbox, "record")
    if point == "before-commit":
        lethal(consumer, "commit")
    if point == "before-send":
        lethal(outbox, "begin")
    if point == "before-mark":
        lethal(outbox, "finish")
    if point == "after-mark":
        lethal(outbox, "finish", after=True)


async def work(folder, port, database, point):
    access = OutboxAccess(database)
    access.create_tables()
    consumer, outbox, ledger = FileConsumer(folder), Outbox(access), Ledger(access)
    arm(point, consumer, outbox)
    mail = Email("mail", "127.0.0.1", "wire@wire.example", ("a@ops.example",), port=port, security="none")
    mailer = open_receiver(mail, lambda: datetime.now(UTC))
    mailer.concurrency = 1
    quiet = SimpleNamespace(notified=lambda *_: None, suppressed=lambda *_: None, failed=lambda *_: None)
    notifier = Notifier(
        consumer=consumer,
        outbox=outbox,
        ledger=ledger,
        routes=[Route(("mail",))],
        receivers=[mailer],
        dead_letter=print,
        clock=lambda: datetime.now(UTC),
        observer=quiet,
        code_version="test",
        alone=True,
        jitter=lambda: 0.0,
        poll_timeout=timedelta(0),
    )
    await notifier.recover()
    while await notifier.take_in():
        await notifier.send_due()
    while ledger.oldest_pending(datetime.now(UTC)) is not None:
        await notifier.send_due()
    print(ledger.counts().outcomes.get("unknown", 0))


if __name__ == "__main__":
    asyncio.run(work(Path(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:]))
