"""The loop that tells operators about feeds: records of the log into the book, messages into the outbox."""

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from alerts.notifier import AlertConsumer, AlertRecord
from alerts.outbox_feed_health import FeedHealthBook
from alerts.patience import Patience, Stopped
from transforms.records import FeedHealth, UndecodableError, decode

_LOG = logging.getLogger("missionwire.notify")
_WAIT = timedelta(seconds=1)


@dataclass
class FeedHealthTeller:
    """Runs until `stop`; the notifier sends what is told. A state is told when it has held for `lasting`."""

    consumer: AlertConsumer
    book: FeedHealthBook
    receivers: Sequence[str]
    lasting: timedelta
    clock: Callable[[], datetime]
    patience: Patience
    wait: timedelta = _WAIT

    async def run(self) -> None:
        """Take in and tell until `stop` is called."""
        try:
            while not self.patience.stopping.is_set():
                await self.step()
        except Stopped as e:
            _LOG.warning("stopped while this could not be done: %s", e)
        finally:
            self.patience.close()

    def stop(self) -> None:
        """Ask `run` to end; call it from the loop."""
        self.patience.stopping.set()

    async def step(self) -> int:
        """Take in what is new, commit, and tell what is due; return how many feeds were told of."""
        until_done = self.patience.until_done
        records = await until_done("log", self.consumer.poll, timeout=self.wait)
        if records:
            changes = [change for record in records if (change := _readable(record)) is not None]
            await until_done("outbox", self.book.take_in, changes)
            await until_done("log", self.consumer.commit)
        return await until_done("outbox", self._tell)

    def _tell(self) -> int:
        return self.book.tell(self.receivers, self.clock(), self.lasting)


def _readable(record: AlertRecord) -> FeedHealth | None:
    try:
        return decode(FeedHealth, record.value)
    except UndecodableError as e:
        _LOG.error("feed health at %s/%d/%d: %s", record.topic, record.partition, record.offset, e)
        return None
