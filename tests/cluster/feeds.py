"""A web server of seeds, so that there is something to collect without a network."""

import shutil
import sys
from pathlib import Path

from tests.cluster.part import Part
from tests.cluster.ports import HOST, free_ports, listening

SEEDS = Path(__file__).parents[2] / "seeds" / "ms19"
FEED = "orbit-ledger.xml"


class Feeds(Part):
    """One feed at `url`; `show` lets it tell another state of its story."""

    def __init__(self, folder: Path):
        (self.port,) = free_ports(1)
        self.url = f"http://{HOST}:{self.port}/{FEED}"
        self.served = folder / "served"
        command = [sys.executable, "-m", "http.server", str(self.port), "--bind", HOST]
        command += ["--directory", str(self.served)]
        super().__init__("feeds", command, folder, lambda: listening(self.port))
        self.served.mkdir(exist_ok=True)
        self.show(SEEDS / "orbit-ledger-1.xml")

    def show(self, feed: Path) -> None:
        """Serve this file from now on."""
        fresh = self.served / "fresh.xml"
        shutil.copyfile(feed, fresh)
        fresh.replace(self.served / FEED)
