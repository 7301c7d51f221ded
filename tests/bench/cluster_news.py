"""News for the cluster at a steady rate: launches in feeds, ordinary articles straight onto the log."""

import threading
import time
from collections.abc import Sequence

from connectors.log.interface import Log, LogError, NewRecord
from tests.bench.articles import launch, mission, ordinary, rss
from tests.bench.load import record
from tests.bench.rig import now
from tests.bench.servers import Feeds

FEEDS = 4
KEPT = 120  # entries of a feed: more than come while a part is away
_APPEND_EVERY_S = 0.25


class News:
    """Launches in feeds, `rate` a second; `launched` has when each mission was, in seconds since the epoch.

    The program knows 96 incidents of a family of missions at once; above that, ids may come again. There
    are 8 families here, so a run should have fewer launches than 768.
    """

    def __init__(self, feeds: Feeds, rate: float) -> None:
        self.launched: dict[str, float] = {}
        self.rate, self._feeds, self._entries = rate, feeds, [[] for _ in range(FEEDS)]
        self._show(range(FEEDS))

    def run(self, ended: threading.Event) -> None:
        """Publish until `ended`."""
        started = time.monotonic()
        while not ended.wait(max(0, started + len(self.launched) / self.rate - time.monotonic())):
            n = len(self.launched)
            title, text = launch(n)
            entry = (f"https://wire{n % FEEDS}.example/launch/{n}", title, text, now())
            self._entries[n % FEEDS] = [*self._entries[n % FEEDS], entry][-KEPT:]
            self._show([n % FEEDS])
            self.launched[mission(n)] = time.time()

    def _show(self, numbers: Sequence[int]) -> None:
        for n in numbers:
            self._feeds.bodies[f"/{n}"] = rss(self._entries[n])


class Direct:
    """Ordinary articles at `rate` a second onto `log`; what it does not take is offered again."""

    def __init__(self, log: Log, rate: float) -> None:
        self.appended, self._rate, self._log = 0, rate, log

    def run(self, ended: threading.Event) -> None:
        """Append until `ended`, and then what is still due."""
        started = time.monotonic()
        batch: list[NewRecord] = []
        while not ended.wait(_APPEND_EVERY_S) or batch:
            if not batch:
                due = min(int((time.monotonic() - started) * self._rate), self.appended + 500)
                batch = [self._record(n) for n in range(self.appended, due)]
            try:
                self._log.append(batch)
            except LogError:
                continue
            self.appended += len(batch)
            batch = []
        self._log.close()

    def urls(self) -> set[str]:
        """Return the addresses of all articles that the log has taken."""
        return {_url(n) for n in range(self.appended)}

    @staticmethod
    def _record(n: int) -> NewRecord:
        return record(_url(n), *ordinary(n))


def _url(n: int) -> str:
    return f"https://direct.example/{n}"
