"""A web server of seeds, so that there is something to collect without a network.

A feed that nobody has polled before makes news only of what is fresh, so the story is told as if it were now.
"""

import re
import sys
from datetime import UTC, datetime
from pathlib import Path

from tests.cluster.part import Part
from tests.cluster.ports import HOST, kept_ports, listening

SEEDS = Path(__file__).parents[2] / "seeds" / "ms19"
FEED = "orbit-ledger.xml"
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
_TIME_OF_DAY = re.compile(r"\d\d:\d\d(?= UTC)")


class Feeds(Part):
    """One feed at `url`; `show` lets it tell another state of its story."""

    def __init__(self, folder: Path):
        (self.port,) = kept_ports(folder, "feeds", 1)
        self.url = f"http://{HOST}:{self.port}/{FEED}"
        self.served = folder / "served"
        command = [sys.executable, "-m", "http.server", str(self.port), "--bind", HOST]
        command += ["--directory", str(self.served)]
        super().__init__("feeds", command, folder, lambda: listening(self.port))
        self.served.mkdir(exist_ok=True)
        if not (self.served / FEED).exists():
            self.show(SEEDS / "orbit-ledger-1.xml")

    def show(self, feed: Path) -> None:
        """Serve this file from now on, its last change now."""
        fresh = self.served / "fresh.xml"
        fresh.write_text(told_at(datetime.now(UTC), feed.read_text()))
        fresh.replace(self.served / FEED)


def told_at(now: datetime, feed: str) -> str:
    """Return the feed with its moments, and its times of day, moved so that the last moment is `now`."""
    last = max(datetime.fromisoformat(moment) for moment in _MOMENT.findall(feed))

    def moment(found: re.Match[str]) -> str:
        return f"{datetime.fromisoformat(found[0]) + (now - last):%Y-%m-%dT%H:%M:%SZ}"

    def time_of_day(found: re.Match[str]) -> str:
        hour, minute = map(int, found[0].split(":"))
        return f"{last.replace(hour=hour, minute=minute) + (now - last):%H:%M}"

    return _TIME_OF_DAY.sub(time_of_day, _MOMENT.sub(moment, feed))
